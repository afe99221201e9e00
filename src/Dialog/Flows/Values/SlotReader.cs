using System.Globalization;
using Conversation.Dialog.Flows.Definition;

namespace Conversation.Dialog.Flows.Values;

/// <summary>What is known while an utterance is read for slots.</summary>
internal sealed record SlotContext
{
    public required DateOnly Today { get; init; }

    public required bool DayFirst { get; init; }

    /// <summary>The slot the open question asks for.</summary>
    public string? Asked { get; init; }

    /// <summary>Whether a change is being asked for, so that bare values count for what is known.</summary>
    public bool Correcting { get; init; }

    /// <summary>What is known already.</summary>
    public required IReadOnlyDictionary<string, string> Known { get; init; }
}

/// <summary>A value for a slot. <paramref name="Partial"/>: it narrows and does not settle.</summary>
internal readonly record struct SlotValue(string Slot, string Value, bool Partial);

/// <summary>Reads an utterance for all slots of a task at once. A word counts for one slot only; what is negated ("not nine, ten") is left out.</summary>
internal static class SlotReader
{
    private static readonly string[] CorrectionMarks = ["actually", "no", "sorry", "rather", "wait", "instead", "meant", "mean", "correction", "make", "change", "said", "not", "move"];

    public static bool IsCorrection(IReadOnlyList<Word> words) => words.Any(w => CorrectionMarks.Contains(w.Text));

    public static IReadOnlyList<SlotValue> Read(IReadOnlyList<Word> words, IEnumerable<SlotDefinition> slots, SlotContext context)
    {
        var left = words.ToArray();
        var values = new List<SlotValue>();
        var correction = context.Correcting || IsCorrection(words);

        // What is asked for reads first, then what is most telling.
        foreach (var slot in slots.OrderBy(s => Rank(s, context.Asked)))
        {
            var asked = slot.Name == context.Asked;
            var found = Find(left, slot, context, asked).ToArray();
            var accepted = found.Where(f => !f.Bare || asked || (correction && !f.Partial && context.Known.ContainsKey(slot.Name) && !OtherBareAsked(slot, slots, context))).ToArray();
            var kept = accepted.Where(f => !Unwanted.Is(words, left, f)).ToArray();
            if (kept.Length > 0)
            {
                var chosen = Choose(words, kept, slot);
                if (Settle(slot, chosen, context, words) is { } value)
                {
                    values.Add(value);
                }
            }

            foreach (var used in accepted)
            {
                for (var i = used.From; i < used.To; i++)
                {
                    left[i] = left[i] with { Text = "\u25a0", Original = "\u25a0" };
                }
            }
        }

        return values;
    }

    /// <summary>A bare number is not a correction of the time while a number is being asked for.</summary>
    private static bool OtherBareAsked(SlotDefinition slot, IEnumerable<SlotDefinition> slots, SlotContext context) =>
        slots.Any(s => s.Name == context.Asked && s != slot && s.Type is SlotType.Number or SlotType.Digits && s.Name == context.Asked);

    private static int Rank(SlotDefinition slot, string? asked) => (slot.Type, slot.Name == asked) switch
    {
        (SlotType.Digits, _) => 0,
        (SlotType.Choice, _) => 1,
        (SlotType.Date, _) => 2,
        (SlotType.Time, _) => 3,
        (SlotType.Name, _) => 4,
        (SlotType.Number, _) => 5,
        _ => 7,
    };

