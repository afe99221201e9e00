using System.Text.RegularExpressions;

namespace Conversation.Deploy.Tests;

/// <summary>The settings that the sources know, read from the options' records.</summary>
internal static partial class Settings
{
    private static readonly Dictionary<string, string> Records = Repository.Sources("src").Select(Repository.Read)
        .SelectMany(text => RecordHead().Matches(text).Select(match => (Name: match.Groups[1].Value, Body: text[match.Index..])))
        .GroupBy(record => record.Name).ToDictionary(group => group.Key, group => group.First().Body);

    /// <summary>Sections that no record of ours describes.</summary>
    public static readonly string[] Frameworks = ["AllowedHosts", "Kestrel", "Logging"];

    /// <summary>Name and type of what a record has, up to the next type in its file.</summary>
    public static IReadOnlyDictionary<string, string> Of(string record)
    {
        var body = Records[record];
        var end = RecordHead().Match(body, 1);
        return Property().Matches(end.Success ? body[..end.Index] : body).ToDictionary(match => match.Groups[2].Value, match => match.Groups[1].Value, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The record of a section: the program's own, or one that ConversationOptions holds.</summary>
    public static string? RecordOf(string section) => section switch
    {
        "Silo" => "SiloOptions",
        "Gateway" => "GatewayOptions",
        "Telemetry" => "TelemetryOptions",
        _ => Of("ConversationOptions").GetValueOrDefault(section),
    };

    /// <summary>Whether a setting's path, as Section:Setting or Section:Setting:0, leads to something that the sources read.</summary>
    public static bool Exists(string path)
    {
        var parts = path.Split(':');
        return RecordOf(parts[0]) is { } record && parts.Length > 1 && Of(record).TryGetValue(parts[1], out var type)
            && (parts.Length == 2 || (parts.Length == 3 && type.StartsWith("IReadOnlyList", StringComparison.Ordinal) && int.TryParse(parts[2], out _)));
    }

    [GeneratedRegex(@"^(?:public|internal) sealed (?:partial )?record (\w+)", RegexOptions.Multiline)]
    private static partial Regex RecordHead();

    [GeneratedRegex(@"^\s+public (?:required )?([\w<>?\[\], .]+?) (\w+) \{ get; init; \}", RegexOptions.Multiline)]
    private static partial Regex Property();
}
