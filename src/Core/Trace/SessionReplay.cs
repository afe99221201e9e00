namespace Conversation.Core.Trace;

/// <summary>Runs a recorded session again and compares what comes out, byte for byte.</summary>
public static class SessionReplay
{
    /// <summary>
    /// Feeds the recorded inputs to a fresh session and writes every output line that differs: <c>LINE - recorded</c> and <c>LINE + now</c>.
    /// Gives the number of differing lines; 0 is the same. Throws <see cref="FormatException"/> where the text is no recording.
    /// </summary>
    public static int Run(TextReader recorded, TextWriter diff, Endpointing.IPhraseCompleteness? completeness = null)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(diff);
        if (recorded.ReadLine() != SessionTrace.Signature)
        {
            throw new FormatException($"The recording does not begin with '{SessionTrace.Signature}'.");
        }

        var core = new SessionCore(SessionTrace.ReadOptions(recorded.ReadLine() ?? ""), completeness);
        var replayed = new Queue<string>();
        var number = 2;
        var differences = 0;
        while (recorded.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            if (!SessionTrace.IsInput(line))
            {
                var now = replayed.TryDequeue(out var output) ? output : null;
                differences += Compare(line, now, number, diff);
                continue;
            }

            differences += Flush(replayed, number, diff);
            Feed(core, line, replayed);
        }

        return differences + Flush(replayed, number + 1, diff);
    }

    private static void Feed(SessionCore core, string line, Queue<string> replayed)
    {
        if (SessionTrace.ReadConfigured(line) is { } options)
        {
            core.Configure(options);
            return;
        }

        var (now, input) = SessionTrace.ReadInput(line);
        core.Handle(input, now);
        while (core.TryTake(out var output))
        {
            replayed.Enqueue(SessionTrace.Write(output, now));
        }
    }

    private static int Compare(string recorded, string? replayed, int number, TextWriter diff)
    {
        if (recorded == replayed)
        {
            return 0;
        }

        diff.Write($"{number} - {recorded}\n");
        if (replayed is not null)
        {
            diff.Write($"{number} + {replayed}\n");
        }

        return 1;
    }

    private static int Flush(Queue<string> replayed, int number, TextWriter diff)
    {
        var count = replayed.Count;
        while (replayed.TryDequeue(out var line))
        {
            diff.Write($"{number} + {line}\n");
        }

        return count;
    }
}
