using System.Globalization;
using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>Slots and values of a turn, as templates and conditions see them.</summary>
internal sealed class FlowValues(FlowDefinition flow, FlowState state, DateTime now) : IFlowValues
{
    private readonly Dictionary<string, string> _more = new(StringComparer.Ordinal);

    /// <summary>Who calls by telephone; null where it is no telephone call.</summary>
    public DialogCaller? Caller { get; init; }

    /// <summary>Adds a value for this turn only.</summary>
    public void Set(string name, string value) => _more[name] = value;

    public string? Raw(string name) =>
        _more.GetValueOrDefault(name) ?? state.Slots.GetValueOrDefault(name) ?? state.Values.GetValueOrDefault(name) ?? OfCall(name);

    /// <summary>What is known of the call: caller.number, caller.name, caller.called, call.phone, call.outbound, call.answered_by, call.keys and what else the carrier passes on.</summary>
    private string? OfCall(string name)
    {
        if (name == "call.keys")
        {
            return state.ByKeys ? "yes" : null;
        }

        if (Caller is not { } caller)
        {
            return null;
        }

        var value = name switch
        {
            "caller.number" => Dialable(caller.Number),
            "caller.name" => caller.Name,
            "caller.called" => caller.Called,
            "call.phone" => "yes",
            "call.outbound" => caller.Outbound ? "yes" : "",
            "call.answered_by" => caller.AnsweredBy,
            _ when name.StartsWith("call.", StringComparison.Ordinal) => caller.Attributes.GetValueOrDefault(name[5..], ""),
            _ => "",
        };
        return value.Length > 0 ? value : null;
    }

    /// <summary>A number one can be called back under: not "anonymous", nor an extension of the house.</summary>
    private static string Dialable(string number) => number.Count(char.IsAsciiDigit) >= 7 && number.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or ' ' or '(' or ')' or '.') ? number : "";

    public string Say(string name, string filter)
    {
        if (Raw(name) is not { } raw)
        {
            return "";
        }

        if (filter == "raw")
        {
            return raw;
        }

        if (filter == "spelled")
        {
            return Spoken.Letters(raw);
        }

        if (name is "caller.number" or "caller.called")
        {
            // The country's own prefix is not said.
            var number = new string([.. raw.Where(char.IsAsciiDigit)]);
            return Spoken.Digits(number.Length == 11 && raw.StartsWith("+1", StringComparison.Ordinal) ? number[1..] : number);
        }

        if (Days.TryIso(raw, out var date))
        {
            var today = DateOnly.FromDateTime(now);
            return filter == "on" ? Spoken.On(date, today) : Spoken.Date(date, today, filter == "brief");
        }

        if (TimeOnly.TryParseExact(raw, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return Spoken.Time(time, filter == "full");
        }

        if (raw.StartsWith("week:", StringComparison.Ordinal) && Days.TryIso(raw[5..], out var monday))
        {
            return monday > DateOnly.FromDateTime(now) ? "next week" : "this week";
        }

        var digits = raw.StartsWith("part:", StringComparison.Ordinal) ? raw[5..] : raw;
        if (flow.Slots.TryGetValue(name, out var slot) && slot.Type == SlotType.Digits)
        {
            return Spoken.Digits(digits);
        }

        foreach (var (edge, words) in (ReadOnlySpan<(string, string)>)[("after:", "after "), ("before:", "before ")])
        {
            if (raw.StartsWith(edge, StringComparison.Ordinal) && TimeOnly.TryParse(raw[edge.Length..], CultureInfo.InvariantCulture, out var limit))
            {
                return words + Spoken.Time(limit);
            }
        }

        return raw;
    }
}
