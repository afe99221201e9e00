using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Flows.Intents;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>Keys of a telephone: what they mean where the conversation stands, what is said of them, and which are waited for.</summary>
internal sealed partial class FlowRun
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private bool HasKeys => _flow.Keys is not null || Menu.Count > 0 || _flow.Slots.Values.Any(s => s.Keys is not null);

    private IReadOnlyList<IntentDefinition> Menu { get; }

    /// <summary>To who presses keys, keys are said; to who telephones also at first, and where speech did not get through.</summary>
    private bool ShowsKeys => HasKeys && (_state.ByKeys || (_turn.Caller is not null && (_state.Turn == 0 || _state.Misses > 0 || _state.Idle > 0)));

    private bool AsksYesNo => _state.Awaiting is Awaiting.Confirm or Awaiting.Else or Awaiting.Person or Awaiting.Offer || AskedSlot?.Type == SlotType.YesNo;

    /// <summary>The keys that are waited for after this reply.</summary>
    public ReplyPart.Keys ExpectedKeys
    {
        get
        {
            var pause = _flow.Keys?.Timeout ?? Pause;
            if (_state.Awaiting == Awaiting.Open && Menu.Count > 0)
            {
                var longest = Menu.Max(i => i.Keys!.Length);
                return new ReplyPart.Keys(longest, longest == 1 ? "" : "#", pause);
            }

            if ((AsksYesNo && _flow.Keys is not null) || (HasKeys && _state.Awaiting is Awaiting.Which or Awaiting.Change))
            {
                return new ReplyPart.Keys(1, "", pause);
            }

            if (AskedSlot is not { } slot)
            {
                return new ReplyPart.Keys(0, "#", Pause);
            }

            var known = _state.Slots.GetValueOrDefault(slot.Name, "");
            var length = slot.Keys?.Length ?? (slot.Type == SlotType.Digits ? (int)Math.Min(slot.Max, 64) : 0);
            length -= slot.Type == SlotType.Digits && known.StartsWith("part:", StringComparison.Ordinal) && known.Length - 5 < length ? known.Length - 5 : 0;
            return new ReplyPart.Keys(length, length == 1 ? "" : slot.Keys?.Terminator ?? "#", slot.Keys?.Timeout ?? pause);
        }
    }

    /// <summary>Says what may be pressed, after all else of the reply.</summary>
    public void SayKeys()
    {
        _said = _all.ToString();
        if (ShowsKeys && Transfer is null && HangUp is null && !_waits)
        {
            foreach (var hint in Hints())
            {
                Aside(hint);
            }
        }
    }

    private IEnumerable<Prompts?> Hints()
    {
        if (AsksYesNo)
        {
            return YesNoHint();
        }

        switch (_state.Awaiting)
        {
            case Awaiting.Open when Menu.Count > 0:
                _values.Set("call.menu", Spoken.List([.. Menu.Where(i => i.About is not null).Select((i, n) => $"{Keyed.Name(i.Keys!)} to {i.About}")]));
                return [Replies.KeysMenu];
            case Awaiting.Which:
                foreach (var (name, place) in (_state.About ?? "").Split('|').Zip(["first", "second"]))
                {
                    _values.Set(place, _flow.Intents.GetValueOrDefault(name)?.About ?? "");
                }

                return [Replies.KeysWhich];
            case Awaiting.Change when Changes() is { Count: > 0 } changes:
                _values.Set("call.changes", Spoken.List([.. changes.Select((slot, n) => $"{n + 1} for the {slot.Called[0]}")]));
                return [Replies.KeysChange];
            case Awaiting.Slot when AskedSlot is { } slot:
                _values.Set("call.offers", Spoken.List([.. Enumerable.Range(1, _state.Offers.Count).Select(n => $"{n}")]));
                return [.. _state.Offers.Count switch { 0 => [], 1 => YesNoHint(), _ => [Replies.KeysOffers] }, slot.Keys?.Say];
            default:
                return [];
        }
    }

    private Prompts?[] YesNoHint()
    {
        if (_flow.Keys is not { } keys)
        {
            return [];
        }

        _values.Set("call.yes", Keyed.Name(keys.Yes));
        _values.Set("call.no", Keyed.Name(keys.No));
        return [Replies.KeysYesNo];
    }

    /// <summary>What can be changed, by name and in the task's order.</summary>
    private List<SlotDefinition> Changes() =>
        Task is { } task ? [.. task.SlotNames.Select(s => _flow.Slots[s]).Where(s => s.Called.Count > 0 && _state.Slots.ContainsKey(s.Name)).Take(9)] : [];

    /// <summary>What the keys mean; null where they are for the words' own reading (dictated digits, or a flow without keys).</summary>
    private bool? HearKeys(string keys)
    {
        // Pressed on purpose, a key counts though the question was not heard to its end.
        _unheard = new Unheard("", null);
        if (AsksYesNo || _state is { Awaiting: Awaiting.Slot, Offers.Count: 1 })
        {
            if (keys == _flow.Keys?.Yes || keys == _flow.Keys?.No)
            {
                return AnswerKeys(keys == _flow.Keys.Yes);
            }
        }

        switch (_state.Awaiting)
        {
            case Awaiting.Open when Menu.FirstOrDefault(i => i.Keys == keys) is { } intent:
                return Follow(new IntentReading([new IntentMatch(intent, 1, "")], [], _flow.Match), "");
            case Awaiting.Which when keys is "1" or "2" && (_state.About ?? "").Split('|') is var names && _flow.Intents.GetValueOrDefault(names[keys == "1" ? 0 : ^1]) is { } wanted:
                var doubted = _state.Doubted ?? "";
                (_state.Awaiting, _state.Doubted) = (Awaiting.Open, null);
                return Follow(new IntentReading([new IntentMatch(wanted, 1, "")], [], _flow.Match), doubted);
            case Awaiting.Change when keys is [>= '1' and <= '9'] && Changes() is var changes && keys[0] - '1' < changes.Count:
                return Change(changes[keys[0] - '1'].Name);
            case Awaiting.Slot when AskedSlot is { } slot:
                if (KeyedValue(slot, keys) is { } value)
                {
                    return Take([value]);
                }

                // Dictated digits, and what no keys were described for, are read as words are.
                if ((slot.Type == SlotType.Digits && keys.All(char.IsAsciiDigit) && keys.Length <= slot.Max) || (slot.Keys is null && slot.Type != SlotType.YesNo))
                {
                    return GlobalKey(keys);
                }

                break;
            default:
                break;
        }

        return GlobalKey(keys) ?? (HasKeys ? MissKeys() : null);
    }

    private bool? GlobalKey(string keys) =>
        keys == _flow.Keys?.Repeat ? Obey(Command.Repeat) : keys == _flow.Keys?.Person && _flow.Person is not null && AskedSlot?.Type != SlotType.Digits ? HandOver() : null;

    private SlotValue? KeyedValue(SlotDefinition slot, string keys)
    {
        if (_state.Offers.Count > 0 && keys is [>= '1' and <= '9'] && keys[0] - '1' < _state.Offers.Count)
        {
            return new SlotValue(slot.Name, _state.Offers[keys[0] - '1'], false);
        }

        string? value = slot.Keys switch
        {
            null => null,
            { Read: "HHmm" } when keys.Length > 1 || _state.Offers.Count == 0 => Keyed.Time(keys, slot.From, slot.To) is { } time ? Times.Text(time) : null,
            { Read: "HHmm" or "digits" } => null,
            { Read: { Length: > 0 } format } => Keyed.Date(keys, format, DateOnly.FromDateTime(_now), slot.Past) is { } date ? Days.Iso(date) : null,
            { Values: var values } => values.GetValueOrDefault(keys),
        };
        return value is null ? null : new SlotValue(slot.Name, value, false);
    }

    /// <summary>Yes or no by key, to whatever is being asked.</summary>
    private bool? AnswerKeys(bool yes)
    {
        _state.Misses = 0;
        switch (_state.Awaiting)
        {
            case Awaiting.Person when yes:
                return HandOver();
            case Awaiting.Person:
                _state.Awaiting = _state.Before;
                Aside(Replies.Corrected);
                AskAgain();
                return false;
            case Awaiting.Else:
                return AnswerElse(yes ? Answer.Yes : Answer.No);
            case Awaiting.Offer when _state.About is { } task:
                return AnswerTask(task, yes ? Answer.Yes : Answer.No, []);
            case Awaiting.Confirm when yes:
                _state.Confirmed = _state.Question;
                return true;
            case Awaiting.Confirm:
                Ask(Awaiting.Change, null, Replies.Change.Say(_values, _state.Turn));
                return false;
            case Awaiting.Slot when AskedSlot is { } slot && slot.Type == SlotType.YesNo:
                return Take([new SlotValue(slot.Name, yes ? "yes" : "no", false)]);
            case Awaiting.Slot when AskedSlot is { } slot:
                return yes ? Take([new SlotValue(slot.Name, _state.Offers[0], false)]) : AnswerOffer(slot, Answer.No);
            default:
                return null;
        }
    }

    /// <summary>Keys that mean nothing here: what is possible is said.</summary>
    private bool MissKeys()
    {
        if (_state.Misses >= 2 && _flow.Person is not null)
        {
            return Miss();
        }

        _state.Misses++;
        Aside(Replies.KeysWrong);
        if (_state.Awaiting != Awaiting.Open)
        {
            AskAgain();
        }
        else if (Menu.Count == 0)
        {
            AskHelp();
        }

        return false;
    }
}
