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
internal sealed class Talker : IAsyncDisposable
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

    /// <summary>Turns it was told of as completed, each once.</summary>
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
            for (var told = -1; told < silos.Count - 1; await Task.Delay(100))
            {
                Assert.True(Now < until, $"{silo.Name} tells of {told} other gateways.");
                await using var line = await RawClient.Connect(silo.Http);
                told = (await line.Open(new { settings = new { greet = false } }))["gateways"] is JsonArray gateways ? gateways.Count : 0;
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

    private async Task OpenAsync(Uri gateway, object request)
    {
        var next = await RawClient.Connect(gateway).WaitAsync(Attempt);
        try
        {
            var answer = await next.Invoke("Open", request).WaitAsync(Attempt);
            if (answer["error"] is { } error)
            {
                throw new InvalidOperationException((string?)error);
            }

            lock (gate)
            {
                opened = answer["result"]!.AsObject();
                At = gateway;
// As the page does: those known before are kept, behind.
                gateways = [.. ((Uri[])[gateway, .. (opened["gateways"] as JsonArray ?? []).Select(told => new Uri((string)told!)), .. gateways]).Distinct()];
                client = next;
            }
        }
        catch
        {
            await next.DisposeAsync();
            throw;
        }
    }

    private async Task ListenAsync()
    {
        while (!over.IsCancellationRequested)
        {
            var line = client!;
            var left = leaving.Task;
            while (true)
            {
                var receiving = ReceiveAsync(line);
                if (await Task.WhenAny(receiving, left) == left || await receiving is not { } message || !Take(message))
                {
                    break;
                }
            }

            if (!left.IsCompleted)
            {
                await line.DisposeAsync();
            }

            leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!over.IsCancellationRequested)
            {
                await ComeBackAsync();
            }
        }
    }

    private static async Task<JsonObject?> ReceiveAsync(RawClient line)
    {
        try
        {
            return await line.Receive();
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task ComeBackAsync()
    {
        var since = Now;
        object request;
        (int Generation, long Played) had;
        lock (gate)
        {
            had = (generation, played);
            gap = new Gap { Lost = since, LastFrame = lastFrame, From = At };
            gaps.Add(gap);
            request = new { inputRate = Rate, outputRate = Rate, resume = new { session = Id, token = (string)opened["token"]!, generation, played } };
        }

        for (var n = 0; !over.IsCancellationRequested; n++)
        {
            var gateway = gateways[(n + 1) % gateways.Count];
            try
            {
                await OpenAsync(gateway, request);
                Back(had);
                return;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                gap.Refusals.Add($"{(Now - since).TotalSeconds:0.0} s {gateway}: {fault.Message}");
                if (Now - since > TimeSpan.FromSeconds(40) || fault.Message.Contains("session_unknown", StringComparison.Ordinal) || fault.Message.Contains("resume_refused", StringComparison.Ordinal))
                {
                    Fault($"dropped: {string.Join(" | ", gap.Refusals)}");
                    await over.CancelAsync();
                    return;
                }

                await Task.Delay(n % gateways.Count == gateways.Count - 1 ? 500 : 100);
            }
        }
    }

    private void Back((int Generation, long Played) had)
    {
        lock (gate)
        {
            gap!.Back = Now;
            (gap.Resumed, gap.Restored) = ((bool)opened["resumed"]!, (bool)opened["restored"]!);
            var history = opened["history"]!.AsArray().Select(line => ((int)line!["turn"]!, (string)line["user"]!, (string)line["reply"]!)).ToHashSet();
            faults.AddRange(completed.Where(turn => !history.Contains(turn)).Select(turn => $"turn {turn} was told as completed and is lost"));
            var last = (long)opened["lastSequence"]!;
            if (gap.Resumed)
            {
                (generation, received, played) = (had.Generation, had.Played, had.Played);
                gap.ResumedAt = had.Played;
            }
            else
            {
                (generation, received, played, cancelled, held) = (0, 0, 0, 0, false);
                sent.Clear();
                sequence = last + 1;
            }

            again = [.. sent.Where(message => message.Sequence > last)];
        }
    }

    /// <summary>False where the session is to be taken up elsewhere.</summary>
    private bool Take(JsonObject message)
    {
        switch ((string?)message["target"])
        {
            case "audio":
                Hear((int)message["arguments"]![0]!, (long)message["arguments"]![1]!, Convert.FromBase64String((string)message["arguments"]![2]!));
                break;
            case "event":
                return Note(message["arguments"]![0]!.AsObject());
        }

        return (int?)message["type"] != 7;
    }

    private void Hear(int of, long position, byte[] bytes)
    {
        var pcm = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes);
        lock (gate)
        {
            if (of > generation)
            {
                (generation, received, played, held) = (of, 0, 0, false);
            }

            if (of <= cancelled)
            {
                faults.Add($"a frame of {of}, which is cancelled");
            }
            else if (of != generation || position != received)
            {
                faults.Add($"a frame of {of} at {position}; {received} of {generation} is due");
            }

            for (var i = 0; i < pcm.Length; i++)
            {
                if (pcm[i] != ScriptedSpeaker.Sample(Id, position + i))
                {
                    faults.Add($"sample {position + i} of {of} is another's");
                    break;
                }
            }

            // What was sent ahead sounds on while nothing comes.
            if (position > 0 && gap is not { FirstFrame: null } && Now - dueUntil is var late && late > WorstSilence)
            {
                (WorstSilence, WorstAt) = (late, Now);
            }

            dueUntil = (position == 0 || Now > dueUntil ? Now : dueUntil) + TimeSpan.FromSeconds(pcm.Length / (double)Rate);
            received = position + pcm.Length;
            lastFrame = Now;
            if (gap is { FirstFrame: null })
            {
                gap.FirstFrame = Now;
                gap.FirstPosition = position;
            }
        }
    }

    private bool Note(JsonObject message)
    {
        lock (gate)
        {
            events.Add((Now, message));
            switch ((string?)message["type"])
            {
                case "reply.started" when (int)message["generation"]! > generation:
                    (generation, received, played, held) = ((int)message["generation"]!, 0, 0, false);
                    break;
                case "playout.paused":
                    held = true;
                    break;
                case "playout.resumed":
                    held = false;
                    dueUntil = Now;
                    break;
                case "playout.cancelled":
                    cancelled = Math.Max(cancelled, (int)message["generation"]!);
                    received = played;
                    break;
                case "turn.completed":
                    var turn = ((int)message["turn"]!, (string)message["user"]!, (string)message["reply"]!);
                    if (completed.Contains(turn))
                    {
                        faults.Add($"turn {turn} is told twice");
                    }

                    completed.Add(turn);
                    break;
                case "closed":
                    var reason = (string)message["reason"]!;
                    if (reason is not ("server_stopping" or "session_lost"))
                    {
                        faults.Add($"closed: {reason}");
                    }

                    Reasons.Add(reason);
                    return false;
            }

            return true;
        }
    }

    /// <summary>Why it was told to come back.</summary>
    public ConcurrentBag<string> Reasons { get; } = [];

    private void Fault(string what)
    {
        lock (gate)
        {
            faults.Add(what);
        }
    }

    private async Task TalkAsync()
    {
        var next = Now;
        try
        {
            while (!over.IsCancellationRequested)
            {
                // Tells what was played first: it may be asked where to go on from.
                (int Of, long Samples)? report = null;
                List<(long Sequence, short[] Pcm)> audio = [];
                RawClient? line;
                lock (gate)
                {
                    line = gap is { Back: null } ? null : client;
                    played = held ? played : Math.Min(received, played + Piece);
                    report = generation > 0 ? (generation, played) : null;
                    if (line is not null)
                    {
                        var pcm = new short[Piece];
                        for (var i = 0; i < Piece && toSay.TryDequeue(out var sample); i++)
                        {
                            pcm[i] = sample;
                        }

                        audio.AddRange(again);
                        again = [];
                        audio.Add((sequence++, pcm));
                        sent.Enqueue(audio[^1]);
                        if (sent.Count > 28)
                        {
                            sent.Dequeue();
                        }
                    }
                }

                try
                {
                    if (line is not null)
                    {
                        foreach (var (number, pcm) in audio)
                        {
                            await line.SendAudio(number, pcm);
                        }

                        if (report is { } told)
                        {
                            await line.Send("Played", told.Of, told.Samples);
                        }
                    }
                }
                catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException or IOException)
                {
                    // The listener finds out, and comes back.
                }

                next += Tick;
                if (next - Now is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, over.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
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
