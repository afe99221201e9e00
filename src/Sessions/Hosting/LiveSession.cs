using Conversation.Core;
using Conversation.Core.Trace;
using Conversation.Sessions.Moving;
using Conversation.Sessions.Pump;
using Conversation.Sessions.Store;

namespace Conversation.Sessions.Hosting;

/// <summary>A live session of this process, as its carrier drives it.</summary>
internal sealed class LiveSession(SessionPump pump, SessionTranscript transcript, ClientLink client, SessionCatalog catalog, string tokenHash, Action<SessionSettings> configure, OpenSession request) : ISession
{
    private const int MaxText = 2000;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool closed;
    private volatile bool forgotten;

    public string Id => transcript.Id;

    public SessionTranscript Transcript => transcript;

    public SessionPump Pump => pump;

    public string TokenHash => tokenHash;

    /// <summary>True where it came out of the store.</summary>
    public bool Restored { get; set; }

    /// <summary>True while it has a client.</summary>
    public bool HasClient => client.Attached;

    /// <summary>True once nothing more will happen in it.</summary>
    public bool IsClosed => closed;

    /// <summary>True once it is to be kept no longer.</summary>
    public bool Forgotten => forgotten;

    /// <summary>Done when the session has closed and its last state was written, or could not be.</summary>
    public Task Ended => ended.Task;

    public SessionFault? PushAudio(long sequence, ReadOnlySpan<short> pcm) => pump.Input.Push(sequence, pcm);

    public void Played(int generation, long samples) => pump.Heard(generation, samples);

    public SessionFault? Type(string text)
    {
        var (trimmed, fault) = CheckText(text);
        if (fault is null)
        {
            pump.Post(SessionInput.Typed(trimmed));
        }

        return fault;
    }

    /// <summary>A typed turn without white space around it, and what is wrong with it.</summary>
    public static (string Text, SessionFault? Fault) CheckText(string text)
    {
        var trimmed = text.Trim();
        return (trimmed, trimmed.Length switch
        {
            0 => new SessionFault("text_empty", "The text is empty.", "text"),
            > MaxText => new SessionFault("text_too_long", $"A typed turn holds at most {MaxText} characters; this one holds {trimmed.Length}.", "text"),
            _ => null,
        });
    }

    public SessionFault? Configure(SessionSettings settings)
    {
        var merged = SettingsCheck.Merge(transcript.Settings, settings);
        if (SettingsCheck.Check(merged, catalog) is { } fault)
        {
            return fault;
        }

        transcript.Settings = merged;
        configure(merged);
        pump.Tell(new SessionEvent.SettingsChanged(merged));
        pump.WithdrawKeys();
        return null;
    }

    public SessionFault? Stop()
    {
        pump.Post(SessionInput.Stopped());
        return null;
    }

    public SessionFault? GiveResult(string call, string result) =>
        pump.Calls.Give(call, result) ? null : new SessionFault("call_unknown", "Nobody waits for the result of that call any more.", "call");

    /// <summary>The message of audio before which a turn was ended last; -1 for none.</summary>
    public long TurnEnd { get; private set; } = -1;

    /// <summary>As <see cref="EndTurn(bool)"/>, before message <paramref name="before"/>; not twice.</summary>
    public void EndTurn(bool keep, long before)
    {
        if (before > TurnEnd)
        {
            TurnEnd = before;
            EndTurn(keep);
        }
    }

    public SessionFault? EndTurn(bool keep = true)
    {
        pump.Post(SessionInput.TurnEnded(new SampleCount(pump.Input.Position), keep));
        return null;
    }

    public SessionFault? Answer(ReplyRequest request)
    {
        if (SettingsCheck.Check(request) is { } fault)
        {
            return fault;
        }

        return pump.Ask(request with { Text = request.Text.Trim() });
    }

    public SessionFault? Aside(AsideRequest aside)
    {
        if (SettingsCheck.Check(aside, request.InputRate) is { } fault)
        {
            return fault;
        }

        pump.Begin(aside);
        return null;
    }

    public void Detach(ISessionClient gone)
    {
        if (client.Detach(gone))
        {
            pump.Post(SessionInput.ClientLost());
        }
    }

    public void Close(string reason) => pump.Post(SessionInput.CloseRequested(reason));

    /// <summary>The session begins.</summary>
    public void Start(ISessionClient first)
    {
        client.Attach(first);
        pump.Post(SessionInput.Opened(Restored, transcript.Turns.Select(t => t.Turn).DefaultIfEmpty(0).Max()));
    }

    /// <summary>It goes on from another host, with the client it had there.</summary>
    public void GoOn(SessionMove move, OutstandingEffects outstanding, TimeSpan away, ISessionClient? present)
    {
        TurnEnd = move.TurnEnd;
        client.Keep(move.Backlog);
        if (present is not null)
        {
            client.Attach(present);
        }
        else if (!move.ClientLost)
        {
            pump.Post(SessionInput.ClientLost());
        }

        pump.GoOn(move, outstanding, away);
    }

    /// <summary>Freezes it for another host to go on with; null where the moment is not right. Called where its inputs are handled.</summary>
    public SessionMove? TryFreeze(MoveUrgency urgency, TimeProvider time)
    {
        if (pump.TryFreeze(urgency) is not { } frozen)
        {
            return null;
        }

        var nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new SessionMove
        {
            Record = Record(nowUnixMs),
            Request = request with { Resume = null, Settings = transcript.Settings },
            Core = frozen.Core,
            Now = pump.Now,
            FrozenUnixMs = nowUnixMs,
            Input = frozen.Input,
            Reply = frozen.Reply,
            Playout = frozen.Playout,
            Voice = pump.Voice.Known.Mean,
            VoiceSeconds = pump.Voice.Known.Seconds,
            Keys = pump.KeysWanted is { } keys ? new MovedKeys(keys.Generation, keys.Most, keys.Terminators, keys.Timeout) : null,
            Asked = frozen.Asked,
            TurnEnd = TurnEnd,
            ClientLost = !client.Attached,
            Backlog = client.TakeBacklog(),
            UntoldTurns = transcript.TakeUntold(),
        };
    }

    /// <summary>What the store keeps of it.</summary>
    public SessionRecord Record(long nowUnixMs) => new()
    {
        Id = transcript.Id,
        TokenHash = tokenHash,
        Tenant = transcript.Tenant,
        Settings = transcript.Settings,
        Responder = transcript.Responder,
        DialogState = transcript.DialogState ?? "",
        Turns = transcript.Turns,
        // Of a session already there the store keeps the first.
        CreatedUnixMs = nowUnixMs,
        UpdatedUnixMs = nowUnixMs,
        Caller = request.Caller,
    };

    /// <summary>It has closed, and is to be forgotten or written for the last time.</summary>
    public void Closed(bool forget)
    {
        forgotten = forget;
        closed = true;
    }

    /// <summary>Its state with <paramref name="turns"/> turns was dealt with; <paramref name="last"/> where that was its last.</summary>
    public void Written(int turns, bool last)
    {
        transcript.Written(turns);
        if (last)
        {
            ended.TrySetResult();
        }
    }

    /// <summary>Takes the client that came back.</summary>
    public void Attach(ISessionClient next, ResumeSession resume)
    {
        client.Attach(next, holdAudio: true);
        if (pump.KeysWanted is { } keys)
        {
            pump.Tell(keys);
        }

        pump.Post(SessionInput.ClientResumed(resume.Generation, new SampleCount(resume.Played)));
    }
}
