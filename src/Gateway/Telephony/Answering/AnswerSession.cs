using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Answering;

/// <summary>
/// The session of a call made from here, which first listens who answers. Listening is a session of its own that says nothing; once it is known, another
/// is opened with <see cref="CallerInfo.AnsweredBy"/>, whose greeting thereby comes at the right time and knows whom it is for. So it needs nothing of
/// its host beyond opening sessions, and the call sees one.
/// </summary>
internal sealed partial class AnswerSession : ISession, ISessionClient
{
    private readonly CarrierHost host;
    private readonly CarrierCaller caller;
    private readonly AnswerPlan plan;
    private readonly OpenSession request;
    private readonly ISessionClient client;
    private readonly Lock gate = new();
    private readonly AnswerEar ear;
    private readonly AnswerJudge judge;
    private readonly MailboxWait mailbox;
    private readonly SortedDictionary<int, string> turns = [];
    private ISession? listening;
    private ISession? talking;
    private AnswerVerdict? verdict;
    private long sequence;
    private int lastWords;
    private bool opening;
    private bool closed;

    private AnswerSession(CarrierHost host, CarrierCaller caller, OpenSession request, AnswerPlan plan, ISessionClient client)
    {
        (this.host, this.caller, this.request, this.plan, this.client) = (host, caller, request, plan, client);
        var options = host.Options.Outbound.Answering;
        (ear, judge, mailbox) = (new AnswerEar(caller.Rate), new AnswerJudge(options), new MailboxWait(options));
        // Where the carrier has listened already, only a machine's beep is left to be heard.
        verdict = plan.Told is { } by ? new AnswerVerdict(by, "carrier", 0) : null;
    }

    /// <summary>Opens a call's session: this one where the call asks for it, else the host's own.</summary>
    public static async Task<OpenResult> OpenAsync(CarrierHost host, CarrierCaller caller, ISessionClient client, CancellationToken cancellation)
    {
        var request = caller.ToSession();
        if (AnswerPlan.Of(request.Caller) is not { } plan)
        {
            return await host.Sessions.OpenAsync(request, client, cancellation).ConfigureAwait(false);
        }

        var session = new AnswerSession(host, caller, request, plan, client);
        var silent = request with { Notice = "", Settings = request.Settings with { Greet = false, TurnTaking = "listening", IdleAfterMs = 0 } };
        var opened = await host.Sessions.OpenAsync(silent, new Ears(session), cancellation).ConfigureAwait(false);
        if (opened.Session is null)
        {
            return opened;
        }

        lock (session.gate)
        {
            session.listening = opened.Session;
            session.Id = opened.Session.Id;
        }

        if (session.verdict is { } told)
        {
            session.Tell(told);
            session.Act(told);
        }

        return opened with { Session = session };
    }

    /// <inheritdoc/>
    public string Id { get; private set; } = "";

    /// <inheritdoc/>
    public SessionFault? PushAudio(long sequence, ReadOnlySpan<short> pcm)
    {
        ISession? to;
        lock (gate)
        {
            // Each of the two sessions counts from 0. Between them nobody hears.
            to = talking ?? listening;
            sequence = to is null ? -1 : this.sequence++;
        }

        var fault = to?.PushAudio(sequence, pcm);
        Listen(pcm);
        return fault;
    }

    /// <inheritdoc/>
    public void Played(int generation, long samples)
    {
        Talking?.Played(generation, samples);
        Heard(generation, samples);
    }

    /// <inheritdoc/>
    public SessionFault? Type(string text) => Talking?.Type(text);

    /// <inheritdoc/>
    public SessionFault? Stop() => Talking?.Stop();

    /// <inheritdoc/>
    public SessionFault? Configure(SessionSettings settings) => Talking?.Configure(settings);

    /// <inheritdoc/>
    public void Detach(ISessionClient client) => Close("detached");

