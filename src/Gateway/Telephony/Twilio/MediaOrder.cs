using Conversation.Audio;

namespace Conversation.Gateway.Telephony.Twilio;

/// <summary>
/// Puts a stream's audio in order and fills in for what is missing, at 8 kHz. A chunk that is ahead of its turn waits for those before it, until three wait or one
/// has waited for three messages' time; what has not come by then is lost. Short losses are concealed; a longer gap, by the stream's timestamps, is told as such. Not thread-safe.
/// </summary>
internal sealed class MediaOrder(Func<ReadOnlySpan<short>, bool> audio, Action<long> gap)
{
    /// <summary>Chunks that wait at most.</summary>
    public const int MostWaiting = 3;

    // Milliseconds: what is lost beyond this is silence. Concealed, it has faded out by then anyway.
    private const int MostConcealed = 60;
    // Milliseconds by which timestamps may be off without anything missing.
    private const int Tolerance = 30;
    // A chunk so far ahead, or so far behind, begins another count.
    private const int OtherCount = 250;
    private const int PerMs = 8;
    private readonly LossConcealer concealer = new(8_000);
    private readonly short[] concealed = new short[MostConcealed * PerMs];
    private readonly List<(long Chunk, long Timestamp, short[] Pcm)> waiting = [];
    private long expected = -1;
    // Where the audio delivered so far ends, by the stream's clock; -1 where it is not known.
    private long ends = -1;

    /// <summary>Messages that never came, and such as came twice or too late.</summary>
    public (long Lost, long Late) Counts { get; private set; }

    /// <summary>Takes a message. False where it is more audio than a caller can say.</summary>
    public bool Take(long chunk, long timestamp, Span<short> pcm)
    {
        if (chunk == expected && chunk >= 0)
        {
            expected = chunk + 1;
            return Deliver(timestamp, pcm) && Drain();
        }

        if (chunk < 0 || expected < 0)
        {
            // Not counted, or not yet: nothing that waits can be waited for.
            var all = Flush();
            expected = chunk < 0 ? -1 : chunk + 1;
            return all && Deliver(timestamp, pcm);
        }

        if (chunk > expected + OtherCount || chunk < expected - OtherCount)
        {
            // Whatever is being counted now, it is not what was.
            var fine = Flush();
            expected = chunk + 1;
            return fine && Deliver(timestamp, pcm);
        }

        var place = waiting.FindIndex(one => one.Chunk >= chunk);
        if (chunk < expected || (place >= 0 && waiting[place].Chunk == chunk))
        {
            Counts = (Counts.Lost, Counts.Late + 1);
            return true;
        }

        waiting.Insert(place < 0 ? waiting.Count : place, (chunk, timestamp, pcm.ToArray()));
        return waiting.Count < MostWaiting || GiveUp();
    }

    /// <summary>Nothing more comes for now: what waits is delivered.</summary>
    public bool Flush()
    {
        while (waiting.Count > 0)
        {
            if (!GiveUp())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The chunks before the first that waits are lost.</summary>
    private bool GiveUp()
    {
        var (chunk, timestamp, pcm) = waiting[0];
        waiting.RemoveAt(0);
        var missing = chunk - expected;
        Counts = (Counts.Lost + missing, Counts.Late);
        expected = chunk + 1;
        // As long as so many chunks are, unless the timestamps say that it is another.
        var length = missing * (pcm.Length / PerMs);
        length = timestamp >= 0 && ends >= 0 && Math.Abs(timestamp - ends - length) > Tolerance ? Math.Max(0, timestamp - ends) : length;
        var fine = Fill(length);
        ends = timestamp;
        return fine && Deliver(timestamp, pcm) && Drain();
    }

    private bool Drain()
    {
        while (waiting.Count > 0 && waiting[0].Chunk == expected)
        {
            var (_, timestamp, pcm) = waiting[0];
            waiting.RemoveAt(0);
            expected++;
            if (!Deliver(timestamp, pcm))
            {
                return false;
            }
        }

        return true;
    }

    private bool Deliver(long timestamp, Span<short> pcm)
    {
        if (timestamp >= 0 && ends >= 0 && timestamp - ends > Tolerance && !Fill(timestamp - ends))
        {
            return false;
        }

        // By what was delivered, not by each message's own stamp: these jitter, and the jitter must not add up. Seen late, it is begun from anew.
        var length = pcm.Length / PerMs;
        ends = timestamp < 0 ? -1 : ends < 0 || Math.Abs(timestamp - ends) > Tolerance ? timestamp + length : ends + length;
        concealer.Take(pcm);
        return audio(pcm);
    }

    private bool Fill(long ms)
    {
        if (ms > MostConcealed)
        {
            concealer.Reset();
            gap(ms * PerMs);
            return true;
        }

        var span = concealed.AsSpan(0, (int)ms * PerMs);
        concealer.Conceal(span);
        return span.IsEmpty || audio(span);
    }
}
