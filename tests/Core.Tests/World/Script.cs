using System.Globalization;
using System.Text.RegularExpressions;

namespace Conversation.Core.Tests.World;

/// <summary>
/// A timeline as text. <c>set NAME VALUE</c> settings; <c>reply "…" key=value</c> the answers in order; <c>at SECONDS ACTION …</c>; <c>until SECONDS</c>.
/// Below a line of <c>---</c> stands the expected trace.
/// </summary>
internal sealed partial class Script
{
    public List<Step> Steps { get; } = [];

    public List<ReplyScript> Replies { get; } = [];

    public Dictionary<string, string> Settings { get; } = [];

    public double Until { get; private set; } = 10;

    public static Script Parse(string text)
    {
        var script = new Script();
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var parts = Parts(line);
            switch (parts[0])
            {
                case "set":
                    script.Settings[parts[1]] = parts[2];
                    break;
                case "reply":
                    script.Replies.Add(new(parts[1], Keys(parts)));
                    break;
                case "until":
                    script.Until = Number(parts[1]);
                    break;
                case "at":
                    script.Steps.Add(new(Number(parts[1]), parts[2], [.. parts.Skip(3).Where(p => !IsKey(p))], Keys(parts)));
                    break;
                default:
                    throw new FormatException("No such line: " + line);
            }
        }

        return script;
    }

    public string Setting(string name, string otherwise) => Settings.GetValueOrDefault(name, otherwise);

    public double Milliseconds(string name, double otherwise) => Settings.TryGetValue(name, out var value) ? Number(value) : otherwise;

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static bool IsKey(string part) => KeyPattern().IsMatch(part);

    private static Dictionary<string, string> Keys(IEnumerable<string> parts) =>
        parts.Where(IsKey).Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1].Trim('"'));

    private static string[] Parts(string line) =>
        [.. PartPattern().Matches(line).Select(m => m.Value).Select(v => v.StartsWith('"') ? v[1..^1] : v)];

    [GeneratedRegex("""[a-z]+="[^"]*"|"[^"]*"|\S+""")]
    private static partial Regex PartPattern();

    [GeneratedRegex("^[a-z]+=")]
    private static partial Regex KeyPattern();
}

internal sealed record Step(double At, string Action, string[] Arguments, Dictionary<string, string> Keys);

internal sealed record ReplyScript(string Text, Dictionary<string, string> Keys)
{
    public double Think => Keys.TryGetValue("think", out var v) ? Script.Number(v) : 80;

    public bool Is(string key) => Keys.ContainsKey(key);
}
