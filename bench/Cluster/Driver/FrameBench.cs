using System.Globalization;
using Conversation.ClusterBench.Load;

namespace Conversation.ClusterBench.Driver;

/// <summary>One line: a way to host calls, and what a frame costs there. Medians of rounds; against the standalone pump by round.</summary>
internal sealed record FrameCost(string Load, string Mode, double CpuUs, double Cpu, double Bytes, double InP50, double InP99, double InP99Added, double OutP50, double OutP99, double OutP99Added, double FirstP50, double FirstP99, long Faults);

/// <summary>What a frame costs: the same calls on the standalone pump, on a grain of the gateway's silo, and on a grain of another silo, in turn.</summary>
internal static class FrameBench
{
    public static async Task<List<FrameCost>> RunAsync(Modes modes, Settings settings)
    {
        Table.Heading($"frame: {settings.FrameCalls} calls, {settings.Rounds} rounds of {settings.FrameLength.TotalSeconds:0} s of each, in turn; microseconds of CPU of all processes, the callers' own taken off");
        Table.Row("load", "host", "CPU a frame", "standalone = 1", "B a frame", "in p50", "p99", "added", "out p50", "p99", "added", "first p50", "p99", "faults");
        List<FrameCost> lines = [];
        foreach (var (script, name) in ((Script, string)[])[(Script.Listen, "in"), (Script.Story, "out"), (Script.Talk, "call")])
        {
            lines.AddRange(await OneAsync(modes, settings, script, name).ConfigureAwait(false));
        }

        return lines;
    }

    private static async Task<List<FrameCost>> OneAsync(Modes modes, Settings settings, Script script, string load)
    {
        Mode[] hosts = [modes.Standalone, modes.OneSilo, modes.OtherSilo];
        List<double> baseline = [];
        if (script != Script.Story)
        {
            await Round.OpenAsync(modes.Nothing, settings.FrameCalls, script).ConfigureAwait(false);
            for (var i = 0; i < 3; i++)
            {
                var own = await Round.MeasureAsync(modes.Nothing, settings.FrameCalls, settings.Settle, settings.FrameLength / 2).ConfigureAwait(false);
                baseline.Add(own.CpuMs * 1_000 / own.FramesIn);
            }

            await Round.CloseAsync(modes.Nothing).ConfigureAwait(false);
        }

        var rounds = hosts.Select(_ => new List<Round>()).ToArray();
        var refused = new long[hosts.Length];
        for (var i = 0; i < hosts.Length; i++)
        {
            if (script != Script.Story)
            {
                refused[i] = await Round.OpenAsync(hosts[i], settings.FrameCalls, script).ConfigureAwait(false);
                // Memory that grows in the first seconds of a call is no frame's.
                await Round.MeasureAsync(hosts[i], settings.FrameCalls, settings.Settle, settings.CapacitySettle).ConfigureAwait(false);
            }
        }

        for (var round = 0; round < settings.Rounds; round++)
        {
            for (var i = 0; i < hosts.Length; i++)
            {
                var next = (i + round) % hosts.Length;
                if (script == Script.Story)
                {
                    // A story cannot be held up: each round has its own.
                    refused[next] += await Round.OpenAsync(hosts[next], settings.FrameCalls, script).ConfigureAwait(false);
                }

                rounds[next].Add(await Round.MeasureAsync(hosts[next], settings.FrameCalls, settings.Settle, settings.FrameLength).ConfigureAwait(false));
                if (script == Script.Story || round == settings.Rounds - 1)
                {
                    await Round.CloseAsync(hosts[next]).ConfigureAwait(false);
                }
            }
        }

        var callers = baseline.Count > 0 ? baseline.Min() : 0;
        var frames = (Round round) => script == Script.Story ? round.FramesOut : round.FramesIn;
        var cpu = (Round round) => Math.Max(0.1, (round.CpuMs * 1_000 / frames(round)) - callers);
        List<FrameCost> lines = [];
        for (var i = 0; i < hosts.Length; i++)
        {
            var (own, plain) = (rounds[i], rounds[0]);
            var line = new FrameCost(
                load,
                hosts[i].Name,
                Median(own.Select(cpu)),
                Median(own.Zip(plain, (a, b) => cpu(a) / cpu(b))),
                Median(own.Select(round => (double)round.Allocated / frames(round))),
                Median(own.Select(round => round.In.P50)),
                Median(own.Select(round => round.In.P99)),
                Median(own.Zip(plain, (a, b) => a.In.P99 - b.In.P99)),
                Median(own.Select(round => round.Out.P50)),
                Median(own.Select(round => round.Out.P99)),
                Median(own.Zip(plain, (a, b) => a.Out.P99 - b.Out.P99)),
                Median(own.Select(round => round.First.P50)),
                Median(own.Select(round => round.First.P99)),
                refused[i] + own.Sum(round => round.Faults + round.Unhandled));
            lines.Add(line);
            Table.Row(line.Load, line.Mode, Us(line.CpuUs), $"{line.Cpu:0.00}", $"{line.Bytes:0}", Ms(line.InP50), Ms(line.InP99), Ms(line.InP99Added), Ms(line.OutP50), Ms(line.OutP99), Ms(line.OutP99Added), Ms(line.FirstP50), Ms(line.FirstP99), $"{line.Faults}");
        }

        return lines;
    }

    public static string Ms(double value) => double.IsNaN(value) ? "" : value.ToString("0.00", CultureInfo.InvariantCulture) + " ms";

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Us(double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + " µs";
}
