using Conversation.Core.Tests.World;

namespace Conversation.Core.Tests.Properties;

/// <summary>Turns a list of numbers into inputs in any order: plausible ones, late ones, and nonsense. Then falls silent and only ticks.</summary>
internal sealed class Chaos
{
    private static readonly string[] Texts =
    [
        "", "Yes.", "I'd like to book an appointment.", "I would like to", "Mm-hmm.", "um", "Stop.", "one two three", "Okay.", "on Tuesday, at nine", "Thank you.", "What?",
    ];

    private readonly SessionCore _core;
    private readonly Invariants _invariants;
    private readonly List<int> _requests = [0];
    private readonly List<int> _generations = [0];
    private readonly Dictionary<int, long> _queued = [];
    private TimeSpan _now;
    private long _position;
    private float _probability = 0.02f;

    public Chaos(CoreOptions options)
    {
        _core = new SessionCore(options);
        _invariants = new Invariants(_core);
    }

    public List<string> Log { get; } = [];

    public void Run(IEnumerable<int> numbers)
    {
        try
        {
            Feed(SessionInput.Opened());
            foreach (var number in numbers)
            {
                var n = (uint)number;
                Step((int)(n % 32), (int)(n / 32 % 1_000));
            }

            Rest();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException(fault.Message + '\n' + string.Join('\n', Log.Where(l => !l.Contains("SpeechScored", StringComparison.Ordinal)).TakeLast(60)), fault);
        }
    }

    private void Step(int kind, int value)
    {
        switch (kind)
        {
            case < 10:
                Windows((value % 40) + 1, kind < 6);
                break;
            case < 14:
                if (value % 3 == 1)
                {
                    Feed(SessionInput.RecognizedProvisionally(Request(value), Texts[(value + 1) % Texts.Length], value % 5 == 0 ? 0.2f : 0.9f));
                }

                Feed(SessionInput.Recognized(Request(value), Texts[value % Texts.Length], value % 7 == 0 ? 0.2f : 0.9f));
                break;
            case 14:
                Feed(SessionInput.RecognitionFailed(Request(value), "no"));
                break;
            case 15 or 16:
                Feed(SessionInput.ReplyText(Generation(value), " word number " + value));
                break;
            case 17 or 18:
                Audio(Generation(value), value);
                break;
            case 19 or 20:
                var ended = Generation(value);
                Feed(SessionInput.ReplyEnded(ended, new(_queued.GetValueOrDefault(ended))));
                break;
            case 21 or 22:
                Feed(SessionInput.Played(Generation(value), new(value * 100)));
                break;
            case 23:
                Feed(SessionInput.ReplyFailed(Generation(value), "no"));
                break;
            case 24:
                Feed(SessionInput.Expects(Generation(value), (ExpectedAnswer)(value % 5)));
                break;
            case 25 when value % 5 == 0:
                Feed(SessionInput.CloseAfterReply(Generation(value), "done"));
                break;
            case 26 when value % 3 == 0:
                Feed(SessionInput.ClientLost());
                break;
            case 26 or 27:
                Feed(SessionInput.ClientResumed(Generation(value), new(value * 50)));
                break;
            case 28 when value % 2 == 0:
                Feed(SessionInput.Typed(Texts[value % Texts.Length]));
                break;
            case 29 when value % 50 == 0:
                Feed(SessionInput.CloseRequested("bye"));
                break;
            case 30 when value % 3 == 0:
                // Now and then of audio that is still to come, or never does.
                Feed(SessionInput.TurnEnded(new(_position + (value % 7 * 256)), keep: value % 4 != 1));
                break;
            case 31 when value % 3 == 0:
                Feed(SessionInput.ReplyWanted(value % 2 == 0 ? "" : Texts[value % Texts.Length]));
                break;
            case 31 when value % 3 == 1:
                Feed(SessionInput.ReplyWaits(Generation(value), value % 2 == 0));
                break;
            default:
                _now += TimeSpan.FromMilliseconds(value);
                Feed(SessionInput.Tick());
                break;
        }
    }

    private void Windows(int count, bool turn)
    {
        _probability = turn ? (_probability < 0.5f ? 0.92f : 0.02f) : _probability;
        for (var i = 0; i < count; i++)
        {
            _position += 512;
            _now += TimeSpan.FromMilliseconds(32);
            var flicker = i % 11 == 7 ? 0.45f : _probability;
            Feed(SessionInput.SpeechScored(new(_position), flicker, -25, 110 + (i % 5)));
        }
    }

    private void Audio(int generation, int value)
    {
        var start = _queued.GetValueOrDefault(generation);
        var end = _queued[generation] = start + 2_400 + (value * 20);
        Feed(SessionInput.ReplyAudio(generation, new(end), [new("word", new(start), new((start + end) / 2)), new("number", new((start + end) / 2), new(end))]));
    }

    // Mostly the newest, now and then an old one.
    private int Request(int value) => _requests[Math.Max(0, _requests.Count - 1 - (value % 4 == 3 ? value % 5 : 0))];

    private int Generation(int value) => _generations[Math.Max(0, _generations.Count - 1 - (value % 4 == 3 ? value % 5 : 0))];

    private void Rest()
    {
        var end = _now + TimeSpan.FromMinutes(20);
        for (var i = 0; _core.NextDeadline is { } next; i++)
        {
            Assert.True(next <= end && i < 1_000, $"Not at rest after {i} deadlines.");
            _now = next;
            Feed(SessionInput.Tick());
        }

        _invariants.AtRest();
    }

    private void Feed(SessionInput input)
    {
        Log.Add(Trace.SessionTrace.Write(input, _now));
        _invariants.Fed(input, _now);
        _core.Handle(input, _now);
        while (_core.TryTake(out var output))
        {
            Log.Add(Trace.SessionTrace.Write(output, _now));
            if (output is SessionOutput.Recognize asked)
            {
                _requests.Add(asked.Request);
            }
            else if (output is SessionOutput.PrepareReply prepared)
            {
                _generations.Add(prepared.Generation);
            }

            _invariants.Told(output);
        }

        _invariants.After(_now);
    }
}
