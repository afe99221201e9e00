namespace Conversation.Models.Commands;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: Conversation.Models VERB [OPTIONS]
          pull [NAME...]   fetch weights: groups (default, expressive, cuda, speaker) or artifacts; default and expressive when none is named
          list             what there is, and what of it is on this machine
          verify [NAME...] hash what is on this machine
          licences         the weights' licences, as models/LICENSES.md holds them
          doctor           check this machine and say what to do
        options:
          --without NAME   leave a group or artifact out (may be repeated)
          --port N         the port that doctor looks at (default 5080)
          --root DIR       the repository that doctor looks at (default .)
          --quiet          say nothing unless something is done
          --SECTION:SETTING=VALUE
                           a setting of the server's; doctor looks at Engines:Remote
        """;

    public required string Verb { get; init; }

    public IReadOnlyList<string> Names { get; init; } = [];

    public IReadOnlyList<string> Without { get; init; } = [];

    public int Port { get; init; } = 5080;

    public string Root { get; init; } = ".";

    public bool Quiet { get; init; }

    /// <summary>Settings of the server's, as it would take them.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Null when the line makes no sense; the second value says why.</summary>
    public static (Arguments? Parsed, string? Fault) Parse(IReadOnlyList<string> line)
    {
        if (line.Count == 0)
        {
            return (null, "a verb is needed");
        }

        Arguments parsed = new() { Verb = line[0] };
        List<string> names = [], without = [];
        Dictionary<string, string> settings = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 1; i < line.Count; i++)
        {
            string? value = i + 1 < line.Count ? line[i + 1] : null;
            switch (line[i])
            {
                case "--quiet":
                    parsed = parsed with { Quiet = true };
                    break;
                case "--without" when value is not null:
                    without.Add(value);
                    i++;
                    break;
                case "--root" when value is not null:
                    parsed = parsed with { Root = value };
                    i++;
                    break;
                case "--port" when int.TryParse(value, out int port) && port is > 0 and < 65536:
                    parsed = parsed with { Port = port };
                    i++;
                    break;
                case ['-', '-', ..] setting when setting.Contains(':', StringComparison.Ordinal) && setting.Split('=', 2) is [var name, var given]:
                    settings[name[2..]] = given;
                    break;
                case ['-', '-', ..] setting when setting.Contains(':', StringComparison.Ordinal) && value is not null:
                    settings[setting[2..]] = value;
                    i++;
                    break;
                case ['-', ..] option:
                    return (null, $"{option} is not understood");
                default:
                    names.Add(line[i]);
                    break;
            }
        }

        return (parsed with { Names = names, Without = without, Settings = settings }, null);
    }
}
