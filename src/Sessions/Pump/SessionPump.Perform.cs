using Conversation.Core;
using Conversation.Dialog;
using Conversation.Inference.Ports;

namespace Conversation.Sessions.Pump;

/// <summary>What each output of the core means here.</summary>
internal sealed partial class SessionPump
{
    private void Perform(SessionOutput output)
    {
        switch (output)
        {
            case SessionOutput.Recognize o:
                _ = RecognizeAsync(o);
                break;
            case SessionOutput.CancelRecognition o:
                if (recognitions.Remove(o.Request, out var running))
                {
                    running.Cancel();
                }

                break;
            case SessionOutput.ReleaseAudio o:
                input.Release(o.Position);
                break;
            case SessionOutput.SpeechStarted o:
                Tell(new SessionEvent.SpeechStarted(o.Position.Value));
                break;
            case SessionOutput.SpeechStopped o:
                Tell(new SessionEvent.SpeechStopped(o.Position.Value));
                break;
            case SessionOutput.HypothesisDelta o:
                Tell(new SessionEvent.HypothesisDelta(o.Turn, o.Text));
                break;
            case SessionOutput.HypothesisFinal o:
                Tell(new SessionEvent.HypothesisFinal(o.Turn, o.Text));
                _ = TellSpeakerAsync(o.Turn);
                break;
            case SessionOutput.PrepareReply o:
                Prepare(o);
                break;
            case SessionOutput.CommitReply o:
                Commit(o);
                break;
            case SessionOutput.CancelReply o:
                Cancel(o.Generation, o.Reason);
                break;
            case SessionOutput.PausePlayout o:
                playout.Pause(o.Generation, () => Tell(new SessionEvent.PlayoutPaused(o.Generation)));
                break;
            case SessionOutput.ResumePlayout o:
                playout.Resume(o.Generation, () => Tell(new SessionEvent.PlayoutResumed(o.Generation)));
                break;
            case SessionOutput.ReplayFrom o:
                playout.Replay(o.Generation, o.From.Value);
                break;
            case SessionOutput.InterruptionJudged o:
                engines.Metrics.Interruption(o.Outcome);
                Tell(new SessionEvent.InterruptionJudged(o.Generation, Wire.Name(o.Outcome)));
                break;
            case SessionOutput.TurnMeasured o:
                Measure(o);
                break;
            case SessionOutput.TurnCompleted o:
                Complete(o);
                break;
            case SessionOutput.Fault o:
                Tell(new SessionEvent.Error(o.Code, o.Message));
                break;
            case SessionOutput.Closed o:
                Finish(o.Reason);
                break;
            default:
                throw new InvalidOperationException($"The core asked for {output.GetType().Name}, which this host does not know.");
        }
    }

    private async Task RecognizeAsync(SessionOutput.Recognize ask)
    {
        var stop = new CancellationTokenSource();
        recognitions[ask.Request] = stop;
        var samples = input.Copy(ask.Start, ask.End);
        if (ask.Final)
        {
            finalSamples = samples;
        }

        try
        {
            var tier = ask.Final ? RecognitionTier.Accurate : RecognitionTier.Quick;
            var request = new RecognitionRequest(SessionId, tier)
            {
                // The reply is prepared on the first words while better ones are awaited.
                Provisional = !ask.Final ? null : first =>
                {
                    latency.Recognized(ask, Now, first);
                    Post(SessionInput.RecognizedProvisionally(ask.Request, first.Text, first.Confidence));
                },
            };
            var heard = await engines.Recognizer.RecognizeAsync(samples, request, stop.Token).ConfigureAwait(false);
            latency.Recognized(ask, Now, heard);
            Post(SessionInput.Recognized(ask.Request, heard.Text, heard.Confidence));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogRecognitionFailed(SessionId, ask.Request, fault);
            Post(SessionInput.RecognitionFailed(ask.Request, fault.Message));
        }
    }

    /// <summary>Whose voice the turn was said with, off the session's own path: it delays nothing.</summary>
    private async Task TellSpeakerAsync(int turn)
    {
        var said = finalSamples;
        finalSamples = [];
        if (engines.Speakers is not { } speakers || said.Length == 0)
        {
            return;
        }

        try
        {
            if (await speakers.EmbedAsync(said, SessionId, CancellationToken.None).ConfigureAwait(false) is { } heard && !closed)
            {
                var (likeness, same) = voice.Take(heard, new SampleCount(said.Length).ToTime());
                Tell(new SessionEvent.SpeakerHeard(turn, Math.Round(likeness, 3), same));
            }
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogVoiceUnknown(SessionId, fault);
        }
    }

