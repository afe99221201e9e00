using System.Text.RegularExpressions;

namespace Conversation.Dialog.Flows.Definition;

/// <summary>A condition over slots and values: <c>doctor</c> (known), <c>!doctor</c>, <c>kind == check-up</c>, <c>kind != none</c>, joined by <c>&amp;&amp;</c> and <c>||</c> (which binds weaker).</summary>
internal sealed partial record Condition(string Text, IReadOnlyList<IReadOnlyList<Condition.Term>> Any)
{
    internal readonly record struct Term(string Name, bool Negated, string? Equal);

    public IEnumerable<string> Names => Any.SelectMany(all => all).Select(t => t.Name);

    /// <exception cref="FormatException">It does not read as a condition.</exception>
    public static Condition Parse(string text)
    {
        var any = new List<IReadOnlyList<Term>>();
        foreach (var side in text.Split("||"))
        {
            var all = new List<Term>();
            foreach (var part in side.Split("&&"))
            {
                var match = Pattern().Match(part.Trim());
                if (!match.Success)
                {
                    throw new FormatException($"\"{part.Trim()}\" is no condition: write name, !name, name == value or name != value");
                }

                var compared = match.Groups["op"].Success;
                all.Add(new Term(match.Groups["name"].Value, compared ? match.Groups["op"].Value == "!=" : match.Groups["not"].Success, compared ? match.Groups["value"].Value.Trim('\'', '"') : null));
            }

            any.Add(all);
        }

        return new Condition(text, any);
    }

    public bool Holds(IFlowValues values) => Any.Any(all => all.All(t => Holds(t, values)));

    private static bool Holds(Term term, IFlowValues values)
    {
        var raw = values.Raw(term.Name);
        var holds = term.Equal is null ? !string.IsNullOrEmpty(raw) : string.Equals(raw, term.Equal, StringComparison.OrdinalIgnoreCase);
        return holds != term.Negated;
    }

    [GeneratedRegex(@"^(?<not>!)?\s*(?<name>[A-Za-z_][\w.-]*)\s*(?:(?<op>==|!=)\s*(?<value>'[^']*'|""[^""]*""|[\w.:-]+))?$")]
    private static partial Regex Pattern();
}
