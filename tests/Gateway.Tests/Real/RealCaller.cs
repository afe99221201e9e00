using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Conversation.Gateway.Tests.Support;

namespace Conversation.Gateway.Tests.Real;

/// <summary>A caller in real time: sends 20 ms of what it has to say, or silence, every 20 ms; plays what it hears and reports it, as a page does.</summary>
internal sealed class RealCaller : IAsyncDisposable
{
    private const int Rate = 16_000;
    private const int Frame = Rate / 50;
    private readonly RawClient client;
    private readonly ConcurrentQueue<short> toSay = new();
    private readonly CancellationTokenSource over = new();
    private readonly Lock gate = new();
    private readonly List<JsonObject> events = [];
    private readonly List<(Predicate<JsonObject> Fits, TaskCompletionSource<JsonObject> Found)> waiting = [];
    private readonly List<Task> work = [];
    private int generation;
    private long received;
    private long played;
    private bool held;
    private int cancelled = -1;

    private RealCaller(RawClient client) => this.client = client;

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

    public static async Task<RealCaller> Call(Uri server)
    {
        var client = await RawClient.Connect(server);
        await client.Open(new { inputRate = Rate, outputRate = Rate, settings = new { greet = false } });
        var caller = new RealCaller(client);
        caller.work.Add(Task.Run(caller.Listen));
        caller.work.Add(Task.Run(caller.Talk));
        return caller;
    }

    /// <summary>The 16 kHz samples of a WAV.</summary>
    public void Say(byte[] wav)
    {
        Assert.Equal(Rate, BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(24)));
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

            Assert.True(of != generation || position == received, $"a gap: {position} after {received}");
            received += pcm.Length / 2;
            for (var at = 0; at < pcm.Length; at += 2)
            {
                Loud += Math.Abs((int)BinaryPrimitives.ReadInt16LittleEndian(pcm.AsSpan(at))) > 500 ? 1 : 0;
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
        var frame = new short[Frame];
        try
        {
            for (var sequence = 0; !over.IsCancellationRequested; sequence++)
            {
                for (var n = 0; n < Frame; n++)
                {
                    frame[n] = toSay.TryDequeue(out var sample) ? sample : (short)0;
                }

                await client.SendAudio(sequence, frame);
                (int Of, long Samples)? report = null;
                lock (gate)
                {
                    played = held ? played : Math.Min(received, played + Frame);
                    report = generation > 0 && sequence % 5 == 0 ? (generation, played) : null;
                }

                if (report is { } told)
                {
                    await client.Send("Played", told.Of, told.Samples);
                }

                var ahead = TimeSpan.FromMilliseconds(20.0 * (sequence + 1)) - clock.Elapsed;
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
