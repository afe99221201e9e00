using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Conversation.ClusterBench.Load;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Conversation.ClusterBench.Worker;

/// <summary>A process under test: does what comes on its standard input, a line a command, and answers each with a line of JSON.</summary>
internal static class WorkerProgram
{
    /// <summary>What begins an answer.</summary>
    public const string Mark = "=> ";

    public static async Task<int> RunAsync(string kind, int port, int primary)
    {
        var logs = new Logs();
        await using var host = kind == "silo" ? await SiloHost.StartAsync(port, primary, logs).ConfigureAwait(false) : (IBenchHost)new StandaloneHost(logs);
        using var callers = new Callers(logs);
        var measurement = new Measurement(logs);
        Answer(new Started(host.Address));
        while (await Console.In.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "open":
                    var script = Enum.Parse<Script>(words[2]);
                    if (words[3] != "-" && words[3] != "none")
                    {
                        RequestContext.Set(IPlacementDirector.PlacementHintKey, SiloAddress.FromParsableString(words[3]));
                    }

                    Answer(new Opened(await callers.OpenAsync(words[3] == "none" ? new NoSessions() : host.Sessions, int.Parse(words[1], CultureInfo.InvariantCulture), script).ConfigureAwait(false)));
                    RequestContext.Clear();
                    break;
                case "pause" or "resume":
                    callers.Paused = words[0] == "pause";
                    Answer(new Done());
                    break;
                case "begin":
                    measurement.Begin(int.Parse(words[1], CultureInfo.InvariantCulture));
                    Answer(new Done());
                    break;
                case "end":
                    Answer(measurement.End());
                    break;
                case "close":
                    callers.CloseAll();
                    Answer(new Done());
                    break;
                case "memory":
                    Answer(Memory());
                    break;
                case "exit":
                    return 0;
                default:
                    throw new ArgumentException($"'{line}' is no command.");
            }
        }

        return 0;
    }

    private static void Answer<T>(T answer) => Console.WriteLine(Mark + JsonSerializer.Serialize(answer));

    private static MemoryUse Memory()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var self = Process.GetCurrentProcess();
        return new MemoryUse(GC.GetTotalMemory(forceFullCollection: false), self.WorkingSet64);
    }
}

/// <summary>The process is up.</summary>
internal sealed record Started(string Address);

/// <summary>Calls are open.</summary>
internal sealed record Opened(int Refused);

/// <summary>It is done.</summary>
internal sealed record Done;

/// <summary>Bytes after a collection: managed, and in all.</summary>
internal sealed record MemoryUse(long Heap, long WorkingSet);

/// <summary>What happened in a process while it was measured.</summary>
internal sealed record Measured
{
    public double Seconds { get; init; }

    public double CpuMs { get; init; }

    public long Allocated { get; init; }

    /// <summary>For which collections stopped everything.</summary>
    public double PausedMs { get; init; }

    public long FramesIn { get; init; }

    public long FramesOut { get; init; }

    public long Turns { get; init; }

    public long Faults { get; init; }

    public string Pushed { get; init; } = "";

    public string Handled { get; init; } = "";

    public string First { get; init; } = "";

    public string Sent { get; init; } = "";
}

/// <summary>Takes the counters at its beginning from those at its end.</summary>
internal sealed class Measurement(Logs logs)
{
    private Measured begun = new();
    private long since;

    public void Begin(int capacity)
    {
        logs.Pushed.Begin(capacity);
        logs.Handled.Begin(capacity);
        logs.First.Begin(capacity);
        logs.Sent.Begin(capacity);
        begun = Now();
        since = Stopwatch.GetTimestamp();
    }

    public Measured End()
    {
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var now = Now();
        return new Measured
        {
            Seconds = seconds,
            CpuMs = now.CpuMs - begun.CpuMs,
            Allocated = now.Allocated - begun.Allocated,
            PausedMs = now.PausedMs - begun.PausedMs,
            FramesIn = now.FramesIn - begun.FramesIn,
            FramesOut = now.FramesOut - begun.FramesOut,
            Turns = now.Turns - begun.Turns,
            Faults = now.Faults - begun.Faults,
            Pushed = logs.Pushed.End(),
            Handled = logs.Handled.End(),
            First = logs.First.End(),
            Sent = logs.Sent.End(),
        };
    }

    private Measured Now() => new()
    {
        CpuMs = Environment.CpuUsage.TotalTime.TotalMilliseconds,
        Allocated = GC.GetTotalAllocatedBytes(),
        PausedMs = GC.GetTotalPauseDuration().TotalMilliseconds,
        FramesIn = Interlocked.Read(ref logs.FramesIn),
        FramesOut = Interlocked.Read(ref logs.FramesOut),
        Turns = Interlocked.Read(ref logs.Turns),
        Faults = logs.Faults,
    };
}
