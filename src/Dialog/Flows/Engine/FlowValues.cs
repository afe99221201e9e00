using System.Globalization;
using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>Slots and values of a turn, as templates and conditions see them.</summary>
internal sealed class FlowValues(FlowDefinition flow, FlowState state, DateTime now) : IFlowValues
{
    private readonly Dictionary<string, string> _more = new(StringComparer.Ordinal);

    /// <summary>Adds a value for this turn only.</summary>
    public void Set(string name, string value) => _more[name] = value;

    public string? Raw(string name) =>
        _more.GetValueOrDefault(name) ?? state.Slots.GetValueOrDefault(name) ?? state.Values.GetValueOrDefault(name);

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
