using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Flows.Intents;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>What is done with what was understood. Each returns whether the task is to be walked on.</summary>
internal sealed partial class FlowRun
{
    private bool? Obey(Command command)
    {
        switch (command)
        {
            case Command.Repeat:
                Repeats = true;
                Aside(Replies.Again);
                Say(_state.Told.Length > 0 ? _state.Told : _state.Question.Length > 0 ? _state.Question : Replies.Help.Say(_values, _state.Turn));
                return false;
            case Command.GoOn when _unheard.Rest.Length > 0:
                return SayRest(_unheard.Rest);
            case Command.GoOn or Command.Hello or Command.HowAreYou or Command.Wait:
                Aside(command switch { Command.Hello => Replies.Hello, Command.HowAreYou => Replies.HowAreYou, Command.Wait => Replies.Wait, _ => null });
                Repeats = _waits = command == Command.Wait;
                if (command != Command.Wait)
                {
                    AskAgain();
                }

                return false;
            case Command.Thanks:
                Aside(Replies.Thanks);
                if (_state.Task is null)
                {
                    AskElse();
                }
                else
                {
                    AskAgain();
                }

                return false;
            case Command.Person when _flow.Person is not null:
                return HandOver();
            case Command.Goodbye when _state.Task is null || _heard.Contains("bye", StringComparison.OrdinalIgnoreCase) || _heard.Contains("hang up", StringComparison.OrdinalIgnoreCase):
                return Goodbye();
            case Command.StartOver when _state.Task is { } task:
                Aside(Replies.StartOver);
                foreach (var slot in _flow.Tasks[task].SlotNames)
                {
                    _state.Slots.Remove(slot);
                }

                Begin(task, silent: true);
                return true;
            case Command.StartOver:
                Aside(Replies.StartOver);
                AskHelp();
                return false;
            case Command.Abandon when _state is { Task: null, Awaiting: Awaiting.Else }:
                return Goodbye();
            case Command.Abandon:
                Say(Replies.Abandoned);
                Leave();
                AskElse();
                return false;
            default:
                return null;
        }
    }

    private bool HandOver()
    {
        Say(_flow.Person!.Say);
        Transfer = _flow.Person.Target;
        return false;
    }

    private bool Goodbye()
    {
        Say(Replies.Goodbye);
        HangUp = "goodbye";
        Leave();
        return false;
    }

    private void HearNothing()
    {
        _state.Idle++;
        if (_state.Idle >= IdleLimit)
        {
            Say(Replies.IdleGoodbye);
            HangUp = "idle";
            return;
        }

        Repeats = true;
        if (_state.Awaiting is Awaiting.Open)
        {
            Say(Replies.AnyoneThere.Say(_values, _state.Idle - 1));
            Say(Replies.Help.Say(_values, _state.Idle - 1));
            return;
        }

        Say(Replies.StillThere.Say(_values, _state.Idle - 1));
        AskAgain();
    }

    private bool SayRest(string rest)
    {
        Repeats = true;
        Say(rest);
        if (_state.Question.Length > 0 && !rest.Contains(_state.Question, StringComparison.Ordinal))
        {
            AskAgain();
        }

        return false;
    }

    /// <summary>Keeps what was said for slots.</summary>
    private bool Take(IReadOnlyList<SlotValue> values)
    {
        var corrected = false;
        foreach (var (slot, value, partial) in values)
        {
            corrected |= _state.Slots.TryGetValue(slot, out var old) && old != value && !IsPartial(slot, old) && !(partial && slot != _state.About);
            _state.Slots[slot] = value;
        }

        if (corrected)
        {
            Aside(Replies.Corrected);
        }

        _state.Offers.Clear();
        _state.Misses = 0;
        _state.Confirmed = null;
        return true;
    }

    private bool Change(string slot)
    {
        _state.Slots.Remove(slot);
        _state.Misses = 0;
        Aside(Replies.Corrected);
        return true;
    }

    /// <summary>Follows the intents of the utterance: answers first, then the one task or command.</summary>
    private bool Follow(IntentReading reading, string? said = null)
    {
        _state.Misses = 0;
        var wanted = reading.Also.Prepend(reading.Best ?? reading.Ranked[0]).Select(m => m.Intent).Distinct().ToArray();
        foreach (var answer in wanted.Where(i => i.Say is not null).Take(2))
        {
            Say(answer.Say);
        }

        if (wanted.FirstOrDefault(i => i.Command is not null) is { Command: { } command })
        {
            return Obey(Enum.Parse<Command>(command, ignoreCase: true)) ?? Miss();
        }

        if (wanted.FirstOrDefault(i => i.Task is not null && i.Task != _state.Task) is { Task: { } task })
        {
            var known = _state.Slots.ToDictionary();
            Begin(task);

            // What was asked about the day is no wish for it: "Are you open on Saturday? I'd like an appointment."
            var text = wanted.Where(i => i.Say is not null).Aggregate(said ?? _heard, (t, i) => reading.Also.Concat(reading.Ranked.Take(1)).FirstOrDefault(m => m.Intent == i) is { Text: { } part } && part != t ? t.Replace(part, "", StringComparison.Ordinal) : t);
            Take([.. ReadSlots(Words.Split(text), _flow.Tasks[task], null).Where(v => !known.ContainsKey(v.Slot) || known[v.Slot] != v.Value || !_flow.Slots[v.Slot].Keep)]);
            return true;
        }

        if (_state.Task is not null)
        {
            AskAgain();
        }
        else
        {
            AskNext(wanted);
        }

        return false;
    }

