using Conversation.Core;
using Conversation.Dialog;
using Conversation.Inference.Ports;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Moving;
using Conversation.Sessions.Pacing;
using Conversation.Speech;
using Microsoft.Extensions.Logging;

namespace Conversation.Sessions.Pump;

/// <summary>The parts of the process that sessions share.</summary>
internal sealed record SessionEngines(
    IVoiceActivity VoiceActivity,
    IRecognizer Recognizer,
    ISpeaker Speaker,
    IReadOnlyDictionary<string, IResponder> Responders,
    PacingThread Pacing,
    TimeProvider Time,
    SessionMetrics Metrics,
    ILoggerFactory Logging)
{
    /// <summary>Tells voices apart; null where the host does not.</summary>
    public ISpeakerEmbedder? Speakers { get; init; }

    /// <summary>Told of each window (session, end) once its core has dealt with it, for who measures how long that took; null where nobody does.</summary>
    public Action<string, SampleCount>? Handled { get; init; }
}

/// <summary>
/// Feeds the core and performs what it asks: one input, all outputs, no await between. What takes time runs elsewhere and comes back as an input.
/// </summary>
internal sealed partial class SessionPump : IInputHandler, IReplyHost, IDisposable
{
    private const int MailboxCapacity = 4096;

    private readonly ISessionCore core;
    private readonly SessionEngines engines;
    private readonly SessionTranscript transcript;
    private readonly InputPath input;
    private readonly ClientLink client;
    private readonly Playout playout;
    private readonly Mailbox mailbox;
    private readonly ITimer timer;
    private readonly long startedAt;
    private readonly TimeSpan origin;
    private readonly SpeakerVoice voice;
    private float[] finalSamples = [];
    private readonly DialogCaller? caller;
    private readonly string notice;
    private readonly Action<string> onClosed;
    private readonly ILogger logger;
    private readonly Dictionary<int, Reply> replies = [];
    private readonly Dictionary<int, CancellationTokenSource> recognitions = [];
    private readonly Lock repliesGate = new();
    private readonly TurnLatencies latency = new();
    private SessionEvent.KeysWanted? wanted;
    private string wantedBy = "";
    private TimeSpan? armed;
    private TimeSpan lastNow;
    private volatile bool closed;
    private volatile bool overloaded;

