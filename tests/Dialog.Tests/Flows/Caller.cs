using System.Text;
using System.Text.Json;
using Conversation.Core;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Tests.Flows;

/// <summary>Plays a caller against a responder as a session would: every turn is first run as a speculation that is thrown away, then for good.</summary>
internal sealed class Caller(IResponder responder, string session = "test", DialogCaller? from = null)
{
    private readonly List<DialogLine> _history = [];
    private string? _state;

    public sealed record Reply(string Before, string Text, string? State, ExpectedAnswer? Expects, string? Transfer, string? HangUp, ReplyPart.Keys? Keys, IReadOnlyDictionary<string, string>? Learned);

    public string? State => _state;

    public Reply? Last { get; private set; }

    public void Rewind(string? state) => _state = state;

    public IReadOnlyDictionary<string, string> Slots =>
        _state is null || !JsonDocument.Parse(_state).RootElement.TryGetProperty("slots", out var slots)
            ? new Dictionary<string, string>()
            : slots.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);

    /// <summary>The last reply was spoken over when so much of it had been heard.</summary>
    public void Interrupt(string heard) => _history[^1] = _history[^1] with { ReplyHeard = heard, Interrupted = true };

    public Task<Reply> GreetAsync() => TurnAsync("", ReplyKind.Greeting);

    public Task<Reply> SayAsync(string text) => TurnAsync(text, ReplyKind.Answer);

    /// <summary>Runs a reply that is never committed, as far as it goes.</summary>
    public async Task<string> SpeculateAsync(string text, ReplyKind kind = ReplyKind.Answer)
    {
        using var cancel = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        var said = new StringBuilder();
        await using var parts = responder.RespondAsync(Turn(text, kind, never.Task), cancel.Token).GetAsyncEnumerator(cancel.Token);
        while (true)
        {
            var next = parts.MoveNextAsync().AsTask();
            // A flow waits for nothing but the commit: what does not come at once waits for it.
            if (await Task.WhenAny(next, Task.Delay(200)) != next || (next.IsCompletedSuccessfully && !next.Result))
            {
                await cancel.CancelAsync();
                try
                {
                    await next;
                }
                catch (OperationCanceledException)
                {
                }

                return said.ToString();
            }

            said.Append((parts.Current as ReplyPart.Text)?.Delta);
        }
    }

    public async Task<Reply> TurnAsync(string text, ReplyKind kind)
    {
        var commit = new TaskCompletionSource();
        var before = new StringBuilder();
        var after = new StringBuilder();
        string? state = null, transfer = null, hangUp = null;
        ExpectedAnswer? expects = null;
        ReplyPart.Keys? keys = null;
        IReadOnlyDictionary<string, string>? learned = null;
        var parts = responder.RespondAsync(Turn(text, kind, commit.Task), CancellationToken.None).GetAsyncEnumerator();
        while (true)
        {
            var next = parts.MoveNextAsync().AsTask();
            if (!next.IsCompleted && !commit.Task.IsCompleted && before.Length > 0)
            {
                commit.SetResult();
            }
            else if (!next.IsCompleted && !commit.Task.IsCompleted && await Task.WhenAny(next, Task.Delay(500)) != next)
            {
                commit.SetResult();
            }

            if (!await next)
            {
                break;
            }

            switch (parts.Current)
            {
                case ReplyPart.Text delta: (commit.Task.IsCompleted ? after : before).Append(delta.Delta); break;
                case ReplyPart.State json: state = json.Json; break;
                case ReplyPart.Expect expect: expects = expect.Answer; break;
                case ReplyPart.Transfer to: (transfer, learned) = (to.Target, to.Values); break;
                case ReplyPart.HangUp reason: (hangUp, learned) = (reason.Reason, reason.Values); break;
                case ReplyPart.Keys wanted: keys = wanted; break;
                default: break;
            }
        }

        await parts.DisposeAsync();
        Last = new Reply(before.ToString(), before.ToString() + after, state, expects, transfer, hangUp, keys, learned);
        _state = state ?? _state;
        _history.Add(new DialogLine(text, Last.Text, false));
        return Last;
    }

    private DialogTurn Turn(string text, ReplyKind kind, Task committed) => new()
    {
        Session = session, Kind = kind, UserText = text, History = [.. _history], State = _state, Committed = committed, Time = new FixedTime(), Caller = from,
    };
}
