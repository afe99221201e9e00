using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Conversation.Conformance.Engines;
using Conversation.Gateway.Tests.Support;

namespace Conversation.Silo.Tests.Faults.Support;

/// <summary>
/// Somebody in a call as a page is: speaks and listens in real time over a WebSocket and, when the line is gone, comes back by itself through the gateways it was told of.
/// Notes what it lost by that, and every sample that is not the next.
/// </summary>
internal sealed partial class Talker : IAsyncDisposable
{
    private const int Rate = 16_000;
    private const int Piece = Rate / 10;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(25);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource over = new();
    private readonly ConcurrentQueue<short> toSay = new();
    private readonly Queue<(long Sequence, short[] Pcm)> sent = new();
    private readonly List<string> faults = [];
    private readonly List<Gap> gaps = [];
    private readonly List<(TimeSpan At, JsonObject Event)> events = [];
    private readonly List<(int Turn, string User, string Reply)> completed = [];
    private readonly HashSet<(int Turn, string User, string Reply)> told = [];
    private List<Uri> gateways;
    private RawClient? client;
    private JsonObject opened = [];
    private long sequence;
    private int generation;
    private long received;
    private long played;
    private int cancelled;
    private bool held;
    private TimeSpan lastFrame;
    private TimeSpan dueUntil;
    private Gap? gap;
    private Task work = Task.CompletedTask;
    private TaskCompletionSource leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (long Sequence, short[] Pcm)[] again = [];

    private Talker(Uri gateway) => (At, gateways) = (gateway, [gateway]);

    /// <summary>The gateway it talks through.</summary>
    public Uri At { get; private set; }

    public string Id => (string)opened["session"]!;

    /// <summary>What was not as it should be.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (gate)
            {
                return [.. faults];
            }
        }
    }

    /// <summary>Each time that the line was gone.</summary>
    public IReadOnlyList<Gap> Gaps
    {
        get
        {
            lock (gate)
            {
                return [.. gaps];
            }
        }
    }

    /// <summary>Turns it was told of as completed, by an event or on coming back.</summary>
    public IReadOnlyList<(int Turn, string User, string Reply)> Completed
    {
        get
        {
            lock (gate)
            {
                return [.. completed];
            }
        }
    }

    /// <summary>The longest that a listener waited in a reply for sound that was late, the line standing.</summary>
    public TimeSpan WorstSilence { get; private set; }

    /// <summary>When that was.</summary>
    public TimeSpan WorstAt { get; private set; }

    /// <summary>Samples of the present reply that were played.</summary>
    public long Played
    {
        get
        {
            lock (gate)
            {
                return played;
            }
        }
    }

    public bool SaidAll => toSay.IsEmpty;

    /// <summary>Why it was told to come back.</summary>
    public ConcurrentBag<string> Reasons { get; } = [];

    public string Trace
    {
        get
        {
            lock (gate)
            {
                return $"{Id} at {At}: {string.Join("; ", faults)}{Environment.NewLine}{string.Join(Environment.NewLine, events.TakeLast(40).Select(e => $"{e.At.TotalSeconds:0.00} {e.Event.ToJsonString()}"))}";
            }
        }
    }

    private static TimeSpan Now => SiloProcess.Clock.Elapsed;

    public static async Task<Talker> CallAsync(Uri gateway, string responder = "echo")
    {
        var talker = new Talker(gateway);
        await talker.OpenAsync(gateway, new { inputRate = Rate, outputRate = Rate, settings = new { greet = false, responder } });
        talker.work = Task.WhenAll(Task.Run(talker.ListenAsync), Task.Run(talker.TalkAsync));
        return talker;
    }

    /// <summary>Waits until each silo tells its callers of all the others.</summary>
    public static async Task KnownAsync(params IReadOnlyList<SiloProcess> silos)
    {
        var until = Now + TimeSpan.FromSeconds(30);
        foreach (var silo in silos)
        {
            for (var known = -1; known < silos.Count - 1; await Task.Delay(100))
            {
                Assert.True(Now < until, $"{silo.Name} tells of {known} other gateways.");
                await using var line = await RawClient.Connect(silo.Http);
                known = (await line.Open(new { settings = new { greet = false } }))["gateways"] is JsonArray gateways ? gateways.Count : 0;
                await line.Send("Close");
            }
        }
    }

    /// <summary>Says the words at the pace of speech.</summary>
    public void Say(string words)
    {
        foreach (var sample in SpokenWords.Say(words, Rate))
        {
            toSay.Enqueue(sample);
        }
    }

    /// <summary>Says the words and waits until that turn is told as completed; says it again where the session was restored without it.</summary>
    public async Task<(int Turn, string User, string Reply)> AskAsync(string words, TimeSpan within)
    {
        int turns, restored;
        lock (gate)
        {
            turns = completed.Count;
            restored = gaps.Count(gap => gap.Restored);
        }

        var until = Now + within;
        Say(words);
        while (true)
        {
            lock (gate)
            {
                if (completed.Count > turns)
                {
                    return completed[^1];
                }

                if (gaps.Count(gap => gap.Restored) is var now && now > restored)
                {
                    restored = now;
                    toSay.Clear();
                    foreach (var sample in SpokenWords.Say(words, Rate))
                    {
                        toSay.Enqueue(sample);
                    }
                }
            }

            if (Now > until)
            {
                throw new TimeoutException($"'{words}' was not answered in {within.TotalSeconds} s. {Trace}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>The first event of a type after a moment.</summary>
    public async Task<JsonObject> EventAsync(string type, TimeSpan after = default, TimeSpan? within = null)
    {
        var until = Now + (within ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            lock (gate)
            {
                if (events.FirstOrDefault(e => e.At >= after && (string?)e.Event["type"] == type) is { Event: { } found })
                {
                    return found;
                }
            }

            Assert.True(Now < until, $"No {type} came. {Trace}");
            await Task.Delay(10);
        }
    }

    /// <summary>Takes the line for dead and comes back by another; the old one stays as it is, with a last word in it.</summary>
    public RawClient LeaveGhost(string lastWord)
    {
        var ghost = client!;
        _ = ghost.Send("Text", lastWord);
        leaving.TrySetResult();
        return ghost;
    }

    public IReadOnlyList<JsonObject> Events(string type)
    {
        lock (gate)
        {
            return [.. events.Where(e => (string?)e.Event["type"] == type).Select(e => e.Event)];
        }
    }

    /// <summary>Waits until so much of the present reply was heard.</summary>
    public async Task HearsAsync(TimeSpan length)
    {
        for (var until = Now + TimeSpan.FromSeconds(30); Played < length.TotalSeconds * Rate;)
        {
            Assert.True(Now < until, $"Only {Played} samples were heard. {Trace}");
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        client?.Abort();
        await work;
        if (client is not null)
        {
            await client.DisposeAsync();
        }

        over.Dispose();
    }

    /// <summary>A time without a line.</summary>
    internal sealed class Gap
    {
        public Uri? From { get; init; }

        /// <summary>When the line was found to be gone.</summary>
        public TimeSpan Lost { get; init; }

        public TimeSpan LastFrame { get; init; }

        /// <summary>When the session answered again.</summary>
        public TimeSpan? Back { get; set; }

        public bool Resumed { get; set; }

        public bool Restored { get; set; }

        /// <summary>The sample it said it had heard to, and the first that came.</summary>
        public long ResumedAt { get; set; } = -1;

        public long? FirstPosition { get; set; }

        public TimeSpan? FirstFrame { get; set; }

        public List<string> Refusals { get; } = [];
    }
}