    /// <inheritdoc/>
    public void Close(string reason)
    {
        ISession? first, second;
        lock (gate)
        {
            closed = true;
            (first, second, listening) = (listening, talking, null);
        }

        first?.Close(reason);
        second?.Close(reason);
    }

    private ISession? Talking
    {
        get
        {
            lock (gate)
            {
                return talking;
            }
        }
    }

    private void Listen(ReadOnlySpan<short> pcm)
    {
        AnswerVerdict? judged = null;
        bool ready = false, overdue = false;
        lock (gate)
        {
            if (closed || talking is not null)
            {
                overdue = IsOverdue(pcm.Length);
                pcm = default;
            }

            while (!opening && judged is null && ear.TryTake(ref pcm))
            {
                if (verdict is null)
                {
                    judged = verdict = judge.Take(ear.IsLoud, ear.IsBeep);
                }
                else
                {
                    opening = ready = mailbox.Take(ear.IsLoud, ear.InTone, ear.IsBeep) is not null;
                }
            }
        }

        if (overdue)
        {
            HangUp();
        }

        if (judged is { } known)
        {
            Tell(known);
            Act(known);
        }
        else if (ready)
        {
            Begin();
        }
    }

    private bool IsMachine => verdict is { By: AnsweredBy.Machine };

    private void Tell(AnswerVerdict known)
    {
        var by = AnswerPlan.Name(known.By);
        host.Metrics.Answered(by, known.Reason);
        host.Book.Answered(plan.CallId, by, known.Reason, known.AfterMs);
        LogAnswered(host.Logger, caller.CallId, by, known.AfterMs, known.Reason);
    }

    private void Act(AnswerVerdict known)
    {
        if (known.By != AnsweredBy.Machine || plan.WhenMachine == AnswerOptions.Talk)
        {
            lock (gate)
            {
                opening = true;
            }

            Begin();
        }
        else if (plan.WhenMachine == AnswerOptions.HangUp)
        {
            lock (gate)
            {
                opening = true;
            }

            HangUp();
        }
    }

    private void HangUp() => client.Send(new SessionEvent.ActionRequested("hangup", "") { Values = new Dictionary<string, string> { ["answered_by"] = AnswerPlan.Name(verdict!.Value.By) } });

    /// <summary>The audio so far says who is there, and the words, those of all turns.</summary>
    private sealed class Ears(AnswerSession session) : ISessionClient
    {
        public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm) => true;

        public void Send(SessionEvent message) => session.Understand(message);
    }

    private void Understand(SessionEvent message)
    {
        var over = false;
        lock (gate)
        {
            switch (message)
            {
                case SessionEvent.SpeechStarted:
                    judge.SpeechStarted();
                    break;
                case SessionEvent.SpeechStopped:
                    judge.SpeechStopped();
                    break;
                case SessionEvent.HypothesisDelta delta:
                    turns[lastWords = delta.Turn] = turns.GetValueOrDefault(delta.Turn, "") + delta.Text;
                    judge.Heard(string.Join(' ', turns.Values));
                    break;
                case SessionEvent.HypothesisFinal final:
                    turns[lastWords = final.Turn] = final.Text;
                    judge.Heard(string.Join(' ', turns.Values));
                    break;
                case SessionEvent.Closed:
                    // Of itself, not because it had done its part.
                    over = listening is not null && !closed;
                    break;
            }
        }

        if (over)
        {
            client.Send(message);
        }
    }

    [LoggerMessage(46, LogLevel.Information, "Call {Call} was answered by {By}, known after {Milliseconds} ms by {Reason}")]
    private static partial void LogAnswered(ILogger logger, string call, string by, int milliseconds, string reason);

    [LoggerMessage(47, LogLevel.Information, "Call {Call} goes on as session {Session}")]
    private static partial void LogGoesOn(ILogger logger, string call, string session);

    [LoggerMessage(48, LogLevel.Warning, "Call {Call} got no session to talk by: {Code}")]
    private static partial void LogNoSession(ILogger logger, string call, string code);
}
