using System.Runtime.CompilerServices;

namespace Conversation.Speech.Clauses;

/// <summary>Clauses of a stream of text. Where the stream pauses after a finished sentence (a tool is being asked), that sentence is given out without waiting for more.</summary>
internal sealed class TimedClauses(ClauseOptions options, TimeSpan finishedAfter, TimeProvider time)
{
    internal async IAsyncEnumerable<string> SplitAsync(IAsyncEnumerable<string> text, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var splitter = new ClauseSplitter(options);
        var deltas = text.GetAsyncEnumerator(cancellation);
        await using var _ = deltas.ConfigureAwait(false);
        while (true)
        {
            var more = deltas.MoveNextAsync().AsTask();
            if (!more.IsCompleted && splitter.HasPending && await PausesAsync(more, cancellation).ConfigureAwait(false) && splitter.TakeIfFinished() is { } finished)
            {
                yield return finished;
            }

            if (!await more.ConfigureAwait(false))
            {
                break;
            }

            splitter.Append(deltas.Current);
            while (splitter.TryTake() is { } clause)
            {
                yield return clause;
            }
        }

        while (splitter.Flush() is { } clause)
        {
            yield return clause;
        }
    }

    private async Task<bool> PausesAsync(Task more, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pause = Task.Delay(finishedAfter, time, stop.Token);
        var first = await Task.WhenAny(more, pause).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        return first == pause && !cancellation.IsCancellationRequested;
    }
}
