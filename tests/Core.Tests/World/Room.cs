using System.Globalization;
using System.Text;
using Conversation.Core.Endpointing;
using Conversation.Core.Replies;
using Conversation.Core.Trace;

namespace Conversation.Core.Tests.World;

/// <summary>
/// Virtual time around a session: a caller who speaks by a script, a recogniser and a responder with fixed delays, a listener who plays in real time. Nothing that was
/// cancelled is taken back: late results arrive all the same, as they do in a real system.
/// </summary>
internal sealed class Room
{
    private const int Rate = 24_000;
    private const double WindowSeconds = 0.032;
    private readonly Script _script;
    private readonly SpokenTimeline _caller = new();
    private readonly PriorityQueue<Action, (double, int)> _events = new();
    private readonly Dictionary<int, Listener> _listeners = [];
    private readonly StringBuilder _trace = new();
    private readonly StringWriter _recording = new();
    private readonly RecordingCore _core;
    private readonly Invariants _invariants;
    private double _now;
    private int _order;
    private long _windows;
    private bool _online = true;
    private int _failNext;

    // By rules unless the script says otherwise: a model that is trained anew must not move every trace.
    private readonly IPhraseCompleteness _judge;

    public Room(Script script)
    {
        _script = script;
        _judge = script.Setting("judge", "rules") == "rules" ? RulePhraseCompleteness.Instance : PhraseCompleteness.Instance;
        var options = Options(script);
        _core = new RecordingCore(new SessionCore(options, _judge), options, _recording);
        _invariants = new Invariants(_core);
    }

    public IPhraseCompleteness Judge => _judge;

    public string Recording => _recording.ToString();

    public static string Play(Script script, out Room room)
    {
        room = new Room(script);
        return room.Run();
    }

    private static CoreOptions Options(Script script) => new()
    {
        OutputRate = Rate,
        Greet = script.Setting("greet", "no") == "yes",
        Endpointing = EndpointingOptions.Preset(script.Setting("endpointing", "balanced"))!,
        ResumeWithin = TimeSpan.FromSeconds(script.Milliseconds("resume-within", 30)),
        Turns = new()
        {
            EndThemselves = script.Setting("turns", "automatic") != "manual",
            Answer = script.Setting("turns", "automatic") == "automatic",
            Interrupt = script.Setting("turns", "automatic") != "manual" && script.Setting("interrupt", "yes") == "yes",
        },
        Idle = new IdleOptions { After = TimeSpan.FromSeconds(script.Milliseconds("idle", 12)), CloseAfterPrompts = script.Setting("idle-close", "no") == "yes" },
    };

    private string Run()
    {
        Feed(SessionInput.Opened());
        foreach (var step in _script.Steps)
        {
            At(step.At, () => Do(step));
        }

        At(WindowSeconds, Window);
        At(0.1, Report);
        while (Next() is { } at && at <= _script.Until)
        {
            Pass(at);
            if (_core.NextDeadline is { } due && due.TotalSeconds <= at && (_events.Count == 0 || !_events.TryPeek(out _, out var p) || p.Item1 >= due.TotalSeconds))
            {
                Feed(SessionInput.Tick());
            }
            else
            {
                _events.Dequeue()();
            }
        }

        _invariants.AtRest();
        return _trace.ToString();
    }

    private double? Next()
    {
        double? at = _events.TryPeek(out _, out var p) ? p.Item1 : null;
        return _core.NextDeadline is { } due && (at is null || due.TotalSeconds < at) ? due.TotalSeconds : at;
    }

    private void Pass(double to)
    {
        foreach (var listener in _listeners.Values)
        {
            listener.Pass(_online ? to - _now : 0, Rate);
        }

        _now = to;
    }

    private void At(double time, Action action) => _events.Enqueue(action, (Math.Round(time, 6), _order++));

    private void After(double milliseconds, Action action) => At(_now + (milliseconds / 1000), action);

    private void Window()
    {
        At(_now + WindowSeconds, Window);
        if (!_online || _script.Settings.ContainsKey("deaf"))
        {
            return;
        }

        var start = _windows * WindowSeconds;
        _windows++;
        var (p, level, pitch) = _caller.Window(start, start + WindowSeconds);
        Feed(SessionInput.SpeechScored(new(_windows * 512), p, level, pitch));
    }

    private void Report()
    {
        After(100, Report);
        if (!_online)
        {
            return;
        }

        foreach (var listener in _listeners.Values.ToArray())
        {
            Report(listener);
        }
    }

    private void Report(Listener listener)
    {
        if (listener.Heard > listener.Reported && !listener.Mute)
        {
            listener.Reported = listener.Heard;
            Feed(SessionInput.Played(listener.Generation, new(listener.Heard)));
        }
    }

