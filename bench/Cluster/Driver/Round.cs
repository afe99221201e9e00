using System.Diagnostics;
using Conversation.ClusterBench.Load;
using Conversation.ClusterBench.Worker;

namespace Conversation.ClusterBench.Driver;

/// <summary>The p50 and p99 of a set of delays, in milliseconds.</summary>
internal readonly record struct Delays(int Count, double P50, double P99)
{
    public static Delays Of(List<double> values)
    {
        if (values.Count == 0)
        {
            return new(0, double.NaN, double.NaN);
        }

        values.Sort();
        return new(values.Count, values[values.Count / 2], values[(int)((values.Count - 1) * 0.99)]);
    }
}

/// <summary>What some calls did for some seconds, over all processes of a mode.</summary>
internal sealed record Round
{
    public required double Seconds { get; init; }

    public required double CpuMs { get; init; }

    public required long Allocated { get; init; }

    /// <summary>For which collections stopped a process.</summary>
    public required double PausedMs { get; init; }

    public required long FramesIn { get; init; }

    public required long FramesOut { get; init; }

    public required long Turns { get; init; }

    public required long Faults { get; init; }

    /// <summary>From a frame's arrival at the gateway until the core has dealt with the window it completes.</summary>
    public required Delays In { get; init; }

    /// <summary>The same, from when the caller should have sent it.</summary>
    public required Delays InFromDue { get; init; }

    /// <summary>From when a reply's first frame could be sent until it was at the gateway's client.</summary>
    public required Delays First { get; init; }

    /// <summary>From when any other was due, by the first, until it was there.</summary>
    public required Delays Out { get; init; }

    /// <summary>Windows that no core had dealt with when the measurement ended.</summary>
    public required int Unhandled { get; init; }

    /// <summary>Opens calls, which say nothing yet. Gives how many were refused.</summary>
    public static async Task<int> OpenAsync(Mode mode, int calls, Script script)
    {
        var refused = 0;
        var left = calls;
        await AllAsync(mode, "pause").ConfigureAwait(false);
        for (var i = 0; i < mode.Gateways.Count; i++)
        {
            var (gateway, target) = mode.Gateways[i];
            var share = left / (mode.Gateways.Count - i);
            left -= share;
            refused += (await gateway.AskAsync<Opened>($"open {share} {script} {target}").ConfigureAwait(false)).Refused;
        }

        return refused;
    }

    public static async Task CloseAsync(Mode mode)
    {
        await AllAsync(mode, "close").ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System).ConfigureAwait(false);
    }

    /// <summary>Lets calls that are open go on, measures after a while, and has them pause again.</summary>
    public static async Task<Round> MeasureAsync(Mode mode, int calls, TimeSpan settle, TimeSpan length)
    {
        await AllAsync(mode, "resume").ConfigureAwait(false);
        await Task.Delay(settle, TimeProvider.System).ConfigureAwait(false);
        await AllAsync(mode, $"begin {(int)(calls * (length.TotalSeconds + 2) * 60)}").ConfigureAwait(false);
        await Task.Delay(length, TimeProvider.System).ConfigureAwait(false);
        var ended = Stopwatch.GetTimestamp();
        List<Measured> measured = [];
        foreach (var worker in mode.Workers)
        {
            measured.Add(await worker.AskAsync<Measured>("end").ConfigureAwait(false));
        }

        await AllAsync(mode, "pause").ConfigureAwait(false);
        return Sum(measured, ended);
    }

    private static async Task AllAsync(Mode mode, string command)
    {
        foreach (var worker in mode.Workers)
        {
            await worker.AskAsync<Done>(command).ConfigureAwait(false);
        }
    }

    private static Round Sum(List<Measured> measured, long ended)
    {
        var handled = measured.SelectMany(part => StampLog.Read(part.Handled)).ToDictionary(stamp => (stamp.Session, stamp.Window), stamp => stamp.At);
        List<double> own = [], due = [];
        var unhandled = 0;
        foreach (var pushed in measured.SelectMany(part => StampLog.Read(part.Pushed)))
        {
            if (handled.TryGetValue((pushed.Session, pushed.Window), out var at))
            {
                own.Add(Ms(at - pushed.At));
                due.Add(Ms(at - pushed.Due));
            }
            else if (Stopwatch.GetElapsedTime(pushed.Due, ended) > TimeSpan.FromMilliseconds(100))
            {
                unhandled++;
            }
        }

        return new Round
        {
            Seconds = measured.Average(part => part.Seconds),
            CpuMs = measured.Sum(part => part.CpuMs),
            Allocated = measured.Sum(part => part.Allocated),
            PausedMs = measured.Sum(part => part.PausedMs),
            FramesIn = measured.Sum(part => part.FramesIn),
            FramesOut = measured.Sum(part => part.FramesOut),
            Turns = measured.Sum(part => part.Turns),
            Faults = measured.Sum(part => part.Faults),
            In = Delays.Of(own),
            InFromDue = Delays.Of(due),
            First = Delays.Of([.. measured.SelectMany(part => StampLog.Read(part.First)).Select(sent => Ms(sent.At - sent.Due))]),
            Out = Delays.Of([.. measured.SelectMany(part => StampLog.Read(part.Sent)).Select(sent => Ms(sent.At - sent.Due))]),
            Unhandled = unhandled,
        };
    }

    private static double Ms(long ticks) => ticks * 1_000.0 / Stopwatch.Frequency;
}
