using Conversation.ClusterBench.Load;
using Conversation.ClusterBench.Worker;

namespace Conversation.ClusterBench.Driver;

/// <summary>What a session takes, in kilobytes: managed after a collection, and of the process.</summary>
internal sealed record SessionMemory(string Mode, string Load, double HeapKb, double WorkingSetKb);

/// <summary>The slope of a fresh process's memory over the sessions in it, of gateway and host together.</summary>
internal static class MemoryBench
{
    public static async Task<List<SessionMemory>> RunAsync(Settings settings)
    {
        Table.Heading($"memory: slope over 0, {settings.MemoryCalls} and {2 * settings.MemoryCalls} sessions after a collection, kilobytes a session; the caller's side is in it");
        Table.Row("host", "load", "heap", "working set");
        List<SessionMemory> lines = [];
        foreach (var kind in (string[])["standalone", "silo"])
        {
            foreach (var script in (Script[])[Script.Listen, Script.Talk])
            {
                var port = Modes.FreePort();
                using var worker = await WorkerProcess.StartAsync(kind, port, port).ConfigureAwait(false);
                // Whatever is there once is there before the first is counted.
                await worker.AskAsync<Opened>($"open 20 {Script.Talk} -").ConfigureAwait(false);
                await Task.Delay(settings.MemorySettle, TimeProvider.System).ConfigureAwait(false);
                await worker.AskAsync<Done>("close").ConfigureAwait(false);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System).ConfigureAwait(false);
                var before = await worker.AskAsync<MemoryUse>("memory").ConfigureAwait(false);
                MemoryUse after = before;
                for (var i = 0; i < 2; i++)
                {
                    await worker.AskAsync<Opened>($"open {settings.MemoryCalls} {script} -").ConfigureAwait(false);
                    await Task.Delay(settings.MemorySettle, TimeProvider.System).ConfigureAwait(false);
                    after = await worker.AskAsync<MemoryUse>("memory").ConfigureAwait(false);
                }

                var line = new SessionMemory(kind == "silo" ? "grain, same silo" : kind, script == Script.Talk ? "talking" : "idle", Kb(after.Heap - before.Heap), Kb(after.WorkingSet - before.WorkingSet));
                lines.Add(line);
                Table.Row(line.Mode, line.Load, $"{line.HeapKb:0} kB", $"{line.WorkingSetKb:0} kB");
            }
        }

        return lines;

        double Kb(long bytes) => bytes / 1024.0 / (2 * settings.MemoryCalls);
    }
}
