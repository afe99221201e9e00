using Conversation.ClusterBench.Load;

namespace Conversation.ClusterBench.Driver;

/// <summary>So many calls at once on a way to host them. <paramref name="ByCpu"/>: as many as would fill a core at this cost, were there nothing but CPU.</summary>
internal sealed record CapacityStep(string Mode, int Sessions, double PerCore, double CoresUsed, double ByCpu, double InP99, double OutP99, double FirstP99, double PausedMs, bool Holds, long Faults);

/// <summary>The most that held.</summary>
internal sealed record Capacity(string Mode, int Sessions, double PerCore);

/// <summary>How many calls a machine carries with no frame later than 20 ms at p99, either way, callers included.</summary>
internal static class CapacityBench
{
    private const double MostMs = 20;

    public static async Task<(List<CapacityStep> Steps, List<Capacity> Most)> RunAsync(Modes modes, Settings settings)
    {
        var cores = Environment.ProcessorCount;
        Table.Heading($"capacity: calls at once until a frame is more than {MostMs:0} ms late at p99, in or out; {cores} cores, which the callers share; {settings.CapacityLength.TotalSeconds:0} s a step");
        Table.Row("host", "sessions", "a core", "cores used", "by CPU", "in p99", "out p99", "first p99", "turns a min", "GC ms/s", "faults", "holds");
        List<CapacityStep> steps = [];
        List<Mode> left = [modes.Standalone, modes.OneSilo, modes.TwoSilos, modes.OtherSilo];
        Dictionary<Mode, int> failed = [];
        foreach (var sessions in settings.Steps.Select(perCore => perCore * cores))
        {
            foreach (var mode in left.ToArray())
            {
                var refused = await Round.OpenAsync(mode, sessions, Script.Talk).ConfigureAwait(false);
                var round = await Round.MeasureAsync(mode, sessions, settings.CapacitySettle, settings.CapacityLength).ConfigureAwait(false);
                await Round.CloseAsync(mode).ConfigureAwait(false);
                var faults = round.Faults + refused + round.Unhandled;
                var holds = round.InFromDue.P99 <= MostMs && round.Out.P99 <= MostMs && faults == 0;
                var step = new CapacityStep(mode.Name, sessions, (double)sessions / cores, round.CpuMs / 1_000 / round.Seconds, sessions * 1_000 * round.Seconds / round.CpuMs, round.InFromDue.P99, round.Out.P99, round.First.P99, round.PausedMs / round.Seconds, holds, faults);
                steps.Add(step);
                Table.Row(step.Mode, $"{step.Sessions}", $"{step.PerCore:0}", $"{step.CoresUsed:0.00}", $"{step.ByCpu:0} a core", FrameBench.Ms(step.InP99), FrameBench.Ms(step.OutP99), FrameBench.Ms(step.FirstP99), $"{round.Turns * 60 / round.Seconds / sessions:0.0}", $"{step.PausedMs:0.0}", $"{faults}", holds ? "yes" : "no");
                // Once may be the machine's other business; twice is too much.
                failed[mode] = holds ? 0 : failed.GetValueOrDefault(mode) + 1;
                if (failed[mode] == 2)
                {
                    left.Remove(mode);
                }
            }
        }

        var most = steps.Where(step => step.Holds).GroupBy(step => step.Mode).Select(held => held.MaxBy(step => step.Sessions)!).Select(step => new Capacity(step.Mode, step.Sessions, step.PerCore)).ToList();
        Table.Say($"most that held, a core: {string.Join("; ", most.Select(held => $"{held.Mode} {held.PerCore:0}"))}");
        return (steps, most);
    }
}