    /// <summary>After an answer: the question that belongs to it, or whether there is anything else.</summary>
    private void AskNext(IEnumerable<IntentDefinition> answered)
    {
        if (answered.LastOrDefault(i => i.Say is not null) is { Ask: { } ask } intent)
        {
            Ask(intent.Yes is null ? Awaiting.Open : Awaiting.Offer, intent.Yes, ask.Say(_values, _state.Turn));
        }
        else
        {
            AskElse();
        }
    }

    /// <summary>Two intents are as likely: ask which.</summary>
    private bool Doubt(IntentReading reading, IntentMatch best)
    {
        var other = reading.Ranked[1];
        if (best.Intent.About is not { } first || other.Intent.About is not { } second)
        {
            return Follow(reading);
        }

        _state.Doubted = _heard;
        _values.Set("first", first);
        _values.Set("second", second);
        Ask(Awaiting.Which, $"{best.Intent.Name}|{other.Intent.Name}", Replies.Which.Say(_values, _state.Turn));
        return false;
    }

    private async Task<bool?> ChooseAsync(IReadOnlyList<Word> words, CancellationToken cancellation)
    {
        var names = (_state.About ?? "").Split('|');
        var doubted = _state.Doubted ?? "";
        (_state.Awaiting, _state.Doubted) = (Awaiting.Open, null);
        var reading = await _matcher.ReadAsync(_heard, cancellation).ConfigureAwait(false);
        var pick = words.Any(w => w.Text is "first" or "former") ? names[0] : words.Any(w => w.Text is "second" or "latter" or "last") ? names[^1] : null;
        var match = reading.Ranked.FirstOrDefault(m => pick is null ? names.Contains(m.Intent.Name) && m.Score > 0.3f : m.Intent.Name == pick);
        return match.Intent is null ? null : Follow(reading with { Ranked = [match with { Score = 1 }], Also = [] }, doubted + " " + _heard);
    }

    /// <summary>"the first one", "the later", "either", or yes where one was offered.</summary>
    private string? PickOffer(IReadOnlyList<Word> words)
    {
        if (_state.Offers.Count == 0 || words.Count > 8)
        {
            return null;
        }

        var offers = _state.Offers;
        if (offers.Count == 1 && words.Any(w => w.Text is "earlier" or "later" or "another" or "other" or "else"))
        {
            return null;
        }

        if (words.Any(w => w.Text is "either" or "any" or "earlier" or "earliest" or "whichever" or "anyone" or "both") || (words.Any(w => w.Text == "first") && !words.Any(w => w.Text == "thing")))
        {
            return offers[0];
        }

        if (words.Any(w => w.Text is "later" or "latest" or "last" or "latter"))
        {
            return offers[^1];
        }

        if (words.Any(w => w.Text is "second" or "middle") && offers.Count > 1)
        {
            return offers[1];
        }

        if (words.Any(w => w.Text == "third") && offers.Count > 2)
        {
            return offers[2];
        }

        return offers.Count == 1 && YesNo.IsPlain(words) && YesNo.Read(words) == Answer.Yes ? offers[0] : null;
    }

    /// <summary>Not understood: first asked again, then explained, then a person is offered.</summary>
    private bool Miss()
    {
        _state.Misses++;
        if (_state.Misses >= 3 && _flow.Person is { } person)
        {
            _state.Before = _state.Awaiting;
            _state.Awaiting = Awaiting.Person;
            Say(person.Offer);
            return false;
        }

        if (_state.Misses < 2)
        {
            Aside(Replies.NotUnderstood);
            if (_state.Awaiting == Awaiting.Open && Replies.Examples is { } examples)
            {
                Say(examples);
            }
            else
            {
                AskAgain();
            }

            return false;
        }

        Aside(Replies.Explain);
        if (AskedSlot?.Explain is { } explain)
        {
            Say(explain);
        }
        else if (_state.Awaiting == Awaiting.Open)
        {
            Say(Replies.Options);
        }
        else
        {
            AskAgain();
        }

        return false;
    }
}
