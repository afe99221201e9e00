using Conversation.Core;
using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Flows.Intents;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>Understanding what was said.</summary>
internal sealed partial class FlowRun
{
    private const double HeardEnough = 0.7;
    private const int IdleLimit = 3;
    private Unheard _unheard = new("", null);

    /// <summary>Takes the turn in. True where the task is to be walked on.</summary>
    public async Task<bool> HearAsync(CancellationToken cancellation)
    {
        switch (_turn.Kind)
        {
            case ReplyKind.Greeting when _flow.Voicemail is { } message && _turn.Caller?.AnsweredBy == "machine":
                Say(message);
                HangUp = "voicemail";
                return false;
            case ReplyKind.Greeting:
                Ask(Awaiting.Open, null, _flow.Greeting.Say(_values, _state.Turn));
                return false;
            case ReplyKind.IdlePrompt:
                HearNothing();
                return false;
            case ReplyKind.Apology:
                Say(Replies.Apology);
                AskAgain();
                return false;
            default:
                break;
        }

        _state.Turn++;
        _state.Idle = 0;
        _unheard = new Unheard(_state.Said, _turn.History.Count > 0 ? _turn.History[^1] : null);
        var words = Words.Split(_heard);
        _state.ByKeys = Keyed.Is(_heard);
        if (_state.ByKeys)
        {
            if (HearKeys(_heard) is { } walk)
            {
                return walk;
            }
        }
        else if (SaidKey(words) is { } key && HearKeys(key) is { } spoken)
        {
            return spoken;
        }

        return words.Count == 0 ? Miss() : Obey(Commands.Read(_heard)) ?? await UnderstandAsync(words, cancellation).ConfigureAwait(false);
    }

    /// <summary>"Number two", where a menu was told.</summary>
    private string? SaidKey(IReadOnlyList<Word> words) => Keyed.Said(words) is { } key && (_state.Awaiting == Awaiting.Open
        ? Menu.Any(i => i.Keys == key)
        : AskedSlot is { Type: SlotType.Choice or SlotType.Name, Keys.Values: var values } && values.ContainsKey(key)) ? key : null;

