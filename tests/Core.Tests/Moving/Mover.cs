using System.Reflection;
using System.Text.Json;
using Conversation.Core.Trace;

namespace Conversation.Core.Tests.Moving;

/// <summary>Plays a recorded session, moves it where it is told to, and compares all that comes with the recording.</summary>
internal sealed class Mover
{
    // Rebuilt, written before they are read, or only looked at by measurements.
    private static readonly string[] Fleeting = ["_outputs", "_completeness", "_lexicon", "_options", "_nextOptions", "<Start>k__BackingField", "<End>k__BackingField",
        "<Resumed>k__BackingField", "<SpeechWindows>k__BackingField", "<Judged>k__BackingField"];

    private readonly Recorded _recorded;
    private readonly HashSet<int> _cuts;
    private readonly Owed _owed = new();

    private Mover(Recorded recorded, IEnumerable<int> cuts)
    {
        _recorded = recorded;
        _cuts = [.. cuts];
    }

    /// <summary>Of the moves so far.</summary>
    public static Tally Moves { get; } = new();

    /// <summary>Moves one session before each of these inputs, one move after the other.</summary>
    public static void MoveAgainAndAgain(Recorded recorded, params IEnumerable<int> cuts) => new Mover(recorded, cuts).Run(0, new JournalingCore(recorded.NewCore()));

    /// <summary>For each of these inputs: a session that moves before it, and only there.</summary>
    public static void MoveAtEach(Recorded recorded, params IEnumerable<int> cuts)
    {
        var ahead = new Mover(recorded, []);
        var core = new JournalingCore(recorded.NewCore());
        var at = 0;
        foreach (var cut in cuts.Order().Distinct())
        {
            ahead.Run(at, core, cut);
            at = cut;
            if (core.CanMove)
            {
                // The one ahead goes on: a snapshot changes nothing.
                new Mover(recorded, []).Run(cut, ahead.Moved(core, cut));
            }
        }

        ahead.Run(at, core);
    }

    private void Run(int from, JournalingCore core, int until = int.MaxValue)
    {
        for (var i = from; i < Math.Min(until, _recorded.Steps.Count); i++)
        {
            if (_cuts.Contains(i) && core.CanMove)
            {
                core = Moved(core, i);
            }

            var step = _recorded.Steps[i];
            var taken = new List<SessionOutput>();
            Same(step.Outputs, Recorded.Feed(core, step.Line, taken), i, step.Line);
            _owed.Take(step.Line, taken);
        }
    }

    private JournalingCore Moved(JournalingCore core, int cut)
    {
        var snapshot = core.Snapshot();
        var json = JsonSerializer.Serialize(snapshot);
        var moved = JsonSerializer.Deserialize<CoreSnapshot>(json)!.Restore(out var outstanding, _recorded.Judge);
        Assert.False(moved.TryTake(out _));
        Assert.Equal(core.NextDeadline, moved.NextDeadline);
        Assert.Equal(core.NextDeadline, outstanding.NextDeadline);
        Assert.Equal(core.IsQuiet, moved.IsQuiet);
        Assert.Equal(core.JournalLength, moved.JournalLength);
        Assert.Equal(snapshot.Now, moved.Snapshot().Now);
        _owed.Check(outstanding, cut);
        Moves.Count(core, outstanding, json.Length);
        if (outstanding.Prepared is { Generation: var generation })
        {
            // The host prepares it anew: all that came of it since it was asked for.
            var asked = _recorded.Steps.FindIndex(s => s.Outputs.Exists(o => o.Contains($"< PrepareReply generation={generation} ", StringComparison.Ordinal)));
            var now = TraceText.Time(snapshot.Now);
            foreach (var (line, input) in _recorded.Steps.Take(cut).Skip(asked + 1).Where(s => SessionTrace.ReadConfigured(s.Line) is null).Select(s => (s.Line, SessionTrace.ReadInput(s.Line).Input)))
            {
                if (input.Id == generation && input.Kind is InputKind.ReplyText or InputKind.ReplyAudio or InputKind.ReplyEnded or InputKind.ReplyWaits or InputKind.Expects or InputKind.CloseAfterReply)
                {
                    Same([], Recorded.Feed(moved, now + line[line.IndexOf(' ', StringComparison.Ordinal)..]), cut, line);
                }
            }
        }
        else if (core.IsQuiet || snapshot.Journal.Count == 0)
        {
            AllIsKept(core, moved);
        }

        return moved;
    }

    private void Same(List<string> expected, List<string> actual, int step, string line)
    {
        if (!expected.SequenceEqual(actual))
        {
            Assert.Fail($"Step {step} after moves at {string.Join(' ', _cuts)}: {line}\nwithout: {string.Join("\n         ", expected)}\nmoved:   {string.Join("\n         ", actual)}\n"
                + string.Join('\n', _recorded.Steps.Take(step).SelectMany(s => s.Outputs.Prepend(s.Line)).Where(l => !l.Contains("SpeechScored", StringComparison.Ordinal)).TakeLast(40)));
        }
    }

    // Every field of the session and its parts, so that a new one is not forgotten.
    private static void AllIsKept(JournalingCore before, JournalingCore after)
    {
        SessionCore Inner(JournalingCore core) => (SessionCore)typeof(JournalingCore).GetField("_inner", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(core)!;
        Equal(Inner(before), Inner(after), "");
    }

    private static void Equal(object? a, object? b, string name)
    {
        switch (a)
        {
            case null:
                Assert.True(b is null, name);
                break;
            case Array list:
                Assert.Equal(list.Length, ((Array)b!).Length);
                for (var i = 0; i < list.Length; i++)
                {
                    Equal(list.GetValue(i), ((Array)b).GetValue(i), $"{name}[{i}]");
                }

                break;
            case System.Collections.ICollection held:
                // Where in its array a queue begins is no part of the session.
                Equal(held.Cast<object>().ToArray(), ((System.Collections.ICollection)b!).Cast<object>().ToArray(), name);
                break;
            case ValueType or string:
                Assert.True(a.Equals(b), $"{name} is {b}, was {a}");
                break;
            default:
                foreach (var field in a.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Where(f => !Fleeting.Contains(f.Name)))
                {
                    Equal(field.GetValue(a), field.GetValue(b), $"{name}.{field.Name}");
                }

                break;
        }
    }

    internal sealed class Tally
    {
        public int All { get; private set; }

        public int Quiet { get; private set; }

        public int Recognising { get; private set; }

        public int Prepared { get; private set; }

        public int Committed { get; private set; }

        public int Paused { get; private set; }

        public int Largest { get; private set; }

        public void Count(JournalingCore core, OutstandingEffects owed, int size)
        {
            lock (this)
            {
                All++;
                Quiet += core.IsQuiet ? 1 : 0;
                Recognising += owed.Recognitions.Count;
                Prepared += owed.Prepared is null ? 0 : 1;
                Committed += owed.Committed is null ? 0 : 1;
                Paused += owed.Committed is { Paused: true } ? 1 : 0;
                Largest = Math.Max(Largest, size);
            }
        }

        public override string ToString() => $"{All} moves: {Quiet} quiet, {Recognising} recognising, {Prepared} with a prepared reply, {Committed} with a committed one, {Paused} of them paused; largest {Largest} characters";
    }
}