    public SessionPump(
        ISessionCore core,
        SessionEngines engines,
        SessionTranscript transcript,
        OpenSession request,
        ClientLink client,
        TimeSpan inputKept,
        int frameSamples,
        Action<string> onClosed,
        Action<IThreadPoolWorkItem>? schedule = null,
        InputMove? movedInput = null,
        TimeSpan origin = default,
        SpeakerVoice? voice = null)
    {
        this.core = core;
        this.engines = engines;
        this.transcript = transcript;
        this.client = client;
        this.onClosed = onClosed;
        OutputRate = request.OutputRate;
        Calls = new ClientCalls(Tell, (generation, waits) => Post(SessionInput.ReplyWaits(generation, waits)));
        caller = CallerWords.For(request.Caller);
        notice = request.Notice.Trim();
        logger = engines.Logging.CreateLogger<SessionPump>();
        startedAt = engines.Time.GetTimestamp();
        this.origin = origin;
        this.voice = voice ?? new SpeakerVoice();
        scored = movedInput?.Scored ?? 0;
        // What was heard elsewhere and not scored there is scored at once, and handled when all else is in its place.
        mailbox = new Mailbox(this, MailboxCapacity, schedule ?? Mailbox.OnThreadPool, held: movedInput is not null);
        timer = engines.Time.CreateTimer(static pump => ((SessionPump)pump!).Post(SessionInput.Tick()), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        playout = new Playout(client, Tell, engines.Pacing, engines.Time, request.OutputRate, frameSamples, request.Lead ?? TimeSpan.FromMilliseconds(200));
        input = new InputPath(request.InputRate, inputKept, engines.VoiceActivity, fact => Post(fact), movedInput);
    }

    public string SessionId => transcript.Id;

    public int OutputRate { get; }

    public TimeSpan Now => origin + engines.Time.GetElapsedTime(startedAt);

    public TimeProvider Time => engines.Time;

    public InputPath Input => input;

    /// <summary>The client's functions.</summary>
    public ClientCalls Calls { get; }

    /// <summary>The caller's voice so far.</summary>
    public SpeakerVoice Voice => voice;

    public double AtMs => Math.Round(Now.TotalMilliseconds, 1);

    public void Post(in SessionInput fact)
    {
        if (frozen)
        {
            return;
        }

        if (!mailbox.Post(fact))
        {
            // Closed where inputs are handled: here, on whatever thread, the core may be in the middle of one.
            overloaded = true;
        }
    }

    public void Heard(int generation, long samples)
    {
        playout.Heard(generation, samples);
        Post(SessionInput.Played(generation, new SampleCount(samples)));
    }

    public void Handle(in SessionInput fact)
    {
        if (!closed && !frozen)
        {
            try
            {
                if (overloaded)
                {
                    LogOverloaded(SessionId);
                    Tell(new SessionEvent.Error("session_overloaded", "The session could not keep up with its input and was closed. Admit fewer sessions or add processors.", "Sessions:MaxSessions"));
                    Finish(CloseReasons.Overloaded);
                }
                else
                {
                    Note(fact);
                    Take(fact);
                }
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // A bug, and one session's: unhandled on the pool it would end the process and every other call in it.
                LogFailed(SessionId, fault);
                Tell(new SessionEvent.Error("internal", "The server failed at this session and closed it. Open another."));
                Finish(CloseReasons.Internal);
            }
        }

        if (fact.Kind == InputKind.ClientResumed)
        {
            client.ReleaseAudio();
        }
    }

    public void Tell(SessionEvent message) => client.Send(message with { At = AtMs });

    public void OnClause(Reply reply, SessionEvent.ReplyText text)
    {
        lock (repliesGate)
        {
            reply.Clauses.Add(text);
            if (reply.Announced)
            {
                Tell(text);
            }
        }
    }

    public void OnKeys(Reply reply, ReplyPart.Keys keys)
    {
        lock (repliesGate)
        {
            reply.Keys = keys;
            if (reply.Announced)
            {
                TellKeys(reply);
            }
        }
    }

    public void OnNotice(Reply reply, long samples)
    {
        lock (repliesGate)
        {
            reply.NoticeEnd = samples;
            if (reply.Announced)
            {
                TellNotice(reply);
            }
        }
    }

    /// <summary>The keys that the client was told to take last, for one that comes back.</summary>
    public SessionEvent.KeysWanted? KeysWanted => Volatile.Read(ref wanted);

    /// <summary>The settings have changed: the keys of a responder that answers no more are not waited for any more.</summary>
    public void WithdrawKeys()
    {
        lock (repliesGate)
        {
            if (wanted is { } before && wantedBy != transcript.Responder)
            {
                Volatile.Write(ref wanted, null);
                Tell(SessionEvent.KeysWanted.None(before.Generation));
            }
        }
    }

    public void OnFault(Reply reply, Exception fault) => LogReplyFailed(SessionId, reply.Generation, fault);

    public void Dispose()
    {
        closed = true;
        gone.Cancel();
        timer.Dispose();
        playout.Dispose();
        input.Dispose();
        foreach (var reply in replies.Values)
        {
            reply.Cancel();
            reply.Dispose();
        }

        foreach (var recognition in recognitions.Values)
        {
            recognition.Cancel();
        }
    }

    private void TellNotice(Reply reply)
    {
        if (reply.NoticeEnd is { } end)
        {
            Tell(new SessionEvent.NoticeMade(reply.Generation, end));
        }
    }

    private void TellKeys(Reply reply)
    {
        if (reply.Keys is { } keys && reply.Responder == transcript.Responder)
        {
            wantedBy = reply.Responder;
            Volatile.Write(ref wanted, new SessionEvent.KeysWanted(reply.Generation, keys.Most, keys.Terminators, keys.Timeout.TotalSeconds));
            Tell(wanted!);
        }
    }

    private void Take(in SessionInput fact)
    {
        // The clock may be read on several threads; the core must never see it go back.
        var now = Now;
        lastNow = now > lastNow ? now : lastNow;
        if (fact.Kind is InputKind.Recognized or InputKind.RecognitionFailed)
        {
            recognitions.Remove(fact.Id);
        }

        if (fact.Kind == InputKind.Tick)
        {
            // The timer has fired: whatever is due next must be armed again, even the same moment.
            armed = null;
        }

        core.Handle(fact, lastNow);
        while (core.TryTake(out var output))
        {
            Perform(output);
        }

        if (fact.Kind == InputKind.SpeechScored)
        {
            engines.Handled?.Invoke(SessionId, fact.Position);
        }

        if (!closed)
        {
            Arm(core.NextDeadline);
        }
    }

    private void Arm(TimeSpan? deadline)
    {
        if (deadline == armed)
        {
            return;
        }

        armed = deadline;
        var wait = deadline is { } due ? due - Now : Timeout.InfiniteTimeSpan;
        if (deadline is not null)
        {
            // A millisecond more, so that the tick never comes before its deadline.
            wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait + TimeSpan.FromMilliseconds(1);
        }

        timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Finish(string reason)
    {
        closed = true;
        // First: told that it is closed, a client may come back at once, and is not to find it here.
        onClosed(reason);
        // Last of all, after the turns that are still being written.
        var last = new SessionEvent.Closed(reason) { At = AtMs };
        transcript.AfterTurns(() => client.Send(last));
        Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session}: reply {Generation} failed")]
    private partial void LogReplyFailed(string session, int generation, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {Session} failed and was closed")]
    private partial void LogFailed(string session, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {Session} could not keep up with its input and was closed")]
    private partial void LogOverloaded(string session);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session {Session}: whose voice it was could not be told")]
    private partial void LogVoiceUnknown(string session, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session}: recognition {Request} failed")]
    private partial void LogRecognitionFailed(string session, int request, Exception fault);
}
