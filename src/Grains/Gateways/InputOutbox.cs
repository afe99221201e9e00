using System.Runtime.InteropServices;
using Conversation.Grains.Sessions;

namespace Conversation.Grains.Gateways;

/// <summary>
/// A caller's audio on its way to the grain. Messages go together once they complete a window of voice activity (32 ms): what does not decides nothing. What was sent is
/// kept until the grain is known to have it, so that a session that moves misses nothing. Not thread-safe.
/// </summary>
internal sealed class InputOutbox(int rate)
{
    private const int WindowSamples = 512;
    private const int WindowRate = 16_000;

    /// <summary>Kept for a session on the move; the oldest goes first.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly Queue<AudioIn> sent = new();
    private readonly long keptSamples = (long)(Kept.TotalSeconds * rate);
    private byte[] waiting = [];
    private int filled;
    private long sequence;
    private long next;
    private int messages;
    private int length;
    private long samples;
    private long sentSamples;
    private AudioIn? lastMark;

    /// <summary>The last end of a turn; -1 for none.</summary>
    public long LastEnd { get; private set; } = -1;

    /// <summary>Takes a message; calls <paramref name="send"/> for what is to go now.</summary>
    public void Add(long number, ReadOnlySpan<short> pcm, Action<AudioIn> send)
    {
        next = number + 1;
        if (messages > 0 && (number != sequence + messages || pcm.Length != length))
        {
            Flush(send);
        }

        if (messages == 0)
        {
            (sequence, length) = (number, pcm.Length);
        }

        var bytes = MemoryMarshal.AsBytes(pcm);
        if (filled + bytes.Length > waiting.Length)
        {
            Array.Resize(ref waiting, Math.Max(filled + bytes.Length, waiting.Length * 2));
        }

        bytes.CopyTo(waiting.AsSpan(filled));
        filled += bytes.Length;
        messages++;
        var before = Windows(samples);
        samples += pcm.Length;
        if (Windows(samples) > before)
        {
            Flush(send);
        }
    }

    /// <summary>The session has messages up to <paramref name="last"/> already, by another connection: ends of turns are numbered as its are.</summary>
    public void Begin(long last) => next = Math.Max(next, last + 1);

    /// <summary>The turn ends with what was taken so far: it goes with the audio, in its order.</summary>
    public void End(bool keep, Action<AudioIn> send)
    {
        if (LastEnd == next)
        {
            // Nothing was said since the last one, which waits for audio to be acknowledged: asked for again and again, they would pile up.
            return;
        }

        if (messages > 0)
        {
            Flush(send);
        }

        LastEnd = next;
        lastMark = new AudioIn(LastEnd, 0, []) { EndTurn = keep };
        sent.Enqueue(lastMark);
        send(lastMark);
    }

    /// <summary>Sends the last end of a turn again, where it is this one: it was lost on the way, or is about to arrive and then counts once. Said again it ends the turn where the audio is by then.</summary>
    public void EndAgain(long end, Action<AudioIn> send)
    {
        if (lastMark is { } mark && mark.Sequence == end)
        {
            send(mark);
        }
    }

    /// <summary>The grain has everything up to <paramref name="last"/>.</summary>
    public void Acknowledge(long last)
    {
        while (sent.TryPeek(out var oldest) && (oldest.Messages == 0 ? oldest.Sequence : oldest.Sequence + oldest.Messages - 1) <= last)
        {
            Forget();
        }
    }

    /// <summary>Sends again what the grain may not have.</summary>
    public void Again(long last, Action<AudioIn> send)
    {
        Acknowledge(last);
        foreach (var audio in sent)
        {
            send(audio);
        }
    }

    private long Windows(long count) => count * WindowRate / rate / WindowSamples;

    private void Flush(Action<AudioIn> send)
    {
        var audio = new AudioIn(sequence, messages, waiting.AsSpan(0, filled).ToArray());
        (filled, messages) = (0, 0);
        sent.Enqueue(audio);
        sentSamples += audio.Pcm.Length / 2;
        while (sentSamples > keptSamples && sent.Count > 1)
        {
            Forget();
        }

        send(audio);
    }

    private void Forget() => sentSamples -= sent.Dequeue().Pcm.Length / 2;
}
