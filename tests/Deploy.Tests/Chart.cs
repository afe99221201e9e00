using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace Conversation.Deploy.Tests;

/// <summary>The Helm chart as files: no Helm is needed to read it.</summary>
internal static class Chart
{
    public const string Folder = "deploy/helm/conversation";

    public static IReadOnlyDictionary<object, object> Values { get; } = Yaml($"{Folder}/values.yaml");

    public static JsonElement Schema { get; } = JsonDocument.Parse(Repository.Read($"{Folder}/values.schema.json")).RootElement;

    /// <summary>All templates' text, comments left out.</summary>
    public static string Templates { get; } = string.Join('\n', Directory.EnumerateFiles(Repository.Full($"{Folder}/templates")).Order(StringComparer.Ordinal)
        .Select(file => Regex.Replace(File.ReadAllText(file), @"\{\{-? ?/\*.*?\*/ ?-?\}\}|^[ \t]*#[^\n]*$", "", RegexOptions.Singleline | RegexOptions.Multiline)));

    /// <summary>The body of a named template.</summary>
    public static string Template(string name) =>
        Regex.Match(Templates, $@"define ""{Regex.Escape(name)}"" -?\}}\}}(.*?)\{{\{{-? end -?\}}\}}", RegexOptions.Singleline) is { Success: true } match
            ? match.Groups[1].Value.Trim()
            : throw new InvalidOperationException($"There is no template {name}.");

    public static IReadOnlyDictionary<object, object> Yaml(string path) => new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(Repository.Read(path));

    /// <summary>The value at a path such as "database.key"; null where there is none.</summary>
    public static bool Has(string path)
    {
        object? at = Values;
        foreach (var key in path.Split('.'))
        {
            if (at is not IReadOnlyDictionary<object, object> map || !map.TryGetValue(key, out at))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A schema with its reference, where it is one, followed.</summary>
    public static JsonElement Resolve(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? Schema.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1]) : schema;
}
