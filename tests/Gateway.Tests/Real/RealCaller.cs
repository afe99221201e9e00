using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Conversation.Gateway.Tests.Support;

namespace Conversation.Gateway.Tests.Real;

/// <summary>A caller in real time: sends 20 ms of what it has to say, or silence, every 20 ms; plays what it hears and reports it, as a page does.</summary>
internal sealed class RealCaller : IAsyncDisposable
{
    private readonly RawClient client;
    private readonly CallOptions options;
    private readonly ConcurrentQueue<short> toSay = new();
    private readonly CancellationTokenSource over = new();
    private readonly Lock gate = new();
    private readonly List<JsonObject> events = [];
    private readonly List<(Predicate<JsonObject> Fits, TaskCompletionSource<JsonObject> Found)> waiting = [];
    private readonly List<Task> work = [];
    private readonly Dictionary<int, (long From, List<short> Samples)> heard = [];
    private int generation;
    private long received;
    private long played;
    private bool held;
    private int cancelled = -1;

    private RealCaller(RawClient client, CallOptions options, JsonObject opened)
    {
        this.client = client;
        this.options = options;
        Opened = opened;
        if (options.Resume is { } resume && (bool)opened["resumed"]!)
        {
            (generation, received, played) = (resume.Generation, resume.Played, resume.Played);
        }
    }

    /// <summary>What Open was answered.</summary>
    public JsonObject Opened { get; }

    /// <summary>Set to send no audio at all, not even silence.</summary>
    public bool Mute { get; set; }

    /// <summary>True once all that was given to be said has been sent.</summary>
    public bool SaidAll => toSay.IsEmpty;

    /// <summary>Samples that were not silent, of all audio received.</summary>
    public long Loud { get; private set; }

    /// <summary>Audio that came for a reply after it was cancelled.</summary>
    public int Stale { get; private set; }

    /// <summary>Samples of the present reply played so far.</summary>
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

    public string Trace
    {
        get
        {
            lock (gate)
            {
                return string.Join(Environment.NewLine, events.Select(e => e.ToJsonString()));
            }
        }
    }

    public static async Task<RealCaller> Call(Uri server, CallOptions? options = null)
    {
        options ??= new CallOptions();
        var client = await RawClient.Connect(server);
        var opened = await client.Open(new { inputRate = options.InputRate, outputRate = options.OutputRate, settings = options.Settings, resume = options.Resume });
        var caller = new RealCaller(client, options, opened);
        caller.work.Add(Task.Run(caller.Listen));
        caller.work.Add(Task.Run(caller.Talk));
        return caller;
    }

    /// <summary>What to resume with, by what has been played now.</summary>
    public Resumption Resumption
    {
        get
        {
            lock (gate)
            {
                return new Resumption((string)Opened["session"]!, (string)Opened["token"]!, generation, played);
            }
        }
    }

    /// <summary>The audio received of a reply: where it began and every sample since, which came without a gap.</summary>
    public (long From, short[] Samples) Heard(int of)
    {
        lock (gate)
        {
            return heard.TryGetValue(of, out var audio) ? (audio.From, [.. audio.Samples]) : (0, []);
        }
    }

    /// <summary>The events of a type that have come.</summary>
    public JsonObject[] Events(string type)
    {
        lock (gate)
        {
            return [.. events.Where(e => (string?)e["type"] == type)];
        }
    }

    /// <summary>Types a turn.</summary>
    public Task Type(string text) => client.Send("Text", text);

    public Task Send(string method, params object?[] arguments) => client.Send(method, arguments);

    /// <summary>Done once the line is dead.</summary>
    public Task Gone => work[0];

