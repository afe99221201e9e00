using System.Diagnostics.CodeAnalysis;

namespace Conversation.Core.Trace;

/// <summary>
/// A session that can move to another process in the middle of anything: keeps what it remembered when it last held nothing, and the inputs since. In steady state an
/// input costs a copy and no allocation.
/// </summary>
public sealed class JournalingCore : IConfigurableCore
{
    /// <summary>The most inputs kept: some eight minutes of speech and playout without one moment of rest.</summary>
    public const int MostInputs = 20_000;

    // About a minute of speech; a longer journal gives its memory back when it is over.
    private const int KeptCapacity = 2_048;
    private readonly SessionCore _inner;
    private readonly CoreBaseline _baseline = new();
    private readonly List<Entry> _journal = [];
    private bool _overflowed;

    /// <summary>Keeps the journal of <paramref name="inner"/>, which is fresh or quiet; throws <see cref="ArgumentException"/> where it is in the middle of something.</summary>
    public JournalingCore(SessionCore inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner.HoldsNothing ? inner : throw new ArgumentException("The session is in the middle of something.", nameof(inner));
        _inner.SaveTo(_baseline);
    }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline => _inner.NextDeadline;

    /// <summary>As <see cref="SessionCore.IsQuiet"/>: a snapshot now is at its smallest, and nothing is outstanding.</summary>
    public bool IsQuiet => _inner.IsQuiet;

    /// <summary>Whether <see cref="Snapshot"/> can give one. False where the session is closed, and after more than <see cref="MostInputs"/> inputs until the session next holds nothing.</summary>
    public bool CanMove => !_inner.IsClosed && (!_overflowed || _inner.HoldsNothing);

    /// <summary>Inputs and changes of options kept.</summary>
    public int JournalLength => _journal.Count;

    /// <inheritdoc/>
    public void Handle(in SessionInput input, TimeSpan now)
    {
        Keep(new(now, input, null));
        _inner.Handle(input, now);
    }

    /// <inheritdoc/>
    public bool TryTake([NotNullWhen(true)] out SessionOutput? output) => _inner.TryTake(out output);

    /// <inheritdoc/>
    public void Configure(CoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Keep(new(_inner.Now, default, options.Valid()));
        _inner.Configure(options);
    }

    /// <summary>
    /// The session as it is now. Changes nothing: where the move comes to nothing, the session goes on here. Throws <see cref="InvalidOperationException"/> where it
    /// cannot move (see <see cref="CanMove"/>), and where an output was not taken, which would be lost.
    /// </summary>
    public CoreSnapshot Snapshot()
    {
        if (!CanMove || _inner.HasOutputs)
        {
            throw new InvalidOperationException(_inner.HasOutputs ? "An output was not taken." : "The session cannot move now.");
        }

        Rest();
        var lines = new string[_journal.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = Line(_journal[i], _inner.PreparedGeneration);
        }

        // The kept one is written to again.
        return new() { Baseline = _baseline with { Pitch = [.. _baseline.Pitch] }, Journal = lines, Now = _inner.Now };
    }

    private static string Line(in Entry entry, int? prepared)
    {
        if (entry.Options is { } options)
        {
            return SessionTrace.Configured(options, entry.Now);
        }

        // A tick instead, for time passed all the same.
        var input = entry.Input;
        var anew = input.Id == prepared
            && input.Kind is InputKind.ReplyText or InputKind.ReplyAudio or InputKind.ReplyEnded or InputKind.ReplyWaits or InputKind.Expects or InputKind.CloseAfterReply;
        return SessionTrace.Write(anew ? SessionInput.Tick() : input, entry.Now);
    }

    private void Keep(in Entry entry)
    {
        if (_inner.IsClosed)
        {
            return;
        }

        Rest();
        if (_journal.Count == MostInputs)
        {
            _overflowed = true;
            _journal.Clear();
        }

        if (!_overflowed)
        {
            _journal.Add(entry);
        }
    }

    /// <summary>Where the session holds nothing, the journal begins anew.</summary>
    private void Rest()
    {
        if (!_inner.HoldsNothing)
        {
            return;
        }

        _inner.SaveTo(_baseline);
        _overflowed = false;
        _journal.Clear();
        if (_journal.Capacity > KeptCapacity)
        {
            _journal.Capacity = KeptCapacity;
        }
    }

    private readonly record struct Entry(TimeSpan Now, SessionInput Input, CoreOptions? Options);
}
