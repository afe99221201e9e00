using Conversation.Audio;
using Conversation.Core;
using Conversation.Sessions.Moving;
using Conversation.Sessions.Pump;

namespace Conversation.Sessions.Pacing;

/// <summary>
/// What one session is saying: frames of the committed reply, sent a little ahead of playout. All changes and every send happen under one lock,
/// so that nothing of a reply can be sent after its cancellation was told.
/// </summary>
internal sealed class Playout(ClientLink client, Action<SessionEvent> tell, PacingThread pacing, TimeProvider time, int rate, int frameSamples, TimeSpan lead) : IPaced, IDisposable
{
    private readonly Lock gate = new();
    private readonly short[] frame = new short[frameSamples];
    private readonly long leadSamples = SampleCount.FromTime(lead, rate).Value;

    private Reply? reply;
    private long sent;
    private long heard;
    private bool acknowledges;
    private bool paused;
    private long clockFrom;
    private long clockOffset;
    private bool started;
    private bool endTold;
    private int pendingFrame;
    private bool frozen;

    public void Begin(Reply next, Action announce)
    {
        lock (gate)
        {
            announce();
            reply = next;
            sent = 0;
            heard = 0;
            paused = false;
            started = false;
            endTold = false;
            pendingFrame = 0;
            clockOffset = 0;
        }

        pacing.Add(this);
        Advance();
    }

    /// <summary>Goes on with a reply whose beginning another host has sent. <paramref name="away"/>: how long nobody sent anything.</summary>
    public void GoOn(Reply moved, PlayoutMove from, TimeSpan away)
    {
        lock (gate)
        {
            reply = moved;
            sent = moved.Queue.Seek(from.Sent);
            heard = from.Heard;
            acknowledges = from.Acknowledges;
            paused = from.Paused;
            started = from.Started;
            endTold = from.EndTold;
            clockFrom = time.GetTimestamp();
            clockOffset = from.Position + (paused || !started ? 0 : (long)(away.TotalSeconds * rate));
        }

        pacing.Add(this);
    }

    /// <summary>Sends no more, and says where it was; null where nothing is being said.</summary>
    public PlayoutMove? Freeze()
    {
        lock (gate)
        {
            frozen = true;
            pacing.Remove(this);
            return reply is null ? null : new PlayoutMove { Sent = sent, Heard = heard, Acknowledges = acknowledges, Paused = paused, Started = started, EndTold = endTold, Position = Position() };
        }
    }

    public void Pause(int generation, Action tell)
    {
        lock (gate)
        {
            if (reply?.Generation == generation && !paused)
            {
                clockOffset = Position();
                paused = true;
                tell();
            }
        }
    }

    public void Resume(int generation, Action tell)
    {
        lock (gate)
        {
            if (reply?.Generation == generation && paused)
            {
                paused = false;
                clockFrom = time.GetTimestamp();
                tell();
                pacing.Add(this);
            }
        }

        Advance();
    }

    /// <summary>Sends again from <paramref name="from"/>, what the listener had heard.</summary>
    public void Replay(int generation, long from)
    {
        lock (gate)
        {
            if (reply?.Generation == generation)
            {
                sent = reply.Queue.Seek(from);
                pendingFrame = 0;
                endTold = false;
                heard = sent;
                clockOffset = sent;
                clockFrom = time.GetTimestamp();
                pacing.Add(this);
            }
        }
    }

    /// <summary>The reply has been heard to its end.</summary>
    public void End(int generation)
    {
        lock (gate)
        {
            if (reply?.Generation == generation)
            {
                if (pendingFrame == 0 && reply.Queue.IsDrained)
                {
                    // Heard to the end by a listener quicker than the next look at the queue.
                    TellEnd(reply);
                }

                reply = null;
                pacing.Remove(this);
            }
        }
    }

    public void Cancel(int generation, Action tell)
    {
        lock (gate)
        {
            if (reply?.Generation == generation)
            {
                reply = null;
                pacing.Remove(this);
            }

            tell();
        }
    }

    public void Heard(int generation, long samples)
    {
        lock (gate)
        {
            if (reply?.Generation == generation && samples > heard)
            {
                acknowledges = true;
                heard = samples;
                reply.Queue.Release(samples);
            }
        }
    }

    public void Advance()
    {
        lock (gate)
        {
            while (reply is not null && !paused && !frozen && SendOne(reply))
            {
            }
        }
    }

    public void Dispose() => pacing.Remove(this);

    private bool SendOne(Reply current)
    {
        if (pendingFrame == 0)
        {
            if (started && sent >= Allowed() && !current.Queue.IsDrained)
            {
                return false;
            }

            // A short frame only at the very end: a clause boundary must not tear a frame.
            pendingFrame = current.Queue.Read(frame, out sent);
            if (pendingFrame == 0)
            {
                return FinishIfDone(current);
            }
        }

        if (!client.TrySendAudio(current.Generation, sent, frame.AsSpan(0, pendingFrame)))
        {
            return false;
        }

        sent += pendingFrame;
        pendingFrame = 0;
        if (!started)
        {
            started = true;
            clockFrom = time.GetTimestamp();
        }

        return true;
    }

    private bool FinishIfDone(Reply current)
    {
        if (started && Position() > sent)
        {
            // Ran dry: playout waits for the next clause, and so does its clock.
            clockOffset = sent;
            clockFrom = time.GetTimestamp();
        }

        if (!current.Queue.IsDrained)
        {
            return false;
        }

        TellEnd(current);
        pacing.Remove(this);
        return false;
    }

    private void TellEnd(Reply current)
    {
        if (!endTold)
        {
            endTold = true;
            tell(new SessionEvent.ReplyEnded(current.Generation, sent));
        }
    }

    /// <summary>Where playout is by the clock since it began.</summary>
    private long Position() => started && !paused
        ? clockOffset + (long)(time.GetElapsedTime(clockFrom).TotalSeconds * rate)
        : clockOffset;

    /// <summary>How far may be sent: the lead ahead of the clock, but no more than a second past a client that acknowledges and has stopped doing so.</summary>
    private long Allowed()
    {
        var byClock = Position() + leadSamples;
        return acknowledges ? Math.Min(byClock, heard + leadSamples + rate) : byClock;
    }
}
