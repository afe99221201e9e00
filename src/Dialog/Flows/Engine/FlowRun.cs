using System.Text;
using Conversation.Core;
using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Flows.Intents;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>One turn of a flow: hears what was said, then walks the task until something must be asked or done.</summary>
internal sealed partial class FlowRun
{
    private readonly FlowDefinition _flow;
    private readonly IntentMatcher _matcher;
    private readonly IReadOnlyDictionary<string, IFlowAction> _actions;
    private readonly DialogTurn _turn;
    private readonly FlowState _state;
    private readonly FlowValues _values;
    private readonly DateTime _now;
    private readonly StringBuilder _all = new();
    private readonly StringBuilder _pending = new();
    private readonly StringBuilder _told = new();
    private readonly string _heard;
    private string? _said;
    private bool _waits;

    public FlowRun(FlowDefinition flow, IntentMatcher matcher, IReadOnlyDictionary<string, IFlowAction> actions, DialogTurn turn)
    {
        (_flow, _matcher, _actions, _turn) = (flow, matcher, actions, turn);
        _now = turn.Time.GetLocalNow().DateTime;
        _state = FlowState.Read(turn.State);
        _values = new FlowValues(flow, _state, _now) { Caller = turn.Caller };
        _heard = turn.UserText;
        Menu = [.. flow.Intents.Values.Where(i => i.Keys is not null).OrderBy(i => i.Keys == "0").ThenBy(i => i.Keys, StringComparer.Ordinal)];
    }

    public string? Transfer { get; private set; }

    public string? HangUp { get; private set; }

    /// <summary>True where the reply only says again what was said.</summary>
    public bool Repeats { get; private set; }

    public FlowReplies Replies => _flow.Replies;

    public bool HasText => _all.Length > 0;

    /// <summary>What the dialog has learned, by slot; null for nothing.</summary>
    public IReadOnlyDictionary<string, string>? Learned => _state.Slots.Count > 0 ? new Dictionary<string, string>(_state.Slots) : null;

    /// <summary>The text said since last taken.</summary>
    public string TakeText()
    {
        var text = _pending.ToString();
        _pending.Clear();
        return text;
    }

    public string WriteState()
    {
        _state.Said = _said ?? _all.ToString();
        if (!Repeats)
        {
            _state.Told = _told.ToString();
        }

        return _state.Write();
    }

    public ExpectedAnswer Expects => _state.Awaiting switch
    {
        Awaiting.Confirm or Awaiting.Else or Awaiting.Person or Awaiting.Offer => ExpectedAnswer.YesNo,
        Awaiting.Slot when _state.About is { } name && _flow.Slots.TryGetValue(name, out var slot) => slot.Type switch
        {
            SlotType.Date or SlotType.Time => ExpectedAnswer.DateOrTime,
            SlotType.Digits or SlotType.Number => ExpectedAnswer.Digits,
            SlotType.Name => ExpectedAnswer.Name,
            SlotType.YesNo => ExpectedAnswer.YesNo,
            _ => ExpectedAnswer.Open,
        },
        _ => ExpectedAnswer.Open,
    };

    /// <summary>Says a text; one that only leads in (<paramref name="aside"/>) is not said again when the caller asks for it.</summary>
    private void Say(string text, bool aside = false)
    {
        if (text.Length == 0)
        {
            return;
        }

        // A value may stand first: "half past nine it is."
        text = char.ToUpperInvariant(text[0]) + text[1..];
        if (_all.Length > 0)
        {
            _all.Append(' ');
            _pending.Append(' ');
        }

        _all.Append(text);
        _pending.Append(text);
        if (!aside)
        {
            _told.Append(_told.Length > 0 ? " " : "").Append(text);
        }
    }

    private void Aside(Prompts? prompts) => Say(prompts?.Say(_values, _state.Turn) ?? "", aside: true);

    private void Say(Prompts? prompts)
    {
        if (prompts is not null)
        {
            Say(prompts.Say(_values, _state.Turn));
        }
    }

    /// <summary>Says a question and waits for its answer.</summary>
    private void Ask(Awaiting awaiting, string? about, string question)
    {
        Say(question);
        (_state.Awaiting, _state.About, _state.Question) = (awaiting, about, question);
    }

    private void AskHelp() => Ask(Awaiting.Open, null, Replies.Help.Say(_values, _state.Turn));

    private void AskElse() => Ask(Awaiting.Else, null, Replies.AnythingElse.Say(_values, _state.Turn));

    /// <summary>Says the open question again.</summary>
    private void AskAgain()
    {
        if (_state.Question.Length == 0 || _state.Awaiting == Awaiting.Open)
        {
            // Nothing is under way: the greeting is not for saying twice.
            AskHelp();
        }
        else
        {
            Say(_state.Question);
        }
    }

    /// <summary>Says what goes before an effect.</summary>
    public void Announce(ActionStep step) => Aside(step.Saying);

    private TaskDefinition? Task => _state.Task is { } name ? _flow.Tasks.GetValueOrDefault(name) : null;

    private SlotDefinition? AskedSlot => _state is { Awaiting: Awaiting.Slot, About: { } name } ? _flow.Slots.GetValueOrDefault(name) : null;

    private IReadOnlyList<SlotValue> ReadSlots(IReadOnlyList<Word> words, TaskDefinition task, string? asked) =>
        SlotReader.Read(words, task.SlotNames.Select(n => _flow.Slots[n]), new SlotContext { Today = DateOnly.FromDateTime(_now), DayFirst = _flow.DayFirst, Asked = asked, Correcting = _state.Awaiting is Awaiting.Confirm or Awaiting.Change, Known = _state.Slots });

    private void Begin(string task, bool silent = false)
    {
        var definition = _flow.Tasks[task];
        foreach (var slot in definition.SlotNames.Where(s => !_flow.Slots[s].Keep))
        {
            _state.Slots.Remove(slot);
        }

        _state.Task = task;
        _state.Instance++;
        _state.Confirmed = null;
        _state.Passed.Clear();
        _state.Done.Clear();
        _state.Values.Clear();
        _state.Offers.Clear();
        _state.Misses = 0;
        _state.Failures = 0;
        if (!silent)
        {
            Aside(definition.Begin);
        }
    }

    private void Leave()
    {
        _state.Task = null;
        _state.Confirmed = null;
        _state.Offers.Clear();
        _state.Misses = 0;
    }
}
