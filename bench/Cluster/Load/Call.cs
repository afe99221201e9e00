using System.Collections.Concurrent;
using System.Diagnostics;
using Conversation.Inference.Ports;
using Conversation.Sessions;

namespace Conversation.ClusterBench.Load;

/// <summary>What a caller does.</summary>
internal enum Script
{
    /// <summary>Sends audio in which nobody speaks.</summary>
    Listen,

    /// <summary>Has a story read out, and sends no audio.</summary>
    Story,

    /// <summary>Talks 45 % of the time, and is answered.</summary>
    Talk,
}

/// <summary>A caller and the caller's client. Notes when each window was due and pushed, and how late each frame of a reply comes.</summary>
internal sealed class Call(Script script, int start, Logs logs) : ISessionClient, IThreadPoolWorkItem
{
    private const int OutputRate = 24_000;
    private const int LeadSamples = OutputRate / 5;
    private const int AcknowledgeEvery = 5;

    private readonly short[] audio = script == Script.Talk ? CallerAudio.Talk : CallerAudio.Quiet;
    private readonly ConcurrentQueue<(long Due, bool Muted)> dues = new();
    private int waiting;
    private ISession? session;
    private ulong number;
    private long sequence;
    private long ticks;
    private double clockOffset = double.MaxValue;
    private int generation;
    private double announcedAt;
    private long begun;
    private long received;
    private long acknowledged;
    private int disturbed;
    private volatile bool ask;

    public void Opened(ISession opened)
    {
        session = opened;
        number = Stamp.Number(opened.Id);
        ask = script == Script.Story;
    }

    public void Close() => session?.Close("client");

    /// <summary>
    /// Twenty milliseconds have passed, at <paramref name="at"/>. What the caller does then is done on the thread pool, as a hub does what comes from a socket. A caller who is
    /// <paramref name="silent"/> sends nothing, and hears the rest of the reply.
    /// </summary>
    public void Tick(long at, bool silent)
    {
        dues.Enqueue((at, silent));
        if (Interlocked.Increment(ref waiting) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>One after the other, as a connection's messages are.</summary>
    public void Execute()
    {
        do
        {
            dues.TryDequeue(out var next);
            Act(next.Due, next.Muted);
        }
        while (Interlocked.Decrement(ref waiting) > 0);
    }

    private void Act(long due, bool muted)
    {
        if (muted)
        {
            Acknowledge();
            return;
        }

        if (script != Script.Story)
        {
            var at = (int)((start + (sequence * CallerAudio.Frame)) % audio.Length);
            var before = sequence * CallerAudio.Frame / IVoiceActivity.WindowSamples;
            var window = (sequence + 1) * CallerAudio.Frame / IVoiceActivity.WindowSamples;
            if (window > before)
            {
                logs.Pushed.Add(number, window, due, Stopwatch.GetTimestamp());
            }

            if (session!.PushAudio(sequence, audio.AsSpan(at, CallerAudio.Frame)) is { })
            {
                logs.Fault();
            }

            Interlocked.Increment(ref logs.FramesIn);
        }
        else if (ask)
        {
            ask = false;
            session!.Type("tell me a story");
        }

        sequence++;
        Acknowledge();
    }

    private void Acknowledge()
    {
        if (++ticks % AcknowledgeEvery == 0 && Volatile.Read(ref generation) is > 0 and var playing)
        {
            var heard = Math.Min(Volatile.Read(ref received), (long)(Stopwatch.GetElapsedTime(Volatile.Read(ref begun)).TotalSeconds * OutputRate));
            if (heard > acknowledged)
            {
                acknowledged = heard;
                session!.Played(playing, heard);
            }
        }
    }

    public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
    {
        var now = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref logs.FramesOut);
        if (generation != this.generation)
        {
            // The first is due when it could be played: once the reply was announced, and its first audio made.
            var announced = (long)((announcedAt + clockOffset) * Stopwatch.Frequency / 1_000);
            logs.First.Add(number, 0, Math.Max(announced, ScriptedSpeaker.MadeAt(pcm)), now);
            // All others by the listener's clock, which begins with it.
            Volatile.Write(ref begun, now);
            Volatile.Write(ref received, 0);
            acknowledged = 0;
            Volatile.Write(ref this.generation, generation);
        }
        else if (generation != disturbed)
        {
            logs.Sent.Add(number, position, begun + (Math.Max(0, position - LeadSamples) * Stopwatch.Frequency / OutputRate), now);
        }

        Volatile.Write(ref received, position + pcm.Length);
        return true;
    }

    public void Send(SessionEvent message)
    {
        var now = Stopwatch.GetTimestamp() * 1_000.0 / Stopwatch.Frequency;
        clockOffset = Math.Min(clockOffset, now - message.At);
        switch (message)
        {
            case SessionEvent.ReplyStarted started:
                announcedAt = started.At;
                break;
            case SessionEvent.PlayoutPaused paused:
                // Its clock stands still for a while: no measure.
                disturbed = paused.Generation;
                break;
            case SessionEvent.PlayoutCancelled cancelled:
                disturbed = cancelled.Generation;
                break;
            case SessionEvent.TurnCompleted:
                Interlocked.Increment(ref logs.Turns);
                ask = script == Script.Story;
                break;
            case SessionEvent.Error or SessionEvent.Closed { Reason: not "client" }:
                logs.Fault(message.ToString());
                break;
        }
    }
}

/// <summary>What all callers of a process note.</summary>
internal sealed class Logs
{
    public long FramesIn;
    public long FramesOut;
    public long Turns;
    private long faults;

    /// <summary>Windows as their last frame was pushed.</summary>
    public StampLog Pushed { get; } = new();

    /// <summary>Windows as a core had dealt with them, in this process.</summary>
    public StampLog Handled { get; } = new();

    /// <summary>First frames of replies as they came.</summary>
    public StampLog First { get; } = new();

    /// <summary>All other frames of replies; the window is their position.</summary>
    public StampLog Sent { get; } = new();

    public long Faults => Interlocked.Read(ref faults);

    public void Fault(string? what = null)
    {
        if (Interlocked.Increment(ref faults) <= 3)
        {
            Console.Error.WriteLine(what ?? "A frame was refused.");
        }
    }
}
