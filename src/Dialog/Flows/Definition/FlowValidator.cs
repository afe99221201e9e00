using YamlDotNet.RepresentationModel;

namespace Conversation.Dialog.Flows.Definition;

/// <summary>Checks what one part of a flow says of another: slots, tasks, actions and outcomes that are named must exist, and the reverse.</summary>
internal static class FlowValidator
{
    private static readonly string[] Commands = ["person", "goodbye", "repeat", "startOver", "abandon"];

    public static IEnumerable<FlowFault> Check(FlowDefinition flow, IReadOnlyDictionary<string, int> lines, IEnumerable<IFlowAction> actions)
    {
        var known = actions.ToDictionary(a => a.Name, StringComparer.Ordinal);
        int Line(string path) => lines.GetValueOrDefault(path, 1);

        foreach (var slot in flow.Slots.Values)
        {
            var line = Line($"slots.{slot.Name}");
            if (slot.Type == SlotType.Choice && slot.Options.Count == 0)
            {
                yield return new(line, $"slot {slot.Name} is a choice and needs options");
            }

            if (slot.Type != SlotType.Choice && slot.Options.Count > 0)
            {
                yield return new(line, $"slot {slot.Name} has options but is no choice");
            }

            if (slot.Min > slot.Max || slot.From >= slot.To)
            {
                yield return new(line, $"slot {slot.Name}: the least must be below the most (min, max, from, to)");
            }
        }

        if (flow.Intents.Count == 0)
        {
            yield return new(1, "the flow needs at least one intent");
        }

        foreach (var intent in flow.Intents.Values)
        {
            var line = Line($"intents.{intent.Name}");
            var does = (intent.Task is null ? 0 : 1) + (intent.Say is null ? 0 : 1) + (intent.Command is null ? 0 : 1) + (intent.Ignore ? 1 : 0);
            if (does != 1)
            {
                yield return new(line, $"intent {intent.Name} needs exactly one of task, say, command, ignore");
            }

            if (intent.Task is { } task && !flow.Tasks.ContainsKey(task))
            {
                yield return new(line, $"intent {intent.Name} begins task '{task}', which does not exist");
            }

            if (intent.Ask is not null && intent.Say is null)
            {
                yield return new(line, $"intent {intent.Name}: 'ask' follows an answer, and there is no 'say'");
            }

            if (intent.Yes is { } yes && (intent.Ask is null || !flow.Tasks.ContainsKey(yes)))
            {
                yield return new(line, intent.Ask is null ? $"intent {intent.Name}: 'yes' answers 'ask', which is missing" : $"intent {intent.Name}: yes begins task '{yes}', which does not exist");
            }

            if (intent.Command is { } command && !Commands.Contains(command))
            {
                yield return new(line, $"intent {intent.Name}: command must be one of {string.Join(", ", Commands)}");
            }

            if (intent.Command == "person" && flow.Person is null)
            {
                yield return new(line, $"intent {intent.Name} hands over to a person, but 'person' is not described");
            }

            if (intent.Examples.Count == 0 && intent.Patterns.Count == 0)
            {
                yield return new(line, $"intent {intent.Name} needs examples or patterns");
            }
        }

        foreach (var intent in flow.Intents.Values.Where(i => i.Keys is not null))
        {
            if (flow.Intents.Values.FirstOrDefault(i => i.Keys == intent.Keys) is { } other && other != intent)
            {
                yield return new(Line($"intents.{intent.Name}"), $"intent {intent.Name}: keys '{intent.Keys}' are those of intent {other.Name}");
            }

            if (intent.About is null || intent.Ignore)
            {
                yield return new(Line($"intents.{intent.Name}"), $"intent {intent.Name} has keys and needs 'about', what they are for, to be said in the menu");
            }
        }

        foreach (var fault in flow.Tasks.Values.SelectMany(t => CheckTask(flow, t, Line($"tasks.{t.Name}"), known)))
        {
            yield return fault;
        }

        foreach (var task in flow.Tasks.Keys.Where(t => flow.Intents.Values.All(i => i.Task != t && i.Yes != t)))
        {
            yield return new(Line($"tasks.{task}"), $"task {task} is begun by no intent");
        }
    }

    private static IEnumerable<FlowFault> CheckTask(FlowDefinition flow, TaskDefinition task, int taskLine, IReadOnlyDictionary<string, IFlowAction> actions)
    {
        foreach (var name in task.Also.Where(s => !flow.Slots.ContainsKey(s)))
        {
            yield return new(taskLine, $"task {task.Name}: slot '{name}' does not exist");
        }

        // Before anything asks, checks or confirms, an effect would be a surprise.
        var effect = task.Steps.OfType<ActionStep>().FirstOrDefault(s => s.Effect);
        if (effect is not null && !task.Steps.TakeWhile(s => s != effect).Any(s => s is ConfirmStep))
        {
            yield return new(effect.Line, $"'do: {effect.Action}' needs a confirm step before it");
        }

        foreach (var step in task.Steps)
        {
            if (step is AskStep ask && !flow.Slots.ContainsKey(ask.Slot))
            {
                yield return new(step.Line, $"slot '{ask.Slot}' does not exist");
            }

            foreach (var name in step is SetStep set ? set.Values.Keys.Where(s => !flow.Slots.ContainsKey(s)) : [])
            {
                yield return new(step.Line, $"set: slot '{name}' does not exist");
            }

            if (step is EndStep end)
            {
                foreach (var fault in CheckOutcome(flow, step.Line, "end", end.Outcome))
                {
                    yield return fault;
                }
            }

            if (step is not ActionStep run)
            {
                continue;
            }

            if (!actions.TryGetValue(run.Action, out var action))
            {
                yield return new(step.Line, $"action '{run.Action}' does not exist; known are {string.Join(", ", actions.Keys.Order())}");
                continue;
            }

            if (action.HasEffect != run.Effect)
            {
                yield return new(step.Line, action.HasEffect ? $"'{run.Action}' has an effect: use 'do'" : $"'{run.Action}' only reads: use 'check'");
            }

            foreach (var key in run.On.Keys.Where(k => action.Outcomes.Count > 0 && k != "failed" && !action.Outcomes.Contains(k)))
            {
                yield return new(step.Line, $"'{run.Action}' has no outcome '{key}'; it has {string.Join(", ", action.Outcomes)} and failed");
            }

            foreach (var fault in run.On.SelectMany(o => CheckOutcome(flow, step.Line, o.Key, o.Value)))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<FlowFault> CheckOutcome(FlowDefinition flow, int line, string key, OutcomeDefinition outcome)
    {
        foreach (var slot in outcome.Clear.Concat(outcome.Set.Keys).Append(outcome.Ask).OfType<string>().Where(s => !flow.Slots.ContainsKey(s)))
        {
            yield return new(line, $"on.{key}: slot '{slot}' does not exist");
        }

        if (outcome.Ask is not null && outcome.Say is null)
        {
            yield return new(line, $"on.{key}: 'ask' names the slot that 'say' asks for, and there is no 'say'");
        }
    }
}