    private async Task<bool> UnderstandAsync(IReadOnlyList<Word> words, CancellationToken cancellation)
    {
        if (_state.Awaiting == Awaiting.Person)
        {
            var answer = YesNo.Read(words);
            if (answer == Answer.Yes && _flow.Person is not null)
            {
                return HandOver();
            }

            _state.Awaiting = _state.Before;
            _state.Misses = 0;
            if (answer == Answer.No && YesNo.IsPlain(words))
            {
                Aside(Replies.Corrected);
                AskAgain();
                return false;
            }
        }

        if (_state.Awaiting == Awaiting.Which && await ChooseAsync(words, cancellation).ConfigureAwait(false) is { } chosen)
        {
            return chosen;
        }

        return Task is { } task
            ? await HearInTaskAsync(task, words, cancellation).ConfigureAwait(false)
            : await HearOutsideAsync(words, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> HearOutsideAsync(IReadOnlyList<Word> words, CancellationToken cancellation)
    {
        if (AsksForRest(words))
        {
            return SayRest(_unheard.About(words));
        }

        var answer = YesNo.Read(words);
        var plain = YesNo.IsPlain(words);
        var reading = plain && words.Count <= 3 ? null : await _matcher.ReadAsync(_heard, cancellation).ConfigureAwait(false);

        if ((reading?.Strong is not { } other || (other.Intent.Task is not null && IsBriefChange(words))) && _state.Last is { } last && SlotReader.IsCorrection(words))
        {
            // "Actually, make it ten": the task just finished is opened again, and confirmed anew.
            var values = ReadSlots(words, _flow.Tasks[last], null);
            if (values.Any(v => !v.Partial && _state.Slots.GetValueOrDefault(v.Slot) is { } old && old != v.Value))
            {
                _state.Task = last;
                _state.Passed.Clear();
                _state.Done.Clear();
                _state.Confirmed = null;
                return Take(values);
            }
        }

        if (_state is { Awaiting: Awaiting.Offer, About: { } offered } && (reading?.Strong is null || (answer == Answer.Yes && YesNo.Read([words[0]]) == Answer.Yes && reading.Strong.Value.Intent.Say is not null)))
        {
            var values = answer == Answer.No ? [] : ReadSlots(words, _flow.Tasks[offered], null);
            if (answer != Answer.Unclear || values.Count > 0)
            {
                return AnswerTask(offered, answer, values);
            }
        }

        if (plain && reading?.Strong is null && _state.Awaiting == Awaiting.Else)
        {
            return AnswerElse(answer);
        }

        if (reading?.Best is { } best)
        {
            return reading.IsClear ? Follow(reading) : Doubt(reading, best);
        }

        if (_unheard.Share < 1 && _unheard.Concerns(words))
        {
            return SayRest(_unheard.About(words));
        }

        if (_state.Awaiting == Awaiting.Else && answer == Answer.No)
        {
            return AnswerElse(answer);
        }

        if (plain && answer == Answer.Yes)
        {
            _state.Awaiting = Awaiting.Open;
            Ask(Awaiting.Open, null, Replies.GoAhead.Say(_values, _state.Turn));
            return false;
        }

        return Introduced(words) ? false : Miss();
    }

    /// <summary>A caller who only says who is calling: the name is kept for later.</summary>
    private bool Introduced(IReadOnlyList<Word> words)
    {
        if (_state.Awaiting != Awaiting.Open || words.Count > 9 || _flow.Slots.Values.FirstOrDefault(s => s is { Type: SlotType.Name, Keep: true }) is not { } slot || Names.Find(words, asked: false) is not { } name)
        {
            return false;
        }

        _state.Slots[slot.Name] = name.Value;
        Aside(Replies.Introduced);
        AskHelp();
        return true;
    }

    /// <summary>An answer to "shall I find you a time?".</summary>
    private bool AnswerTask(string task, Answer answer, IReadOnlyList<SlotValue> values)
    {
        if (answer == Answer.No)
        {
            AskElse();
            return false;
        }

        Begin(task);
        Take(values);
        return true;
    }

    private async Task<bool> HearInTaskAsync(TaskDefinition task, IReadOnlyList<Word> words, CancellationToken cancellation)
    {
        var asked = AskedSlot;
        if (asked is not null && PickOffer(words) is { } offer)
        {
            return Take([new SlotValue(asked.Name, offer, false)]);
        }

        var values = ReadSlots(words, task, asked?.Name);
        var got = asked is not null && values.Any(v => v.Slot == asked.Name);
        if (asked is not null && _state.Offers.Count > 0 && values.All(v => v is { Partial: true, Value: "any" }))
        {
            if (values.Count == 0 && YesNo.IsPlain(words) && words.Count <= 3)
            {
                return AnswerOffer(asked, YesNo.Read(words));
            }

            // "Do you have anything later?"
            if (asked.Type == SlotType.Time && words.Count <= 9 && words.FirstOrDefault(w => w.Text is "later" or "earlier") is { Text: { } than })
            {
                return Take([new SlotValue(asked.Name, than == "later" ? $"after:{_state.Offers[^1]}" : $"before:{_state.Offers[0]}", true)]);
            }
        }

        var open = asked?.Type is SlotType.Name or SlotType.Text;
        var brief = words.Count <= 4 && !open && (got || (_state.Awaiting == Awaiting.Confirm && (values.Count > 0 || YesNo.IsPlain(words))));
        var reading = brief || (words.Count == 1 && got) ? null : await _matcher.ReadAsync(_heard, cancellation).ConfigureAwait(false);
        if (reading?.Strong is { } strong && strong.Intent.Task != task.Name && !(got && strong.Score < 0.75f && !IsQuestion(words)))
        {
            return Follow(reading);
        }

        if (AsksForRest(words))
        {
            return SayRest(_unheard.About(words));
        }

        var fresh = values.Where(v => _state.Slots.GetValueOrDefault(v.Slot) != v.Value).ToArray();
        if (_state.Awaiting == Awaiting.Confirm)
        {
            return fresh.Length > 0 ? Take(fresh) : AnswerConfirm(task, words, reading);
        }

        if (got || fresh.Length > 0)
        {
            return Take(values);
        }

        if (Mentioned(task, words) is { } slot && _state.Awaiting == Awaiting.Change)
        {
            return Change(slot);
        }

        if (_state.Awaiting == Awaiting.Change && (YesNo.Read(words) == Answer.No || words.Is(0, "nothing")))
        {
            return true;
        }

        // In the middle of a task it takes more to leave it, and a yes or no is none of the intents.
        if (reading?.Best is { } best && best.Intent.Task != task.Name && best.Score >= (_flow.Match.Threshold + _flow.Match.Strong) / 2 && !YesNo.IsPlain(words))
        {
            return Follow(reading);
        }

        return Mentioned(task, words) is { } named && named != asked?.Name && _state.Slots.ContainsKey(named) && SlotReader.IsCorrection(words) ? Change(named) : Miss();
    }

    private bool AnswerConfirm(TaskDefinition task, IReadOnlyList<Word> words, IntentReading? reading)
    {
        var answer = YesNo.Read(words);
        var named = Mentioned(task, words);
        if (answer != Answer.Unclear && _unheard.Share < HeardEnough)
        {
            // A yes to what was not heard is no consent.
            Aside(Replies.Unheard);
            AskAgain();
            return false;
        }

        if (answer == Answer.Yes && (named is null || !SlotReader.IsCorrection(words)))
        {
            _state.Confirmed = _state.Question;
            _state.Misses = 0;
            return true;
        }

        if (named is not null)
        {
            return Change(named);
        }

        if (answer == Answer.No)
        {
            Ask(Awaiting.Change, null, Replies.Change.Say(_values, _state.Turn));
            return false;
        }

        return reading?.Best is { } best && best.Intent.Task != task.Name ? Follow(reading) : Miss();
    }

    /// <summary>A plain yes or no to several things offered.</summary>
    private bool AnswerOffer(SlotDefinition asked, Answer answer)
    {
        if (answer == Answer.Yes)
        {
            AskAgain();
            return false;
        }

        _state.Offers.Clear();
        Aside(Replies.Corrected);
        Ask(Awaiting.Slot, asked.Name, (asked.Explain ?? asked.Ask).Say(_values, _state.Turn));
        return false;
    }

    /// <summary>"And at the weekend?", where that was about to be said.</summary>
    private bool AsksForRest(IReadOnlyList<Word> words) => _unheard.Share < HeardEnough && words.Count <= 7 && IsQuestion(words) && _unheard.Concerns(words);

    private bool AnswerElse(Answer answer)
    {
        if (answer == Answer.No && _unheard.Share >= HeardEnough)
        {
            return Goodbye();
        }

        if (answer == Answer.Yes)
        {
            Ask(Awaiting.Open, null, Replies.GoAhead.Say(_values, _state.Turn));
        }
        else
        {
            AskAgain();
        }

        return false;
    }

    /// <summary>The slot a caller names without giving a value ("the day is wrong").</summary>
    private string? Mentioned(TaskDefinition task, IReadOnlyList<Word> words) =>
        task.SlotNames.FirstOrDefault(s => _flow.Slots[s].Called.Any(c => Enumerable.Range(0, words.Count).Any(i => words.Starts(i, c.ToLowerInvariant()))));

    /// <summary>"Actually, can you make it eleven?", said of what was just done and not of another appointment.</summary>
    private static bool IsBriefChange(IReadOnlyList<Word> words) => words.Count <= 8 && !words.Any(w => w.Text is "another" or "also" or "appointment" or "booking" or "book" or "visit" or "cancel");

    private static bool IsQuestion(IReadOnlyList<Word> words) =>
        words.Is(0, "what", "what's", "when", "where", "who", "how", "which", "why", "is", "are", "do", "does", "can", "could", "and") || words.Is(1, "what", "what's", "when", "where", "how", "do", "are");
}