    private static IEnumerable<Found> Find(Word[] words, SlotDefinition slot, SlotContext context, bool asked)
    {
        switch (slot.Type)
        {
            case SlotType.Date:
                var days = Dates.Find(words, new DateReading(context.Today, context.DayFirst, slot.Past));
                return asked || !context.Known.ContainsKey(slot.Name) ? days.Concat(Soonest.Find(words, asked)) : days;
            case SlotType.Time:
                var (from, to) = Window(slot, context.Known.GetValueOrDefault(slot.Name));
                return Times.Find(words, from, to);
            case SlotType.Number:
                return Numbers.Find(words).Where(f => long.Parse(f.Value, CultureInfo.InvariantCulture) is var n && n >= slot.Min && n <= slot.Max);
            case SlotType.Digits:
                // Unasked, only what is too long for a time or a date is taken for a dictated number.
                var least = asked ? 1 : (int)Math.Max(7, slot.Min);
                return Digits.Find(words, least).Where(f => f.Value.Length <= slot.Max).Select(f => f with { Bare = f.Value.Length < 7 });
            case SlotType.Name:
                return Names.Find(words, asked) is { } name ? [name] : [];
            case SlotType.Choice:
                return Choices.Find(words, slot.Options);
            case SlotType.YesNo:
                return asked && YesNo.Read(words) is var answer && answer != Answer.Unclear ? [new Found(answer == Answer.Yes ? "yes" : "no", 0, words.Length, Bare: true)] : [];
            default:
                return asked && words.Length > 0 ? [new Found(string.Join(' ', words.Select(w => w.Original)), 0, words.Length, Bare: true)] : [];
        }
    }

    /// <summary>Once the part of day is known, "nine" is read within it.</summary>
    private static (TimeOnly From, TimeOnly To) Window(SlotDefinition slot, string? known) => known switch
    {
        "morning" => (slot.From, new TimeOnly(11, 59)),
        "afternoon" => (new TimeOnly(12, 0), slot.To),
        "evening" => (new TimeOnly(17, 0), new TimeOnly(22, 0)),
        _ => (slot.From, slot.To),
    };

    /// <summary>Of several: the last where the first is corrected or left behind ("from Tuesday to Thursday"), else the first; a settled one before a partial one.</summary>
    private static Found Choose(IReadOnlyList<Word> words, Found[] found, SlotDefinition slot)
    {
        var settled = found.Where(f => !f.Partial).ToArray();
        var among = settled.Length > 0 ? settled : found;
        if (among.Length == 1)
        {
            return among[0];
        }

        var between = Enumerable.Range(among[0].To, Math.Max(0, among[^1].From - among[0].To)).Select(i => words[i]).ToArray();
        var corrected = between.Any(w => CorrectionMarks.Contains(w.Text) || w.Text == "to") || words.Is(among[^1].From - 1, "to") || words.Is(among[0].From - 1, "from");
        return corrected || slot.Type is SlotType.Digits ? among[^1] : among[0];
    }

    private static SlotValue? Settle(SlotDefinition slot, Found found, SlotContext context, IReadOnlyList<Word> words)
    {
        var known = context.Known.GetValueOrDefault(slot.Name);
        if (slot.Type == SlotType.Digits)
        {
            var digits = found.Value;
            if (known?.StartsWith("part:", StringComparison.Ordinal) == true && !digits.StartsWith(known[5..], StringComparison.Ordinal) && known.Length - 5 + digits.Length <= slot.Max)
            {
                // A local number first and its area code after.
                digits = known.Length - 5 == 7 && digits.Length == 3 ? digits + known[5..] : known[5..] + digits;
            }

            return digits.Length < slot.Min ? new SlotValue(slot.Name, "part:" + digits, true) : new SlotValue(slot.Name, digits, false);
        }

        // "next week" and then "Tuesday": the one of that week.
        if (slot.Type == SlotType.Date && known?.StartsWith("week:", StringComparison.Ordinal) == true && Days.TryIso(known[5..], out var monday) && Days.TryIso(found.Value, out var date)
            && date < monday && Enumerable.Range(found.From, found.To - found.From).Any(i => Days.TryWeekday(words[i].Text, out _)))
        {
            return new SlotValue(slot.Name, Days.Iso(monday.AddDays(((int)date.DayOfWeek + 6) % 7)), false);
        }

        return new SlotValue(slot.Name, found.Value, found.Partial);
    }
}
