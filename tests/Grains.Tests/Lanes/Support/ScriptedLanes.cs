using System.Collections.Concurrent;
using System.Threading.Channels;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Tests.Lanes.Support;

/// <summary>What a scripted lane does with a request.</summary>
internal enum Behaviour
{
    Answers,
    Throws,
    Hangs,
    IsFull,
    Refuses,
}

/// <summary>A lane whose behaviour a test sets; it says who asked.</summary>
internal abstract class ScriptedLane(string name)
{
    public string Name => name;

    public volatile Behaviour Behaviour = Behaviour.Answers;

    public TimeSpan Takes { get; set; }

    public ConcurrentQueue<string> Asked { get; } = new();

    public int Cancelled;

    private int running;

    /// <summary>The most requests that were in it at once.</summary>
    public int MostAtOnce;

    /// <summary>Requests wait for it to be set, where there is one: so that a test decides when a batch is complete.</summary>
    public TaskCompletionSource? Held { get; set; }

    protected async Task ActAsync(string session, CancellationToken cancellation)
    {
        Asked.Enqueue(session);
        var now = Interlocked.Increment(ref running);
        int most;
        while (now > (most = MostAtOnce) && Interlocked.CompareExchange(ref MostAtOnce, now, most) != most)
        {
        }

        try
        {
            switch (Behaviour)
            {
                case Behaviour.Throws:
                    throw new InvalidOperationException($"{name} is broken.");
                case Behaviour.Hangs:
                    await Task.Delay(Timeout.Infinite, cancellation);
                    break;
                case Behaviour.IsFull:
                    throw new LaneFullException(name, 4);
                case Behaviour.Refuses:
                    throw new ArgumentException($"{name} has no such voice.");
            }

            if (Held is { } held)
            {
                await held.Task.WaitAsync(cancellation);
            }

            if (Takes > TimeSpan.Zero)
            {
                await Task.Delay(Takes, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Interlocked.Increment(ref Cancelled);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }
}

internal sealed class ScriptedRecognizer(string name) : ScriptedLane(name), IRecognizer
{
    public async Task<Recognition> RecognizeAsync(ReadOnlyMemory<float> samples, RecognitionRequest request, CancellationToken cancellation)
    {
        await ActAsync(request.Session, cancellation);
        return new Recognition($"{Name}:{request.Tier}:{samples.Length}:{samples.Span[0]}", 0.5f, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), Name);
    }
}

internal sealed class ScriptedSynthesizer(string name) : ScriptedLane(name), ISynthesizer
{
    public string Engine => "scripted";

    public IReadOnlyList<Voice> Voices { get; } = [new Voice("ann", "Ann", "en", "scripted"), new Voice("bob", "Bob", "en", "scripted")];

    public async Task<Synthesis> SynthesizeAsync(SynthesisRequest request, CancellationToken cancellation)
    {
        await ActAsync(request.Session, cancellation);
        return new Synthesis([1, -0.5f, request.Speed], 24_000, [request.Phonemes.Length], TimeSpan.Zero, TimeSpan.FromMilliseconds(3));
    }
}

/// <summary>Scores every window with its first sample, one after the other on a thread of its own, as a lane does. Says what it was sent.</summary>
internal sealed class ScriptedVoiceActivity(string name, int queue = 32) : ScriptedLane(name), IVoiceActivity
{
    private int open;

    public int Opened;

    public int Open => open;

    /// <summary>The first sample of every window that any stream sent, in the order in which they came.</summary>
    public ConcurrentQueue<float> Seen { get; } = new();

    IVoiceActivityStream IVoiceActivity.Open(ISpeechScoreSink sink)
    {
        if (Behaviour == Behaviour.IsFull)
        {
            throw new LaneFullException(Name, queue);
        }

        Interlocked.Increment(ref open);
        Interlocked.Increment(ref Opened);
        return new Stream(this, sink, queue);
    }

    private sealed class Stream : IVoiceActivityStream
    {
        private readonly ScriptedVoiceActivity owner;
        private readonly Channel<(float First, long End)> windows;
        private int closed;

        public Stream(ScriptedVoiceActivity owner, ISpeechScoreSink sink, int queue)
        {
            this.owner = owner;
            windows = Channel.CreateBounded<(float, long)>(queue);
            _ = Task.Run(async () =>
            {
                await foreach (var (first, end) in windows.Reader.ReadAllAsync())
                {
                    if (owner.Takes > TimeSpan.Zero)
                    {
                        await Task.Delay(owner.Takes);
                    }

                    while (owner.Behaviour == Behaviour.Hangs)
                    {
                        await Task.Delay(5);
                    }

                    owner.Seen.Enqueue(first);
                    if (closed == 0)
                    {
                        sink.OnScore(end, first);
                    }
                }
            });
        }

        public bool TrySubmit(ReadOnlySpan<float> window, long endPosition) =>
            owner.Behaviour == Behaviour.Throws ? throw new InvalidOperationException("broken") : closed == 0 && windows.Writer.TryWrite((window[0], endPosition));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref closed, 1) == 0)
            {
                windows.Writer.TryComplete();
                Interlocked.Decrement(ref owner.open);
            }
        }
    }
}
