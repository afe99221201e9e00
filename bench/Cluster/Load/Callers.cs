using System.Diagnostics;
using Conversation.Sessions;

namespace Conversation.ClusterBench.Load;

/// <summary>Callers of one gateway, each with a frame every 20 ms, evenly spread over them; on threads of their own.</summary>
internal sealed class Callers : IDisposable
{
    private static readonly long FrameTicks = Stopwatch.Frequency / 50;

    private readonly Logs logs;
    private readonly Lock gate = new();
    private readonly Thread[] threads;
    private (Call Call, long First)[] calls = [];
    private volatile bool paused;
    private volatile bool stopping;

    public Callers(Logs logs)
    {
        this.logs = logs;
        threads = [.. Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount / 2)).Select(n => new Thread(() => Run(n)) { IsBackground = true, Name = $"callers {n}" })];
        foreach (var thread in threads)
        {
            thread.Start();
        }
    }

    /// <summary>Whether they send nothing at present.</summary>
    public bool Paused
    {
        get => paused;
        set => paused = value;
    }

    /// <summary>Opens calls and starts to talk. Gives how many were refused.</summary>
    public async Task<int> OpenAsync(ISessions sessions, int count, Script script)
    {
        var refused = 0;
        var opened = new List<Call>();
        for (var i = 0; i < count; i++)
        {
            // In steps that spread callers over the cycle, however many there are.
            var call = new Call(script, (int)(i * 0.618_034 % 1 * 400) * CallerAudio.Frame, logs);
            var result = await sessions.OpenAsync(new OpenSession(), call, CancellationToken.None).ConfigureAwait(false);
            if (result.Session is null)
            {
                refused++;
                logs.Fault(result.Fault?.ToString());
                continue;
            }

            call.Opened(result.Session);
            opened.Add(call);
        }

        lock (gate)
        {
            var now = Stopwatch.GetTimestamp();
            calls = [.. calls, .. opened.Select((call, i) => (call, now + (FrameTicks * i / opened.Count)))];
        }

        return refused;
    }

    public void CloseAll()
    {
        (Call Call, long)[] all;
        lock (gate)
        {
            (all, calls) = (calls, []);
        }

        foreach (var (call, _) in all)
        {
            call.Close();
        }
    }

    public void Dispose()
    {
        stopping = true;
        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    private void Run(int own)
    {
        var known = calls;
        var mine = Array.Empty<Call>();
        var due = Array.Empty<long>();
        while (!stopping)
        {
            if (calls != known)
            {
                known = calls;
                var keep = mine.Zip(due).ToDictionary(pair => pair.First, pair => pair.Second);
                var parts = known.Where((_, i) => i % threads.Length == own).ToArray();
                mine = [.. parts.Select(part => part.Call)];
                due = [.. parts.Select(part => keep.GetValueOrDefault(part.Call, part.First))];
            }

            var now = Stopwatch.GetTimestamp();
            for (var i = 0; i < mine.Length; i++)
            {
                while (due[i] <= now)
                {
                    mine[i].Tick(due[i], paused);
                    due[i] += FrameTicks;
                }
            }

            Thread.Sleep(mine.Length == 0 ? 10 : 1);
        }
    }
}
