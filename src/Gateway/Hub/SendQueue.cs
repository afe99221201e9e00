using Conversation.Gateway.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Hub;

/// <summary>
/// What waits to be sent to one client, in order: frames and events. Bounded: audio by length, events by number; a full queue says so. A
/// cancelled reply's frames are dropped on the spot, so that nothing of it follows its cancellation. Frames are pooled here; in steady
/// state nothing is allocated for one.
/// </summary>
internal sealed class SendQueue(int maxEvents)
{
    private readonly Lock gate = new();
    private readonly Queue<Item> items = new();
    private readonly Stack<AudioFrame> free = new();
    private long maxSamples;
    private long samples;
    private int events;
    private int cancelled = -1;
    private Item current;

    /// <summary>Sets how many samples may wait.</summary>
    public void Bound(long toSamples)
    {
        lock (gate)
        {
            maxSamples = toSamples;
        }
    }

    /// <summary>Takes a frame, copying it. False where no room is left; a frame of a cancelled reply is taken and dropped.</summary>
    public bool TryAdd(int generation, long position, ReadOnlySpan<short> pcm, long now)
    {
        lock (gate)
        {
            if (generation <= cancelled)
            {
                return true;
            }

            // An empty queue takes any frame, so that one longer than the bound is late and not stuck for ever.
            if (samples > 0 && samples + pcm.Length > maxSamples)
            {
                return false;
            }

            var frame = free.TryPop(out var pooled) ? pooled : new AudioFrame();
            frame.Fill(generation, position, pcm);
            samples += pcm.Length;
            items.Enqueue(new Item(frame, null, now));
            return true;
        }
    }

    /// <summary>Takes an event. False where too many wait.</summary>
    public bool TryAdd(SessionEvent message, long now)
    {
        lock (gate)
        {
            if (message is SessionEvent.PlayoutCancelled cancel && cancel.Generation > cancelled)
            {
                cancelled = cancel.Generation;
                Drop(frame => frame.Generation <= cancelled);
            }

            if (events >= maxEvents)
            {
                return false;
            }

            events++;
            items.Enqueue(new Item(null, message, now));
            return true;
        }
    }

    /// <summary>Empties the queue but for these last words.</summary>
    public void End(SessionEvent first, SessionEvent last, long now)
    {
        lock (gate)
        {
            cancelled = int.MaxValue;
            while (items.TryDequeue(out var item))
            {
                Recycle(item);
            }

            events = 2;
            items.Enqueue(new Item(null, first, now));
            items.Enqueue(new Item(null, last, now));
        }
    }

    /// <summary>The next to send; give it to <see cref="Sent"/> when it has gone.</summary>
    public bool TryTake(out Item item)
    {
        lock (gate)
        {
            if (!items.TryDequeue(out item))
            {
                return false;
            }

            current = item;
            return true;
        }
    }

    /// <summary>What was taken has gone, and its frame may be used again.</summary>
    public void Sent(Item item)
    {
        lock (gate)
        {
            current = default;
            Recycle(item);
        }
    }

    /// <summary>Since when the oldest of what has not gone waits; null where nothing waits.</summary>
    public long? OldestSince
    {
        get
        {
            lock (gate)
            {
                return current.IsSome ? current.Since : items.TryPeek(out var item) ? item.Since : null;
            }
        }
    }

    private void Drop(Predicate<AudioFrame> which)
    {
        for (var left = items.Count; left > 0; left--)
        {
            var item = items.Dequeue();
            if (item.Frame is { } frame && which(frame))
            {
                Recycle(item);
            }
            else
            {
                items.Enqueue(item);
            }
        }
    }

    private void Recycle(Item item)
    {
        if (item.Frame is { } frame)
        {
            samples -= frame.Samples;
            free.Push(frame);
        }
        else
        {
            events--;
        }
    }

    /// <summary>A frame or an event, and when it came (a TimeProvider timestamp).</summary>
    internal readonly record struct Item(AudioFrame? Frame, SessionEvent? Event, long Since)
    {
        public bool IsSome => Frame is not null || Event is not null;
    }
}
