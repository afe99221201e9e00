using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Conversation.Dialog.Flows.Definition;

/// <summary>Keys of a telephone.</summary>
internal sealed partial class FlowReader
{
    private static readonly string[] DateFormats = ["MMdd", "ddMM", "MMddyyyy", "ddMMyyyy"];

    private FlowKeys? Keys(YamlNode? node)
    {
        if (node is null)
        {
            return null;
        }

        var map = _yaml.Map(node, "keys", "yes", "no", "repeat", "person", "timeout");
        var d = new FlowKeys();
        var keys = new FlowKeys
        {
            Yes = Key(map.GetValueOrDefault("yes"), "keys.yes") ?? d.Yes,
            No = Key(map.GetValueOrDefault("no"), "keys.no") ?? d.No,
            Repeat = Key(map.GetValueOrDefault("repeat"), "keys.repeat") ?? d.Repeat,
            Person = Key(map.GetValueOrDefault("person"), "keys.person") ?? d.Person,
            Timeout = TimeSpan.FromSeconds(_yaml.Number(map.GetValueOrDefault("timeout"), "keys.timeout", 3, 1, 15)),
        };
        if (new[] { keys.Yes, keys.No, keys.Repeat, keys.Person }.Distinct().Count() < 4)
        {
            _yaml.Fault(node, $"keys: yes ({keys.Yes}), no ({keys.No}), repeat ({keys.Repeat}) and person ({keys.Person}) must differ");
        }

        return keys;
    }

    private SlotKeys? SlotKeys(YamlNode? node, string slot, SlotType type, IReadOnlyDictionary<string, IReadOnlyList<string>> options, long max)
    {
        if (node is null)
        {
            return null;
        }

        var what = $"{slot}.keys";
        var map = _yaml.Map(node, what, "read", "say", "length", "terminator", "timeout");
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] formats = type switch { SlotType.Date => DateFormats, SlotType.Time => ["HHmm"], SlotType.Digits => ["digits"], _ => [] };
        var read = formats.FirstOrDefault() ?? "";
        switch (map.GetValueOrDefault("read"))
        {
            case YamlMappingNode pairs when type is SlotType.Choice or SlotType.Name or SlotType.Text:
                foreach (var (key, value) in _yaml.Map(pairs, $"{what}.read"))
                {
                    if (!Pressed().IsMatch(key))
                    {
                        _yaml.Fault(value, $"{what}.read: '{key}' must be keys: 0 to 9, * and #, eight at most");
                    }
                    else if (_yaml.Text(value, $"{what}.read.{key}") is { } meant)
                    {
                        values[key] = meant;
                        if (type == SlotType.Choice && !options.ContainsKey(meant))
                        {
                            _yaml.Fault(value, $"{what}.read: '{meant}' is none of the slot's options: {string.Join(", ", options.Keys)}");
                        }
                    }
                }

                break;
            case null when formats.Length > 0:
                break;
            case YamlScalarNode { Value: { } format } when formats.Contains(format):
                read = format;
                break;
            case var other:
                _yaml.Fault(other ?? node, formats.Length > 0 ? $"{what}.read must be one of {string.Join(", ", formats)}" : type is SlotType.Choice or SlotType.Name or SlotType.Text ? $"{what} needs 'read', keys and the values they stand for" : $"a slot of type {type.ToString().ToLowerInvariant()} needs no keys of its own");
                break;
        }

        var length = read switch { "" => values.Keys.Select(k => k.Length).DefaultIfEmpty(1).Max(), "digits" => (int)Math.Min(max, 64), _ => read.Length };
        return new SlotKeys
        {
            Read = read,
            Values = values,
            Say = _yaml.Prompts(map.GetValueOrDefault("say"), $"{what}.say"),
            Length = (int)_yaml.Number(map.GetValueOrDefault("length"), $"{what}.length", length, 1, 64),
            Terminator = Key(map.GetValueOrDefault("terminator"), $"{what}.terminator") ?? "#",
            Timeout = map.TryGetValue("timeout", out var timeout) ? TimeSpan.FromSeconds(_yaml.Number(timeout, $"{what}.timeout", 3, 1, 15)) : null,
        };
    }

    /// <summary>One key.</summary>
    private string? Key(YamlNode? node, string what)
    {
        var key = _yaml.Text(node, what);
        if (key is null or [(>= '0' and <= '9') or '*' or '#'])
        {
            return key;
        }

        _yaml.Fault(node, $"{what} must be one key: 0 to 9, * or #");
        return null;
    }

    private string? MenuKey(YamlNode? node, string what)
    {
        var key = _yaml.Text(node, what);
        if (key is null || Pressed().IsMatch(key))
        {
            return key;
        }

        _yaml.Fault(node, $"{what} must be keys: 0 to 9, * and #, eight at most");
        return null;
    }

    [GeneratedRegex("^[0-9*#]{1,8}$")]
    private static partial Regex Pressed();
}
