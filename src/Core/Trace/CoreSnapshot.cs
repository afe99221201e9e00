using Conversation.Core.Endpointing;

namespace Conversation.Core.Trace;

/// <summary>
/// A session at one moment, in the middle of anything: what it remembered when it last held nothing, and all inputs since. Written as JSON by System.Text.Json as it
/// stands; made by <see cref="JournalingCore.Snapshot"/>.
/// </summary>
public sealed record CoreSnapshot
{
    /// <summary>What the session remembered when it last held nothing.</summary>
    public CoreBaseline Baseline { get; init; } = new();

    /// <summary>The inputs and changes of options since then, as lines of <see cref="SessionTrace"/>. What a reply that is not committed had brought stands as a tick: it is prepared anew.</summary>
    public IReadOnlyList<string> Journal { get; init; } = [];

    /// <summary>The session's time at this moment. The new host counts on from here, whatever its own clock's origin, and adds the time that the move took.</summary>
    public TimeSpan Now { get; init; }

    /// <summary>
    /// The session again, with its journal, so that it can move on at once. Its outputs so far were performed before and do not come again; <paramref name="outstanding"/>
    /// says what is left to do. Throws <see cref="FormatException"/> where this is damaged or of another format. The same build gives the same session; another build may
    /// have decided otherwise on the same inputs, so a host that carries over a reply compares it with what is outstanding. <paramref name="completeness"/> as in
    /// <see cref="SessionCore(CoreOptions, IPhraseCompleteness?)"/>: the same as before the move.
    /// </summary>
    public JournalingCore Restore(out OutstandingEffects outstanding, IPhraseCompleteness? completeness = null)
    {
        var session = SessionCore.Restore(Baseline, completeness);
        var core = new JournalingCore(session);
        foreach (var line in Journal ?? [])
        {
            Feed(core, line);
            while (core.TryTake(out _))
            {
            }
        }

        outstanding = session.Outstanding;
        return core;
    }

    private static void Feed(JournalingCore core, string line)
    {
        if (SessionTrace.ReadConfigured(line) is { } options)
        {
            SessionCore.Checked(options);
            core.Configure(options);
            return;
        }

        var (now, input) = SessionTrace.ReadInput(line);
        core.Handle(input, now);
    }
}