    /// <summary>Drops the line without a word.</summary>
    public async Task Drop()
    {
        client.Abort();
        await Task.WhenAll(work).WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Waits until so much of the present reply was played.</summary>
    public async Task Plays(TimeSpan time)
    {
        var patience = Stopwatch.StartNew();
        while (Played < time.TotalSeconds * options.OutputRate)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), $"Only {Played} samples were played.{Environment.NewLine}{Trace}");
            await Task.Delay(20);
        }
    }

    /// <summary>The samples of a WAV at the rate the caller sends.</summary>
    public void Say(byte[] wav)
    {
        Assert.Equal(options.InputRate, BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(24)));
        for (var at = 44; at < wav.Length; at += 2)
        {
            toSay.Enqueue(BinaryPrimitives.ReadInt16LittleEndian(wav.AsSpan(at)));
        }
    }

    /// <summary>The first event, come or to come, that fits.</summary>
    public async Task<JsonObject> Event(string type, Predicate<JsonObject>? also = null)
    {
        bool Fits(JsonObject e) => (string?)e["type"] == type && (also is null || also(e));
        TaskCompletionSource<JsonObject> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (events.Find(Fits) is { } already)
            {
                return already;
            }

            waiting.Add((Fits, found));
        }

        try
        {
            return await found.Task.WaitAsync(TimeSpan.FromSeconds(90));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No {type} came. What came:{Environment.NewLine}{Trace}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        client.Abort();
        await Task.WhenAll(work);
        await client.DisposeAsync();
        over.Dispose();
    }

    private async Task Listen()
    {
        while (await client.Receive() is { } message)
        {
            switch ((string?)message["target"])
            {
                case "audio":
                    Hear((int)message["arguments"]![0]!, (long)message["arguments"]![1]!, Convert.FromBase64String((string)message["arguments"]![2]!));
                    break;
                case "event":
                    Note(message["arguments"]![0]!.AsObject());
                    break;
            }
        }
    }

    private void Hear(int of, long position, byte[] pcm)
    {
        lock (gate)
        {
            Stale += of <= cancelled ? 1 : 0;
            if (of > generation)
            {
                (generation, received, played, held) = (of, 0, 0, false);
            }

            if (options.Resume?.Generation == of && !heard.ContainsKey(of) && position > received)
            {
                // The line before this one may have played a little more, and said so, after it was asked how far it was.
                received = played = position;
            }

            Assert.True(of != generation || position == received, $"a gap: {position} after {received}");
            if (!heard.TryGetValue(of, out var audio))
            {
                heard[of] = audio = (position, []);
            }

            received += pcm.Length / 2;
            for (var at = 0; at < pcm.Length; at += 2)
            {
                var sample = BinaryPrimitives.ReadInt16LittleEndian(pcm.AsSpan(at));
                audio.Samples.Add(sample);
                Loud += Math.Abs((int)sample) > 500 ? 1 : 0;
            }
        }
    }

    private void Note(JsonObject e)
    {
        lock (gate)
        {
            events.Add(e);
            switch ((string?)e["type"])
            {
                case "reply.started" when (int)e["generation"]! > generation:
                    (generation, received, played, held) = ((int)e["generation"]!, 0, 0, false);
                    break;
                case "playout.paused":
                    held = true;
                    break;
                case "playout.resumed":
                    held = false;
                    break;
                case "playout.cancelled":
                    cancelled = Math.Max(cancelled, (int)e["generation"]!);
                    received = played;
                    break;
            }

            foreach (var (fits, found) in waiting.ToArray())
            {
                if (fits(e))
                {
                    found.TrySetResult(e);
                }
            }
        }
    }

    private async Task Talk()
    {
        var clock = Stopwatch.StartNew();
        var frame = new short[options.InputRate / 50];
        var sequence = (long)Opened["lastSequence"]! + 1;
        try
        {
            for (var tick = 0; !over.IsCancellationRequested; tick++)
            {
                if (!Mute)
                {
                    for (var n = 0; n < frame.Length; n++)
                    {
                        frame[n] = toSay.TryDequeue(out var sample) ? sample : (short)0;
                    }

                    await client.SendAudio(sequence++, frame);
                }

                (int Of, long Samples)? report = null;
                lock (gate)
                {
                    played = held ? played : Math.Min(received, played + (options.OutputRate / 50));
                    report = options.Acknowledges && generation > 0 && tick % 5 == 0 ? (generation, played) : null;
                }

                if (report is { } told)
                {
                    await client.Send("Played", told.Of, told.Samples);
                }

                var ahead = TimeSpan.FromMilliseconds(20.0 * (tick + 1)) - clock.Elapsed;
                if (ahead > TimeSpan.Zero)
                {
                    await Task.Delay(ahead, over.Token);
                }
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or System.Net.WebSockets.WebSocketException or ObjectDisposedException)
        {
        }
    }
}

/// <summary>How a caller calls and behaves.</summary>
internal sealed record CallOptions
{
    public int InputRate { get; init; } = 16_000;

    public int OutputRate { get; init; } = 16_000;

    public object Settings { get; init; } = new { greet = false };

    /// <summary>Whether it reports what it has played.</summary>
    public bool Acknowledges { get; init; } = true;

    public Resumption? Resume { get; init; }
}

/// <summary>As it stands on the wire.</summary>
internal sealed record Resumption(
    [property: System.Text.Json.Serialization.JsonPropertyName("session")] string Session,
    [property: System.Text.Json.Serialization.JsonPropertyName("token")] string Token,
    [property: System.Text.Json.Serialization.JsonPropertyName("generation")] int Generation,
    [property: System.Text.Json.Serialization.JsonPropertyName("played")] long Played);
