using System.Runtime.CompilerServices;
using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Flows.Engine;
using Conversation.Dialog.Flows.Intents;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;

namespace Conversation.Dialog.Flows;

/// <summary>Answers by a flow. Keeps nothing of a session: where it stands is in the turn's state, so that a speculative reply leaves no trace.</summary>
internal sealed partial class FlowResponder : IResponder
{
    private readonly FlowDefinition _flow;
    private readonly IntentMatcher _matcher;
    private readonly IReadOnlyDictionary<string, IFlowAction> _actions;
    private readonly ILogger _log;

    private FlowResponder(string name, FlowDefinition flow, IntentMatcher matcher, IReadOnlyDictionary<string, IFlowAction> actions, ILogger log) =>
        (Name, _flow, _matcher, _actions, _log) = (name, flow, matcher, actions, log);

    /// <inheritdoc/>
    public string Name { get; }

    internal IntentMatcher Matcher => _matcher;

    public static async Task<FlowResponder> CreateAsync(string name, FlowDefinition flow, ITextEmbedder embedder, IEnumerable<IFlowAction> actions, ILogger log, CancellationToken cancellation) =>
        new(name, flow, await IntentMatcher.CreateAsync(flow, embedder, cancellation).ConfigureAwait(false), actions.ToDictionary(a => a.Name, StringComparer.Ordinal), log);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReplyPart> RespondAsync(DialogTurn turn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var run = new FlowRun(_flow, _matcher, _actions, turn) { Failed = ActionFailed };
        var acted = false;
        var walk = await run.HearAsync(cancellation).ConfigureAwait(false);
        while (walk && await run.WalkAsync(cancellation).ConfigureAwait(false) is { } effect)
        {
            // What does not depend on the outcome is spoken while the effect waits for the commit.
            run.Announce(effect);
            if (run.TakeText() is { Length: > 0 } before)
            {
                yield return new ReplyPart.Text(before);
            }

            await turn.Committed.WaitAsync(cancellation).ConfigureAwait(false);

            // Once begun an effect runs to its end: half a booking helps nobody. Its own timeout bounds it.
            acted = true;
            walk = await run.PerformAsync(effect, CancellationToken.None).ConfigureAwait(false);
        }

        run.SayKeys();
        if (run.TakeText() is { Length: > 0 } text)
        {
            yield return new ReplyPart.Text(text);
        }

        var expects = run.Expects;
        yield return new ReplyPart.State(run.WriteState(), Binding: acted);
        if (run.Transfer is { } target)
        {
            yield return new ReplyPart.Transfer(target, run.Learned);
        }
        else if (run.HangUp is { } reason)
        {
            yield return new ReplyPart.HangUp(reason, run.Learned);
        }
        else
        {
            yield return new ReplyPart.Expect(expects);
            yield return run.ExpectedKeys;
        }
    }

    private void ActionFailed(string action, Exception exception) => LogActionFailed(_log, exception, action, Name);
}
