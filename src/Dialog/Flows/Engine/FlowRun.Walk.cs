using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>Walking a task's steps from the top.</summary>
internal sealed partial class FlowRun
{
    /// <summary>Walks restarted in one turn at most: a flow whose outcomes chase each other ends in a misunderstanding, not in a loop.</summary>
    private const int MostWalks = 12;
    private int _walks;

    /// <summary>Walks until something must be asked (null) or done (the step, to be run once the reply is wanted).</summary>
    public async Task<ActionStep?> WalkAsync(CancellationToken cancellation)
    {
        while (Task is { } task)
        {
            if (++_walks > MostWalks)
            {
                Miss();
                return null;
            }

            var again = false;
            for (var i = 0; i < task.Steps.Count && !again; i++)
            {
                var step = task.Steps[i];
                if (!(step.When?.Holds(_values) ?? true))
                {
                    continue;
                }

                switch (step)
                {
                    case SayStep say when _state.Done.Add(i):
                        Say(say.Say);
                        break;
                    case SetStep set when _state.Done.Add(i):
                        Fill(set);
                        break;
                    case AskStep ask when !IsFilled(ask.Slot):
                        AskSlot(ask);
                        return null;
                    case ConfirmStep confirm when confirm.Say.Say(_values, 0) is var question && _state.Confirmed != question:
                        Ask(Awaiting.Confirm, null, question);
                        return null;
                    case ActionStep { Effect: true } effect when !_state.Done.Contains(i):
                        return effect;
                    case ActionStep { Effect: false } check when _state.Passed.GetValueOrDefault(i) != Key(check):
                        var key = Key(check);
                        var outcome = await RunAsync(check, cancellation).ConfigureAwait(false);
                        if (outcome.Passes)
                        {
                            _state.Passed[i] = key;
                            break;
                        }

                        if (!Apply(outcome))
                        {
                            return null;
                        }

                        again = true;
                        break;
                    case EndStep end:
                        if (!Apply(end.Outcome with { End = end.Outcome.Transfer is null && end.Outcome.HangUp is null }))
                        {
                            return null;
                        }

                        break;
                    default:
                        break;
                }
            }

            if (!again)
            {
                Finish();
            }
        }

        return null;
    }

    /// <summary>Fills what is not filled yet; digits take the digits, where they are as many as there must be.</summary>
    private void Fill(SetStep step)
    {
        foreach (var (name, template) in step.Values)
        {
            var value = template.Single is { } single ? _values.Raw(single) ?? "" : template.Render(_values);
            if (_flow.Slots[name] is { Type: SlotType.Digits } digits)
            {
                value = new string([.. value.Where(char.IsAsciiDigit)]);
                value = value.Length >= digits.Min && value.Length <= digits.Max ? value : "";
            }

            if (value.Length > 0 && !IsFilled(name))
            {
                _state.Slots[name] = value;
            }
        }
    }

    /// <summary>Runs an effect and takes in what came of it. True where the task is to be walked on.</summary>
    public async Task<bool> PerformAsync(ActionStep step, CancellationToken cancellation)
    {
        var outcome = await RunAsync(step, cancellation).ConfigureAwait(false);
        if (outcome is { Clear.Count: 0, Set.Count: 0, Ask: null, Miss: false } && _lastOutcome != "failed" && Task is { } task)
        {
            for (var i = 0; i < task.Steps.Count; i++)
            {
                if (ReferenceEquals(task.Steps[i], step))
                {
                    _state.Done.Add(i);
                }
            }
        }
        else
        {
            _state.Confirmed = null;
        }

        return Apply(outcome);
    }

    private string _lastOutcome = "";

