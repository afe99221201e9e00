using System.Threading.Channels;
using Conversation.Gateway.Realtime.Wire;

namespace Conversation.Gateway.Realtime.Talk;

/// <summary>
/// What waits to be sent to one client, in order: events as they go out, and frames still as samples. Bounded as the hub's queue is: audio by
/// length, events by number; what is over says so. A cancelled response's frames are dropped on the spot.
/// </summary>
internal sealed class Outbox(int maxEvents, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Queue<Item> items = new();
    // One slot: a wake-up already pending is as good as two.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private long maxSamples;
    private long samples;
    private int events;
    private long? takenAt;
    private bool ended;

    /// <summary>True once more events waited than may.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Since when the oldest of what has not gone waits, as a span; zero where nothing waits.</summary>
    public TimeSpan Behind
    {
        get
        {
            lock (gate)
            {
                var since = takenAt ?? (items.TryPeek(out var item) ? item.Since : null);
                return since is { } at ? time.GetElapsedTime(at) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Sets how many samples may wait.</summary>
    public void Bound(long toSamples)
    {
        lock (gate)
        {
            maxSamples = toSamples;
        }
    }

    /// <summary>Takes an event; one too many is dropped and noted, and ends the connection.</summary>
    public void Add(byte[] message)
    {
        lock (gate)
        {
            if (ended || events >= maxEvents)
            {
                Overflowed |= !ended;
                return;
            }

            events++;
            items.Enqueue(new Item(message, null, null, time.GetTimestamp()));
        }

        wake.Writer.TryWrite(true);
    }

    /// <summary>Takes a frame of a response, copying it. False where no room is left.</summary>
    public bool TryAdd(Response response, ReadOnlySpan<short> pcm)
    {
        lock (gate)
        {
            // An empty queue takes any frame, so that one longer than the bound is late and not stuck for ever.
            if (samples > 0 && samples + pcm.Length > maxSamples)
            {
                return false;
            }

            samples += pcm.Length;
            items.Enqueue(new Item(null, response, pcm.ToArray(), time.GetTimestamp()));
        }

        wake.Writer.TryWrite(true);
        return true;
    }

    /// <summary>Drops the frames of a response; gives how many samples of it had been handed to the socket.</summary>
    public void Drop(Response response)
    {
        lock (gate)
        {
            for (var left = items.Count; left > 0; left--)
            {
                var item = items.Dequeue();
                if (item.Pcm is not null && item.Response == response)
                {
                    samples -= item.Pcm.Length;
                }
                else
                {
                    items.Enqueue(item);
                }
            }
        }
    }

    /// <summary>Nothing more is taken; what waits still goes.</summary>
    public void End()
    {
        lock (gate)
        {
            ended = true;
        }

        wake.Writer.TryComplete();
    }

    /// <summary>Sends until the end. <paramref name="send"/> completes when a message has gone to the transport.</summary>
    public async Task SendAll(Func<ReadOnlyMemory<byte>, Task> send)
    {
        do
        {
            while (TryTake(out var item))
            {
                await send(item.Message ?? ServerEvents.AudioDelta(item.Response!, item.Pcm!)).ConfigureAwait(false);
            }
        }
        while (await wake.Reader.WaitToReadAsync().ConfigureAwait(false) && wake.Reader.TryRead(out _));

        while (TryTake(out var item))
        {
            await send(item.Message ?? ServerEvents.AudioDelta(item.Response!, item.Pcm!)).ConfigureAwait(false);
        }
    }

    private bool TryTake(out Item item)
    {
        lock (gate)
        {
            takenAt = null;
            if (!items.TryDequeue(out item))
            {
                return false;
            }

            takenAt = item.Since;
            samples -= item.Pcm?.Length ?? 0;
            events -= item.Message is null ? 0 : 1;
            return true;
        }
    }

    private readonly record struct Item(byte[]? Message, Response? Response, short[]? Pcm, long Since);
}
