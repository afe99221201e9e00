using System.Globalization;

namespace Conversation.Gateway.Telephony.AudioHook;

/// <summary>ISO 8601 durations as AudioHook writes them: <c>PT1.5S</c>. Hours and minutes are taken too.</summary>
internal static class HookTime
{
    // Ten days; no call is longer.
    private const decimal MostSeconds = 864_000;

    /// <summary>A duration; null where it is none.</summary>
    public static TimeSpan? Read(string? text)
    {
        if (text is null || text.Length is < 4 or > 40 || !text.StartsWith("PT", StringComparison.Ordinal))
        {
            return null;
        }

        var rest = text.AsSpan(2);
        var seconds = 0m;
        foreach (var (unit, each) in Units)
        {
            var at = rest.IndexOf(unit);
            if (at < 0)
            {
                continue;
            }

            if (!decimal.TryParse(rest[..at], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > MostSeconds)
            {
                return null;
            }

            seconds += amount * each;
            rest = rest[(at + 1)..];
        }

        return rest.IsEmpty && seconds <= MostSeconds ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    private static readonly (char Unit, int Seconds)[] Units = [('H', 3_600), ('M', 60), ('S', 1)];
}

/// <summary>Where the client's audio stands, in samples at 8 kHz: what came and what it says it left out.</summary>
internal sealed class HookPosition
{
    private const long TicksPerSample = TimeSpan.TicksPerSecond / 8_000;

    /// <summary>The sample that is next.</summary>
    public long Samples { get; private set; }

    /// <summary>So many came.</summary>
    public void Received(int samples) => Samples += samples;

    /// <summary>From <paramref name="start"/> on so much was left out. Gives back how many samples are missing before the next that comes: none where they were already counted.</summary>
    public long Skip(TimeSpan start, TimeSpan discarded)
    {
        var missing = Math.Max(0, ((start + discarded).Ticks + (TicksPerSample / 2)) / TicksPerSample - Samples);
        Samples += missing;
        return missing;
    }
}