    private void Prepare(SessionOutput.PrepareReply ask)
    {
        var said = ask.Kind == ReplyKind.Greeting ? notice : "";
        var reply = new Reply(this, ask.Generation, ask.Turn, ask.Kind, ask.UserText) { Asked = ask.Wanted, Notice = said, Responder = transcript.Responder };
        lock (repliesGate)
        {
            replies[ask.Generation] = reply;
        }

        var request = ask.Wanted ? Requested() : null;
        var dialog = new DialogTurn
        {
            Session = SessionId,
            Kind = ask.Kind,
            UserText = ask.UserText,
            History = transcript.History,
            State = transcript.DialogState,
            Committed = Task.CompletedTask,
            Time = transcript.ClockFor(engines.Time),
            Tools = Calls.For(ask.Generation, request?.Tools ?? transcript.Settings.Tools),
            Caller = caller,
        };
        var responder = ask.Kind == ReplyKind.Apology ? ApologyResponder.Instance : engines.Responders[transcript.Responder];
        if (said.Length > 0 && transcript.Settings.Greet == false)
        {
            responder = SilentResponder.Instance;
        }

        var style = transcript.Style;
        dialog = Shaped(dialog, request);
        _ = Task.Run(() => reply.RunAsync(responder, dialog, engines.Speaker, style));
    }

    private void Commit(SessionOutput.CommitReply ask)
    {
        var reply = replies[ask.Generation];
        latency.Committed(Now);
        playout.Begin(reply, () =>
        {
            lock (repliesGate)
            {
                reply.Announced = true;
                Tell(new SessionEvent.ReplyStarted(ask.Turn, ask.Generation, Wire.Name(reply.Kind)) { Asked = reply.Asked });
                foreach (var clause in reply.Clauses)
                {
                    Tell(clause);
                }

                TellNotice(reply);
                TellKeys(reply);
            }
        });
        reply.Commit();
    }

    private void Cancel(int generation, CancelReason reason)
    {
        Reply? reply;
        lock (repliesGate)
        {
            replies.Remove(generation, out reply);
        }

        reply?.Cancel();
        if (reply is { Announced: true })
        {
            // Spoken over, the dialog has moved on all the same. Taken back because the caller had not finished, it has not, unless it did what cannot be undone.
            if (reason != CancelReason.Revised || reply.StateIsBinding)
            {
                transcript.Adopt(reply.State);
            }

            playout.Cancel(generation, () => Tell(new SessionEvent.PlayoutCancelled(generation, Wire.Name(reason))));
        }

        reply?.Dispose();
    }

    private void Complete(SessionOutput.TurnCompleted done)
    {
        Reply? reply = null;
        lock (repliesGate)
        {
            foreach (var candidate in replies.Values)
            {
                if (candidate.Turn == done.Turn && candidate.Announced)
                {
                    reply = candidate;
                }
            }

            if (reply is not null)
            {
                replies.Remove(reply.Generation);
            }
        }

        if (reply is not null)
        {
            playout.End(reply.Generation);
            transcript.Adopt(reply.State);
            foreach (var action in reply.Actions)
            {
                Tell(action);
            }

            reply.Dispose();
        }

        // The core knows the whole text of a reply that was cut short on its way here, and only that all its audio was heard.
        var cut = reply?.Cut is { } said && said.Length < done.ReplyHeard.Length ? said : null;
        engines.Metrics.TurnCompleted(done.Interrupted);
        var turn = new TurnLine(done.Turn, done.UserText, cut ?? done.ReplyHeard, done.Interrupted || cut is not null);
        var at = AtMs;
        transcript.Add(turn, () => TellTurn(turn, at));
    }

    private void TellTurn(TurnLine turn, double at) => client.Send(new SessionEvent.TurnCompleted(turn.Turn, turn.User, turn.Reply, turn.Interrupted) { At = at });

    private void Measure(SessionOutput.TurnMeasured o)
    {
        engines.Metrics.TurnMeasured(o.Speculation, o.SpeechEndToAudio, o.CommitToAudio);
        if (replies.TryGetValue(o.Generation, out var reply))
        {
            Tell(new SessionEvent.TurnLatency(
                o.Turn,
                o.Generation,
                Wire.Name(o.Speculation),
                Math.Round(o.SpeechEndToCommit.TotalMilliseconds, 1),
                Math.Round(o.CommitToAudio.TotalMilliseconds, 1),
                Math.Round(o.SpeechEndToAudio.TotalMilliseconds, 1),
                latency.Spans(reply, o.SpeechEndToCommit, Now)));
        }
    }
}
