using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Conversation.Dialog.Flows.Definition;

/// <summary>Reads YAML nodes, keeping count of what was not expected, so that one pass finds every fault with its line.</summary>
internal sealed class YamlReader(List<FlowFault> faults)
{
    public void Fault(YamlNode? node, string message) => faults.Add(new FlowFault((int)Math.Max(1, node?.Start.Line ?? 1), message));

    /// <summary>The entries of a mapping; keys outside <paramref name="known"/> are faults, unless it is empty.</summary>
    public Dictionary<string, YamlNode> Map(YamlNode? node, string what, params ReadOnlySpan<string> known)
    {
        var entries = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        if (node is null)
        {
            return entries;
        }

        if (node is not YamlMappingNode map)
        {
            Fault(node, $"{what} must be a mapping");
            return entries;
        }

        foreach (var (key, value) in map.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (known.Length > 0 && !known.Contains(name))
            {
                Fault(key, $"{what} has no '{name}'; known are {string.Join(", ", known.ToArray())}");
            }
            else
            {
                entries[name] = value;
            }
        }

        return entries;
    }

    public IReadOnlyList<YamlNode> List(YamlNode? node, string what)
    {
        if (node is null or YamlScalarNode { Value: "" or null })
        {
            return [];
        }

        if (node is YamlSequenceNode list)
        {
            return [.. list.Children];
        }

        Fault(node, $"{what} must be a list");
        return [];
    }

    public string? Text(YamlNode? node, string what)
    {
        switch (node)
        {
            case null:
                return null;
            case YamlScalarNode { Value: { Length: > 0 } value }:
                return value;
            default:
                Fault(node, $"{what} must be text");
                return null;
        }
    }

    /// <summary>A list of texts, or one.</summary>
    public IReadOnlyList<string> Texts(YamlNode? node, string what) =>
        node is YamlScalarNode ? (Text(node, what) is { } one ? [one] : []) : [.. List(node, what).Select(n => Text(n, what)).OfType<string>()];

    public T Read<T>(YamlNode? node, string what, T fallback, string wanted, Func<string, T?> parse)
        where T : struct
    {
        if (node is null)
        {
            return fallback;
        }

        if (node is YamlScalarNode { Value: { } text } && parse(text) is { } value)
        {
            return value;
        }

        Fault(node, $"{what} must be {wanted}");
        return fallback;
    }

    public bool Flag(YamlNode? node, string what, bool fallback = false) => Read(node, what, fallback, "true or false", t => bool.TryParse(t, out var v) ? v : null);

    public long Number(YamlNode? node, string what, long fallback, long min, long max) =>
        Read(node, what, fallback, $"a whole number from {min} to {max}", t => long.TryParse(t, CultureInfo.InvariantCulture, out var v) && v >= min && v <= max ? v : (long?)null);

    public float Fraction(YamlNode? node, string what, float fallback) =>
        Read(node, what, fallback, "a number from 0 to 1", t => float.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && v is >= 0 and <= 1 ? v : (float?)null);

    public TimeOnly Time(YamlNode? node, string what, TimeOnly fallback) =>
        Read(node, what, fallback, "a time as \"HH:mm\"", t => TimeOnly.TryParseExact(t, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var v) ? v : (TimeOnly?)null);

    public Template? Template(YamlNode? node, string what)
    {
        try
        {
            return Text(node, what) is { } text ? Definition.Template.Parse(text) : null;
        }
        catch (FormatException e)
        {
            Fault(node, $"{what}: {e.Message}");
            return null;
        }
    }

    public Condition? Condition(YamlNode? node, string what)
    {
        try
        {
            return Text(node, what) is { } text ? Definition.Condition.Parse(text) : null;
        }
        catch (FormatException e)
        {
            Fault(node, $"{what}: {e.Message}");
            return null;
        }
    }

    /// <summary>One text, or a list of texts and of { say, when }.</summary>
    public Prompts? Prompts(YamlNode? node, string what)
    {
        if (node is null)
        {
            return null;
        }

        var before = faults.Count;
        var variants = new List<(Template, Condition?)>();
        foreach (var item in node is YamlSequenceNode list ? [.. list.Children] : new[] { node })
        {
            if (item is YamlMappingNode)
            {
                var map = Map(item, what, "say", "when");
                if (Template(map.GetValueOrDefault("say"), what) is { } text)
                {
                    variants.Add((text, Condition(map.GetValueOrDefault("when"), what)));
                }
            }
            else if (Template(item, what) is { } plain)
            {
                variants.Add((plain, null));
            }
        }

        if (variants.Count == 0)
        {
            if (faults.Count == before)
            {
                Fault(node, $"{what} must say something");
            }

            return null;
        }

        return new Prompts(variants);
    }
}
