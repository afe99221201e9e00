using System.Text;

namespace Conversation.Dialog.Flows.Definition;

/// <summary>Text with {{name}} or {{name|filter}} in it.</summary>
internal sealed record Template(IReadOnlyList<(string Text, string Name, string Filter)> Parts)
{
    public static readonly string[] Filters = ["", "full", "brief", "on", "spelled", "raw"];

    public IEnumerable<string> Names => Parts.Where(p => p.Name.Length > 0).Select(p => p.Name);

    /// <summary>The name, where the whole template is one.</summary>
    public string? Single => Parts is [{ Text: "", Name: var name }] ? name : null;

    /// <exception cref="FormatException">A brace pair is left open, a name is empty or a filter unknown.</exception>
    public static Template Parse(string text)
    {
        var parts = new List<(string, string, string)>();
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0)
            {
                parts.Add((text[at..], "", ""));
                break;
            }

            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                throw new FormatException($"'{{{{' without '}}}}' in \"{text}\"");
            }

            var inner = text[(open + 2)..close].Split('|', 2);
            var (name, filter) = (inner[0].Trim(), inner.Length > 1 ? inner[1].Trim() : "");
            if (name.Length == 0 || !Filters.Contains(filter))
            {
                throw new FormatException($"\"{{{{{name}|{filter}}}}}\" needs a name and one of the filters full, brief, on, spelled, raw");
            }

            if (open > at)
            {
                parts.Add((text[at..open], "", ""));
            }

            parts.Add(("", name, filter));
            at = close + 2;
        }

        return new Template(parts);
    }

    public string Render(IFlowValues values)
    {
        var text = new StringBuilder();
        foreach (var (literal, name, filter) in Parts)
        {
            text.Append(name.Length > 0 ? values.Say(name, filter) : literal);
        }

        return text.ToString();
    }
}
