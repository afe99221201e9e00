using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>Responses that the client asks for.</content>
internal sealed partial class RealtimeTalk
{
    private Request? pending;
    private bool stopping;

    private bool IsResponding => active is not null || pending is not null || waiting.Count > 0;

    /// <summary>A response that was asked for and has not begun: of what was typed, and of these items.</summary>
    private sealed record Request(string Text, ResponseParams Params, IReadOnlyList<Item> Items);

    private async Task<RealtimeError?> RespondAsync(ResponseParams asked, CancellationToken cancellation)
    {
        if (shape.Transcription)
        {
            return RealtimeError.NotOffered("A response in a session of type 'transcription'", "type");
        }

        if (asked.Apart)
        {
            return await RespondApartAsync(asked, cancellation).ConfigureAwait(false);
        }

        lock (gate)
        {
            if (IsResponding)
            {
                return new RealtimeError("conversation_already_has_active_response", $"Conversation already has an active response in progress: {active?.Id ?? "it is about to begin"}. Wait until the response is finished before creating a new one.");
            }

            if (Resolve(asked.Input).Error is { } missing)
            {
                return missing;
            }

            if (MustWait)
            {
                waiting.Enqueue(asked);
                return null;
            }
        }

        return suspended is null ? await AnswerAsync(asked, cancellation).ConfigureAwait(false) : GoOn(asked);
    }

    /// <summary>What is to be answered is not all there yet: words of audio, or the end of a turn.</summary>
    private bool MustWait => listening.Count > 0 || input?.Ends > 0 || reopening;

    private async Task<RealtimeError?> AnswerAsync(ResponseParams asked, CancellationToken cancellation)
    {
        Request request;
        bool greet;
        ReplyRequest reply;
        lock (gate)
        {
            // With a context of its own a response leaves what was typed for another.
            List<Item> taken = asked.Input is null ? [.. unanswered] : [];
            request = pending = new Request(string.Join('\n', taken.Select(item => item.Text).Where(text => text.Length > 0)), asked, taken);
            // The first response to nothing at all is what the platform says to open a call.
            greet = session is null && taken.Count == 0 && !asked.Shapes && !items.All.Any();
            taken.ForEach(item => item.Taken = true);
            unanswered.RemoveAll(taken.Contains);
            untold |= edited;
            reply = new ReplyRequest
            {
                Text = request.Text,
                Instructions = asked.Instructions,
                Tools = asked.Tools is null ? null : SessionShape.ToolsOf(asked.Tools),
                ToolChoice = asked.ToolChoice is null ? null : SessionShape.ChoiceOf(asked.ToolChoice),
                Input = Resolve(asked.Input).Lines,
            };
        }

        var asks = false;
        try
        {
            var error = await OpenAsync(greet, cancellation).ConfigureAwait(false) ?? (greet ? null : Remind() ?? Ask(reply));
            asks = error is null;
            return error;
        }
        finally
        {
            lock (gate)
            {
                if (!asks && pending == request)
                {
                    Unask();
                }
            }
        }
    }

    private RealtimeError? Ask(ReplyRequest reply) => session?.Answer(reply) is { } fault ? From(fault) : null;

    private RealtimeError? CancelResponse(ClientEvent.CancelResponse cancel)
    {
        lock (gate)
        {
            if (cancel.ResponseId is { } id && apart.Remove(id, out var beside))
            {
                Finish(beside, "cancelled", "client_cancelled");
                return null;
            }

            if (active is not { } response || (cancel.ResponseId is { } named && named != response.Id))
            {
                return new RealtimeError("response_cancel_not_active", "Cancellation failed: no active response found.");
            }

            End(response, "cancelled", "client_cancelled");
        }

        // Heard so far, and no more of it.
        Tick();
        return null;
    }

    /// <summary>Ends a response before its reply is over; the session is told at the next tick.</summary>
    private void End(Response response, string status, string reason)
    {
        outbox.Drop(response);
        if (response.Speaks)
        {
            response.Clock.Stop(response.Clock.Position(Now));
            response.Item.Text = response.HeardBy(response.Clock.Position(Now) - response.From);
        }

        stopping = true;
        Finish(response, status, reason);
    }

    private int? LimitOf(ResponseParams? asked) => (asked?.MaxTokens ?? shape.MaxTokens) is JsonValue most && most.TryGetValue<int>(out var tokens) ? tokens : null;

    private Tokens InputOf(ResponseParams? asked)
    {
        var told = Tokens.OfText(asked?.Instructions ?? shape.Instructions) + Tokens.OfText((asked?.Tools ?? shape.Tools) is { Count: > 0 } tools ? tools.ToJsonString() : "");
        return asked?.Input is { } input
            ? new Tokens(told + (Resolve(input).Lines?.Sum(line => Tokens.OfText(line.Text)) ?? 0), 0)
            : items.All.Aggregate(new Tokens(told, 0), (sum, item) => sum + Tokens.Of(item));
    }

    /// <summary>As much of a clause as a response may still have, in whole words.</summary>
    private static (string Text, bool Cut) Fit(Response response, string clause)
    {
        var text = clause;
        while (response.Limit is { } most && text.Length > 0 && Tokens.OfText(response.Transcript + text) > most)
        {
            text = text.TrimEnd().LastIndexOf(' ') is > 0 and var space ? text[..space] : "";
        }

        return (text, text.Length < clause.Length);
    }

    /// <summary>What had to wait, outside of the session's own calls.</summary>
    private void CatchUp()
    {
        ResponseParams? ready = null;
        ISession? stop = null;
        lock (gate)
        {
            if (calling is { } response && Now - calledAt >= CallsWithin)
            {
                FinishCalls(response);
            }

            if (stopping)
            {
                stopping = false;
                stop = session;
            }

            if (!MustWait && active is null && pending is null)
            {
                waiting.TryDequeue(out ready);
            }
        }

        stop?.Stop();
        if (Remind() is { } error)
        {
            Tell(error, null);
        }

        if (ready is not null)
        {
            _ = RespondLaterAsync(ready);
        }

        if (lost)
        {
            lost = false;
            _ = ReopenAsync();
        }
    }

    private async Task RespondLaterAsync(ResponseParams asked)
    {
        try
        {
            if ((suspended is null ? await AnswerAsync(asked, ended.Token).ConfigureAwait(false) : GoOn(asked)) is { } error)
            {
                Tell(error, null);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client has gone.
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogNotAnswered(fault);
            Tell(new RealtimeError("internal", "The response could not be begun. Ask for it again.") { Type = "server_error" }, null);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A response that had to wait could not be begun")]
    private partial void LogNotAnswered(Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A lost session was not reopened at attempt {Attempt} of {Attempts}")]
    private partial void LogNotReopened(int attempt, int attempts, Exception fault);
}