    private async Task<OutcomeDefinition> RunAsync(ActionStep step, CancellationToken cancellation)
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, template) in step.With)
        {
            var value = template.Single is { } single ? _values.Raw(single) ?? "" : template.Render(_values);
            if (value.Length > 0)
            {
                arguments[name] = value;
            }
        }

        var call = new FlowActionCall { Session = _turn.Session, Key = $"{_turn.Session}/{_state.Instance}", Arguments = arguments, Time = _turn.Time };
        FlowActionResult result;
        try
        {
            result = await _actions[step.Action].RunAsync(call, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            Failed?.Invoke(step.Action, e);
            result = new FlowActionResult("failed");
        }

        _lastOutcome = result.Outcome;
        foreach (var (name, value) in result.Values)
        {
            _state.Values[name] = value;
        }

        if (step.On.TryGetValue(result.Outcome, out var outcome))
        {
            return outcome;
        }

        return result.Outcome == "failed" ? new OutcomeDefinition { Say = Replies.Failed, End = true } : new OutcomeDefinition();
    }

    /// <summary>Called with an action's name and what it threw.</summary>
    public Action<string, Exception>? Failed { get; init; }

    private string Key(ActionStep step) => string.Join('\n', step.With.Select(w => $"{w.Key}={(w.Value.Single is { } single ? _values.Raw(single) : w.Value.Render(_values))}"));

    /// <summary>True where the walk goes on.</summary>
    private bool Apply(OutcomeDefinition outcome)
    {
        var text = outcome.Say?.Say(_values, _state.Turn) ?? "";
        foreach (var slot in outcome.Clear)
        {
            _state.Slots.Remove(slot);
        }

        foreach (var (slot, template) in outcome.Set)
        {
            _state.Slots[slot] = template.Single is { } single ? _values.Raw(single) ?? "" : template.Render(_values);
        }

        if (outcome.Miss && ++_state.Failures >= 3 && _flow.Person is { } person)
        {
            (_state.Before, _state.Awaiting) = (Awaiting.Open, Awaiting.Person);
            Say(person.Offer);
            Leave();
            return false;
        }

        if (outcome.Ask is { } asked)
        {
            Ask(Awaiting.Slot, asked, text);
            if (text.Contains(_state.Values.GetValueOrDefault("openings", "\0"), StringComparison.Ordinal))
            {
                _state.Offers = [.. _state.Values.GetValueOrDefault("offers", "").Split('|', StringSplitOptions.RemoveEmptyEntries)];
                _values.Set("offered", _state.Values["openings"]);
                _state.Question = (_state.Offers.Count == 1 ? Replies.OfferOne : Replies.Offer).Say(_values, 0);
            }
            else
            {
                _state.Offers = [];
            }

            return false;
        }

        Say(text);
        if (outcome.Transfer is { } target)
        {
            Transfer = target;
            return false;
        }

        if (outcome.HangUp is { } reason)
        {
            HangUp = reason;
            Leave();
            return false;
        }

        if (outcome.End)
        {
            Finish();
            return false;
        }

        return true;
    }

    private void Finish()
    {
        _state.Last = _state.Task;
        Leave();
        AskElse();
    }

    private void AskSlot(AskStep step)
    {
        var slot = _flow.Slots[step.Slot];
        var partial = _state.Slots.TryGetValue(slot.Name, out var value) && IsPartial(slot.Name, value);
        var prompts = partial && slot.Narrow is { } narrow ? narrow : step.Say ?? slot.Ask;
        Ask(Awaiting.Slot, slot.Name, prompts.Say(_values, _state.Turn));
        _state.Offers = slot.Type == SlotType.Time && _state.Values.TryGetValue("offers", out var offers) && _state.Question.Contains(_state.Values.GetValueOrDefault("openings", "\0"), StringComparison.Ordinal)
            ? [.. offers.Split('|', StringSplitOptions.RemoveEmptyEntries)]
            : [];
    }

    private bool IsFilled(string slot) => _state.Slots.TryGetValue(slot, out var value) && !IsPartial(slot, value);

    private bool IsPartial(string slot, string value) => _flow.Slots[slot].Type switch
    {
        SlotType.Date => !Days.TryIso(value, out _),
        SlotType.Time => value.Length != 5 || value[2] != ':',
        SlotType.Digits => value.StartsWith("part:", StringComparison.Ordinal),
        _ => false,
    };
}
