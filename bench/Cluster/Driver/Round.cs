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

    public required int Collections { get; init; }

    public required long FramesIn { get; init; }

    public required long FramesOut { get; init; }

    public required long Turns { get; init; }

    public required long Faults { get; init; }

    public required int Refused { get; init; }

    /// <summary>From a frame's arrival at the gateway until the core has dealt with the window it completes.</summary>
    public required Delays In { get; init; }

    /// <summary>The same, from when the caller should have sent it.</summary>
    public required Delays InFromDue { get; init; }

    /// <summary>From when a frame of a reply was due until it was at the gateway's client.</summary>
    public required Delays Out { get; init; }

    /// <summary>Windows that no core had dealt with when the measurement ended.</summary>
    public required int Unhandled { get; init; }

    public static async Task<Round> RunAsync(Mode mode, int calls, Script script, TimeSpan settle, TimeSpan length)
    {
        var refused = 0;
        var left = calls;
        for (var i = 0; i < mode.Gateways.Count; i++)
        {
            var (gateway, target) = mode.Gateways[i];
            var share = left / (mode.Gateways.Count - i);
            left -= share;
            refused += (await gateway.AskAsync<Opened>($"open {share} {script} {target}").ConfigureAwait(false)).Refused;
        }

        await Task.Delay(settle, TimeProvider.System).ConfigureAwait(false);
        var capacity = (int)(calls * (length.TotalSeconds + 2) * 60);
        foreach (var worker in mode.Workers)
        {
            await worker.AskAsync<Done>($"begin {capacity}").ConfigureAwait(false);
        }

        await Task.Delay(length, TimeProvider.System).ConfigureAwait(false);
        var ended = Stopwatch.GetTimestamp();
        List<Measured> measured = [];
        foreach (var worker in mode.Workers)
        {
            measured.Add(await worker.AskAsync<Measured>("end").ConfigureAwait(false));
        }

        foreach (var (gateway, _) in mode.Gateways)
        {
            await gateway.AskAsync<Done>("close").ConfigureAwait(false);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System).ConfigureAwait(false);
        return Sum(measured, refused, ended);
    }

    private static Round Sum(List<Measured> measured, int refused, long ended)
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
            Collections = measured.Sum(part => part.Collections),
            FramesIn = measured.Sum(part => part.FramesIn),
            FramesOut = measured.Sum(part => part.FramesOut),
            Turns = measured.Sum(part => part.Turns),
            Faults = measured.Sum(part => part.Faults),
            Refused = refused,
            In = Delays.Of(own),
            InFromDue = Delays.Of(due),
            Out = Delays.Of([.. measured.SelectMany(part => StampLog.Read(part.Sent)).Select(sent => Ms(sent.At - sent.Due))]),
            Unhandled = unhandled,
        };
    }

    private static double Ms(long ticks) => ticks * 1_000.0 / Stopwatch.Frequency;
}