    private void Do(Step step)
    {
        string Arg(int i) => step.Arguments[i];
        var media = _windows * WindowSeconds;
        switch (step.Action)
        {
            case "say":
                _caller.Say(media, Script.Number(Arg(0)), Arg(1), Key("confidence", 0.9f), Key("p", 0.95f), step.Keys.GetValueOrDefault("pitch", ""));
                break;
            case "noise":
                _caller.Say(media, Script.Number(Arg(0)), "", 0, Key("p", 0.9f), "");
                break;
            case "type":
                Feed(SessionInput.Typed(Arg(0)));
                break;
            case "end-turn":
                Feed(SessionInput.TurnEnded(new(_windows * 512)));
                break;
            case "drop-turn":
                Feed(SessionInput.TurnEnded(new(_windows * 512), keep: false));
                break;
            case "ask":
                Feed(SessionInput.ReplyWanted(step.Arguments.Length > 0 ? Arg(0) : ""));
                break;
            case "lose":
                Feed(SessionInput.ClientLost());
                _online = false;
                break;
            case "resume":
                _online = true;
                var playing = _listeners.Values.LastOrDefault(l => l.Committed);
                Feed(SessionInput.ClientResumed(playing?.Generation ?? 0, new(playing?.Heard ?? 0)));
                break;
            case "close":
                Feed(SessionInput.CloseRequested(Arg(0)));
                break;
            case "recognition-fails":
                _failNext = int.Parse(Arg(0), CultureInfo.InvariantCulture);
                break;
            case "set":
                _script.Settings[Arg(0)] = Arg(1);
                _core.Configure(Options(_script));
                break;
            case "mute-microphone":
                _script.Settings["deaf"] = "yes";
                break;
            default:
                throw new FormatException("No such action: " + step.Action);
        }

        float Key(string name, float otherwise) => step.Keys.TryGetValue(name, out var v) ? (float)Script.Number(v) : otherwise;
    }

    private void Feed(SessionInput input)
    {
        var now = TimeSpan.FromTicks((long)Math.Round(_now * TimeSpan.TicksPerSecond));
        if (input.Kind is not (InputKind.SpeechScored or InputKind.Played or InputKind.Tick))
        {
            Note(SessionTrace.Write(input, now));
        }

        _invariants.Fed(input, now);
        _core.Handle(input, now);
        var outputs = new List<SessionOutput>();
        while (_core.TryTake(out var output))
        {
            Note(SessionTrace.Write(output, now));
            _invariants.Told(output);
            outputs.Add(output);
        }

        _invariants.After(now);
        outputs.ForEach(Perform);
    }

    private void Note(string line) => _trace.Append(line).Append('\n');

    private void Perform(SessionOutput output)
    {
        switch (output)
        {
            case SessionOutput.Recognize o:
                var text = _caller.Hear(o.Start.Value / 16_000.0, o.End.Value / 16_000.0);
                var fails = o.Final && _failNext-- > 0;
                if (o.Final && _script.Milliseconds("provisional", 0) is > 0 and var first)
                {
                    After(first, () => Feed(SessionInput.RecognizedProvisionally(o.Request, _script.Settings.GetValueOrDefault("provisional-words", text.Text), text.Confidence)));
                }

                After(_script.Milliseconds(o.Final ? "final" : "quick", o.Final ? 130 : 70), () => Feed(fails
                    ? SessionInput.RecognitionFailed(o.Request, "The lane is full.")
                    : SessionInput.Recognized(o.Request, text.Text, text.Confidence)));
                break;
            case SessionOutput.PrepareReply o:
                Respond(o);
                break;
            case SessionOutput.CommitReply o:
                _listeners[o.Generation].Committed = true;
                break;
            case SessionOutput.PausePlayout o:
                _listeners[o.Generation].Held = true;
                After(20, () => Report(_listeners[o.Generation]));
                break;
            case SessionOutput.ResumePlayout o:
                _listeners[o.Generation].Held = false;
                break;
            case SessionOutput.CancelReply o:
                _listeners[o.Generation].Held = true;
                break;
        }
    }

    private void Respond(SessionOutput.PrepareReply o)
    {
        var reply = o.Kind switch
        {
            ReplyKind.Answer => _script.Replies[Math.Min(Math.Max(o.Turn - 1, 0), _script.Replies.Count - 1)],
            ReplyKind.Greeting => new("Hello, how can I help?", []),
            ReplyKind.IdlePrompt => new("Are you still there?", []),
            _ => new("Sorry, please say that again.", []),
        };
        var listener = _listeners[o.Generation] = new(o.Generation) { Mute = reply.Is("unacknowledged") };
        if (reply.Is("never"))
        {
            return;
        }

        if (reply.Is("fails"))
        {
            After(reply.Think, () => Feed(SessionInput.ReplyFailed(o.Generation, "The responder is down.")));
            return;
        }

        After(reply.Think, () => Feed(SessionInput.ReplyText(o.Generation, reply.Text)));
        if (reply.Keys.TryGetValue("expects", out var expects))
        {
            After(reply.Think, () => Feed(SessionInput.Expects(o.Generation, Enum.Parse<ExpectedAnswer>(expects))));
        }

        if (reply.Keys.TryGetValue("waits", out var waits))
        {
            After(reply.Think, () => Feed(SessionInput.ReplyWaits(o.Generation, true)));
            After(reply.Think + Script.Number(waits), () => Feed(SessionInput.ReplyWaits(o.Generation, false)));
            reply = reply with { Keys = new(reply.Keys) { ["think"] = (reply.Think + Script.Number(waits)).ToString(CultureInfo.InvariantCulture) } };
        }

        if (reply.Keys.TryGetValue("close", out var reason))
        {
            After(reply.Think, () => Feed(SessionInput.CloseAfterReply(o.Generation, reason)));
        }

        Speak(o.Generation, listener, reply);
    }

    // A word is 300 ms, a clause is made in 60 ms.
    private void Speak(int generation, Listener listener, ReplyScript reply)
    {
        long at = 0;
        var made = reply.Think;
        foreach (var clause in reply.Text.Split(". "))
        {
            var words = new List<SpokenWord>();
            foreach (var word in clause.Split(' '))
            {
                words.Add(new(word, new(at), new(at + 7_200)));
                at += 7_200;
            }

            var queued = at;
            made += 60;
            After(made, () =>
            {
                listener.Queued = queued;
                Feed(SessionInput.ReplyAudio(generation, new(queued), words));
            });
        }

        if (!reply.Is("stalls"))
        {
            After(made, () => Feed(SessionInput.ReplyEnded(generation, new(at))));
        }
    }
}
