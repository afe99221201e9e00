using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>
/// What the session tells, as events of the dialect. Speech over a reply is told only once it was judged an interruption: a client of this
/// dialect throws away what it has to play as soon as it hears of speech, and a "mhm" must not do that.
/// </content>
internal sealed partial class RealtimeTalk
{
    private const int SamplesPerMs = 16;
    private Response? active;
    private Response? latest;
    private Response? playing;
    private (Item Item, bool Stopped)? speech;
    private long? heldStart;
    private long? heldStop;
    private long? speechFrom;
    private long? stoppedAt;
    private readonly List<string> deltas = [];
    private (int Turn, Item Item)? asked;

    /// <inheritdoc/>
    public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
    {
        lock (gate)
        {
            if (suspended?.Generation == generation)
            {
                // It goes on when the client asks for it.
                return false;
            }

            if (playing is not { } response || response.Generation != generation || (response.Speaks && response.Done))
            {
                // Cancelled by the client, who is not to hear more of it.
                return true;
            }

            if (response.Limit is { } most && response.Speaks && response.Spent(response.Clock.Sent + pcm.Length - response.From).All > most)
            {
                response.Item.Text = response.HeardBy(response.Clock.Sent - response.From);
                stopping = true;
                Finish(response, "incomplete", "max_output_tokens");
                return true;
            }

            if (response.Speaks && !outbox.TryAdd(response, pcm))
            {
                return false;
            }

            response.Clock.Add(pcm.Length, Now);
            if (wanted.Count > 0)
            {
                TellCalls(response);
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public void Send(SessionEvent message)
    {
        lock (gate)
        {
            switch (message)
            {
                case SessionEvent.SpeechStarted e when playing is not null:
                    (heldStart, heldStop) = (e.Position, null);
                    break;
                case SessionEvent.SpeechStarted e:
                    StartSpeech(e.Position);
                    break;
                case SessionEvent.SpeechStopped e when heldStart is not null:
                    heldStop = e.Position;
                    break;
                case SessionEvent.SpeechStopped e:
                    StopSpeech(e.Position);
                    break;
                case SessionEvent.HypothesisDelta e:
                    deltas.Add(e.Text);
                    break;
                case SessionEvent.HypothesisFinal e:
                    TakeHeard(e);
                    break;
                case SessionEvent.ReplyStarted e:
                    Start(e);
                    break;
                case SessionEvent.ReplyText e when suspended?.Generation == e.Generation:
                    held.Add(e);
                    break;
                case SessionEvent.ReplyText e:
                    Say(e);
                    break;
                case SessionEvent.ToolCalled e when playing?.Generation == e.Generation:
                    Call(e);
                    break;
                case SessionEvent.ReplyEnded e when suspended?.Generation == e.Generation:
                    held.Add(e);
                    break;
                case SessionEvent.ReplyEnded e when active?.Generation == e.Generation:
                    Finish(active, "completed");
                    break;
                case SessionEvent.InterruptionJudged { Outcome: not "interrupted" }:
                    (heldStart, heldStop) = (null, null);
                    break;
                case SessionEvent.PlayoutCancelled e:
                    Cancelled(e);
                    break;
                case SessionEvent.TurnCompleted e:
                    Complete(e);
                    break;
                case SessionEvent.AsideDone e:
                    TakeAside(e);
                    break;
                case SessionEvent.Error { Code: "call_unknown", Setting: { } call } when items.All.FirstOrDefault(item => item.CallId == call && item.Function is null) is { } result:
                    // A session on another machine says so only afterwards.
                    Remember(result);
                    break;
                case SessionEvent.Error { Code: not "playout.unacknowledged" } e:
                    if (e is { Code: "not_delivered" or "busy", Setting: "answer" })
                    {
                        // A session on another machine did not take it.
                        Unask();
                    }

                    Tell(new RealtimeError(e.Code, e.Message, e.Setting) { Type = "server_error" }, null);
                    break;
                case SessionEvent.Closed e:
                    TakeClosed(e.Reason);
                    break;
            }
        }
    }

    private void StartSpeech(long position)
    {
        // Going on after a pause too short to end the turn, it is the same item.
        var item = speech?.Item ?? new Item(Ids.New("item"), "message", "user") { IsAudio = true };
        speech = (item, false);
        speechFrom ??= position;
        if (shape.Manual)
        {
            // Nothing is detected, as far as the client is told.
            speech = null;
            return;
        }

        Send("input_audio_buffer.speech_started", new JsonObject { ["audio_start_ms"] = position / SamplesPerMs, ["item_id"] = item.Id });
    }

    private void StopSpeech(long position)
    {
        if (speech is { Stopped: false } heard)
        {
            speech = (heard.Item, true);
            stoppedAt = position;
            Send("input_audio_buffer.speech_stopped", new JsonObject { ["audio_end_ms"] = position / SamplesPerMs, ["item_id"] = heard.Item.Id });
        }
    }

    /// <summary>Speech that was held back is told now: it counts.</summary>
    private void ReleaseSpeech()
    {
        if (heldStart is { } start)
        {
            StartSpeech(start);
            if (heldStop is { } stop)
            {
                StopSpeech(stop);
            }

            (heldStart, heldStop) = (null, null);
        }
    }

    private void Start(SessionEvent.ReplyStarted e)
    {
        if (active is { } old)
        {
            Finish(old, "cancelled", "turn_detected");
        }

        Forget();
        Request? request = null;
        if (e.Kind == "idlePrompt")
        {
            TellTimeout();
        }
        else if (e.Asked || e.Kind == "greeting")
        {
            (request, pending) = (pending, null);
        }

        foreach (var item in request?.Items ?? [])
        {
            item.Turn = e.Turn;
        }

        var wish = request?.Params;
        Begin(new Response(Ids.New("resp"), conversation, e.Generation, e.Turn, shape.OutputFormat, wish?.Speaks ?? shape.Speaks, wish?.Metadata) { Voice = shape.Voice, Limit = LimitOf(wish), Input = InputOf(wish) });
    }

    private void Begin(Response response)
    {
        active = latest = playing = response;
        Send("response.created", new JsonObject { ["response"] = response.ToJson("in_progress") });
    }

    /// <summary>Announces the message of a response, once there is something in it.</summary>
    private void BeginMessage(Response response)
    {
        if (response.Begun)
        {
            return;
        }

        response.Begun = true;
        response.Item.Said = response;
        Send("response.output_item.added", new JsonObject { ["response_id"] = response.Id, ["output_index"] = 0, ["item"] = response.Item.ToJson(bare: true) });
        if (!response.Apart)
        {
            Announce(response.Item);
        }

        Send("response.content_part.added", With(response, "part", Part(response, "")));
    }

    private void Say(SessionEvent.ReplyText e)
    {
        if (active is not { } response || response.Generation != e.Generation)
        {
            return;
        }

        BeginMessage(response);
        response.Words.AddRange(e.Words);
        var (text, cut) = response.Speaks ? (e.Text, false) : Fit(response, e.Text);
        Send(response.Speaks ? "response.output_audio_transcript.delta" : "response.output_text.delta", With(response, "delta", response.Say(text)));
        response.Item.Text = response.Transcript;
        if (cut)
        {
            stopping = true;
            Finish(response, "incomplete", "max_output_tokens");
        }
    }

    /// <summary>Tells a response's end, in the order of the dialect.</summary>
    private void Finish(Response response, string status, string? reason = null)
    {
        if (response.Done)
        {
            return;
        }

        response.Close();
        calling = calling == response ? null : calling;
        active = active == response ? null : active;
        FinishMessage(response, status);

        Send("response.done", new JsonObject { ["response"] = response.ToJson(status, reason) });
        Send("rate_limits.updated", new JsonObject { ["rate_limits"] = new JsonArray() });
    }

    private void FinishMessage(Response response, string status)
    {
        if (!response.Begun || response.MessageDone)
        {
            return;
        }

        response.MessageDone = true;
        response.Item.Status = status == "completed" ? "completed" : "incomplete";
        var text = response.Transcript.Trim();
        if (response.Speaks)
        {
            Send("response.output_audio.done", response.Place());
            Send("response.output_audio_transcript.done", With(response, "transcript", text));
        }
        else
        {
            Send("response.output_text.done", With(response, "text", text));
        }

        Send("response.content_part.done", With(response, "part", Part(response, text)));
        Send("response.output_item.done", new JsonObject { ["response_id"] = response.Id, ["output_index"] = 0, ["item"] = response.Item.ToJson() });
        if (!response.Apart)
        {
            Send("conversation.item.done", new JsonObject { ["previous_item_id"] = items.Before(response.Item), ["item"] = response.Item.ToJson() });
        }
    }

    private void Cancelled(SessionEvent.PlayoutCancelled e)
    {
        if (e.Reason is "interrupted" or "revised")
        {
            ReleaseSpeech();
        }

        if (playing is { } response && response.Generation == e.Generation)
        {
            Forget();
            playing = null;
            outbox.Drop(response);
            response.Clock.Stop(response.Clock.Position(Now));
            if (e.Reason == "failed")
            {
                Finish(response, "failed", "server_error");
            }
            else
            {
                Finish(response, "cancelled", e.Reason == "closing" ? "client_cancelled" : "turn_detected");
            }
        }
    }

    private void Complete(SessionEvent.TurnCompleted e)
    {
        completed = Math.Max(completed, e.Turn);
        untold |= edited;
        quietFrom = fed;
        if (latest is { } response && response.Turn == e.Turn)
        {
            // What was heard is the truth, also for who asks for the item later. Of a reply in several responses each keeps its own.
            response.Item.Text = response.From == 0 && response.Calls.Count == 0 ? e.Reply : response.Item.Text;
            Finish(response, "completed");
            playing = playing == response ? null : playing;
            if (response.CutTo is { } heard)
            {
                Cut(response.Item, heard, known: false);
            }
        }

        ReleaseSpeech();
    }

    private static JsonObject With(Response response, string name, JsonNode value)
    {
        var fields = response.Place();
        fields[name] = value;
        return fields;
    }

    private static JsonObject Part(Response response, string text) => response.Speaks
        ? new JsonObject { ["type"] = "audio", ["transcript"] = text }
        : new JsonObject { ["type"] = "text", ["text"] = text };
}
