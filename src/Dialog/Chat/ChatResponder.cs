using System.Runtime.CompilerServices;
using Conversation.Core;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Conversation.Dialog.Chat;

/// <summary>Answers by a chat model, streaming. Tools run only once the reply is wanted; while one takes long the caller hears that it does.</summary>
internal sealed partial class ChatResponder(string name, IChatClient client, ResponderOptions options, IReadOnlyList<AIFunction> tools, TimeProvider time, ILogger log) : IResponder
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReplyPart> RespondAsync(DialogTurn turn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (SpokenPrompt.Fixed(options, turn.Kind) is { } ready)
        {
            yield return new ReplyPart.Text(ready);
            yield return new ReplyPart.Expect(ExpectedAnswer.Open);
            yield break;
        }

        var call = new CallTools(options);
        var messages = SpokenPrompt.Messages(options, turn);
        IReadOnlyList<AIFunction> clients = turn.ToolChoice == "none" ? [] : [.. turn.Tools.Select(tool => new ClientFunction(tool))];
        IReadOnlyList<AIFunction> known = [.. tools, .. call.Tools, .. clients];
        var settings = new ChatOptions { MaxOutputTokens = options.MaxTokens, Tools = [.. known] };
        if (clients.Count > 0 && Mode(turn.ToolChoice) is { } mode)
        {
            // A call that is asked for is one of the client's.
            (settings.Tools, settings.ToolMode) = ([.. clients], mode);
        }

        var spoken = new SpokenText();
        var said = false;
        for (var round = 0; ; round++)
        {
            if (round == options.ToolRounds)
            {
                // The last answer must be words.
                settings.Tools = null;
            }

            var updates = new List<ChatResponseUpdate>();
            await foreach (var update in StreamAsync(messages, settings, cancellation).ConfigureAwait(false))
            {
                updates.Add(update);
                if (spoken.Clean(update.Text) is { Length: > 0 } text)
                {
                    said |= !string.IsNullOrWhiteSpace(text);
                    yield return new ReplyPart.Text(text);
                }
            }

            FunctionCallContent[] wanted = [.. updates.SelectMany(u => u.Contents).OfType<FunctionCallContent>()];
            if (wanted.Length == 0)
            {
                break;
            }

            if (wanted.Any(w => !call.IsOwn(w.Name)))
            {
                // A tool call can be noticed outside: nothing of it before the reply is wanted.
                await turn.Committed.WaitAsync(cancellation).ConfigureAwait(false);
            }

            (settings.Tools, settings.ToolMode) = (settings.Tools is null ? null : [.. known], null);
            messages.AddRange(updates.ToChatResponse().Messages);
            var running = Task.WhenAll(wanted.Select(w => RunAsync(w, known, clients.Any(c => c.Name == w.Name), cancellation)));
            if (!said && !wanted.All(w => clients.Any(c => c.Name == w.Name)) && await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(options.FillerAfterMs), time, cancellation)).ConfigureAwait(false) != running)
            {
                cancellation.ThrowIfCancellationRequested();
                said = true;
                yield return new ReplyPart.Text(options.Filler + " ");
            }

            messages.Add(new ChatMessage(ChatRole.Tool, [.. await running.ConfigureAwait(false)]));
            if (call.Ends && said && wanted.All(w => call.IsOwn(w.Name)))
            {
                break;
            }
        }

        if (!said)
        {
            throw Fail(new ChatFailedException("The chat model gave no words", $"Dialog:Responders:{name}:MaxTokens"));
        }

        yield return call.Part ?? new ReplyPart.Expect(ExpectedAnswer.Open);
    }

    private static ChatToolMode? Mode(string choice) => choice switch
    {
        "required" => ChatToolMode.RequireAny,
        _ when choice.StartsWith("function:", StringComparison.Ordinal) => ChatToolMode.RequireSpecific(choice["function:".Length..]),
        _ => null,
    };

    /// <summary>The model's answer as it comes; a silence longer than allowed, or anything the server does wrong, is a <see cref="ChatFailedException"/>.</summary>
    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(List<ChatMessage> messages, ChatOptions settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var patience = TimeSpan.FromMilliseconds(options.StallMs);
        using var stall = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        await using var updates = client.GetStreamingResponseAsync(messages, settings, both.Token).GetAsyncEnumerator(both.Token);
        while (true)
        {
            try
            {
                if (!await updates.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && e is not OutOfMemoryException)
            {
                throw Fail(Failure(e, stall.IsCancellationRequested));
            }

            stall.CancelAfter(patience);
            yield return updates.Current;
        }
    }

    private ChatFailedException Failure(Exception e, bool stalled)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is ChatFailedException known)
            {
                return known;
            }
        }

        return stalled
            ? new ChatFailedException($"The chat server said nothing for {options.StallMs} ms", $"Dialog:Responders:{name}:StallMs", e)
            : new ChatFailedException($"The chat server's answer broke off: {e.Message}", $"Dialog:Responders:{name}:BaseUrl", e);
    }

    private ChatFailedException Fail(ChatFailedException failure)
    {
        LogFailed(log, failure, name, failure.Message, failure.Setting);
        return failure;
    }

    private async Task<AIContent> RunAsync(FunctionCallContent wanted, IReadOnlyList<AIFunction> known, bool isClients, CancellationToken cancellation)
    {
        // The client may ask a person: how long it may take, the session decides.
        using var limit = new CancellationTokenSource(isClients ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(options.ToolTimeoutMs), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var tool = known.FirstOrDefault(t => t.Name == wanted.Name);
            object? result = tool is null ? $"There is no tool {wanted.Name}." : await tool.InvokeAsync(new AIFunctionArguments(wanted.Arguments), both.Token).ConfigureAwait(false);
            return new FunctionResultContent(wanted.CallId, result);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is not OutOfMemoryException)
        {
            // The model is told and can say so, or try otherwise.
            LogToolFailed(log, e, wanted.Name, name);
            return new FunctionResultContent(wanted.CallId, $"The tool failed: {(limit.IsCancellationRequested ? "it took too long" : e.Message)}");
        }
    }
}
