using System.Text.RegularExpressions;

namespace Conversation.Architecture.Tests;

/// <summary>A project under src: which rooms of ours it may know, by project reference and by name in its source.</summary>
internal sealed partial record Room(string Name, params string[] May)
{
    /// <summary>The allowed arrows. A new room is added here on purpose, with ARCHITECTURE.md.</summary>
    public static IReadOnlyList<Room> All { get; } =
    [
        new("Core"),
        new("Audio"),
        new("Models"),
        new("OnnxRuntime"),
        new("Inference", "Audio", "OnnxRuntime"),
        new("Speech", "Inference", "Audio"),
        new("Dialog", "Core", "Inference"),
        new("Sessions", "Core", "Audio", "Inference", "Speech", "Dialog", "Models"),
        new("Grains", "Sessions", "Inference"),
        new("Gateway", "Sessions", "Audio"),
        new("Silo", "Grains", "Gateway", "Sessions"),
    ];

    public string Folder => $"src/{Name}";

    public string Project => $"{Folder}/{Name}.csproj";

    public bool Exists => File.Exists(Repository.Full(Project));

    /// <summary>Every fault of this room's project file and source, in words.</summary>
    public IEnumerable<string> Faults(IReadOnlyDictionary<string, IReadOnlySet<string>> typesByRoom)
    {
        foreach (Match reference in ProjectReference().Matches(Repository.Read(Project)))
        {
            if (!May.Contains(reference.Groups[1].Value))
            {
                yield return $"{Project} references {reference.Groups[1].Value}.";
            }
        }

        foreach (var file in Repository.Sources(Folder))
        {
            var code = SourceText.Strip(Repository.Read(file));
            foreach (var other in All.Where(other => other.Name != Name && !May.Contains(other.Name)))
            {
                if (Regex.IsMatch(code, $@"\bConversation\s*\.\s*{other.Name}\b"))
                {
                    yield return $"{file} names Conversation.{other.Name}.";
                }

                // Inside namespace Conversation.X a name like Inference.Ports resolves without the prefix, through references of references.
                foreach (Match relative in Regex.Matches(code, $@"(?<![\w.]){other.Name}\s*\.\s*(\w+)"))
                {
                    if (typesByRoom.TryGetValue(other.Name, out var types) && types.Contains(relative.Groups[1].Value))
                    {
                        yield return $"{file} names {relative.Value}.";
                    }
                }
            }
        }
    }

    /// <summary>Names that may follow the room's own in a qualified name: its public types and the first parts of its inner namespaces.</summary>
    public IReadOnlySet<string> Names()
    {
        var names = new HashSet<string>();
        foreach (var file in Repository.Sources(Folder))
        {
            var code = SourceText.Strip(Repository.Read(file));
            names.UnionWith(SourceText.PublicTypes(code));
            names.UnionWith(Regex.Matches(code, $@"namespace\s+Conversation\.{Name}\.(\w+)").Select(match => match.Groups[1].Value));
        }

        return names;
    }

    [GeneratedRegex(@"<ProjectReference\s+Include=""[^""]*?([^""/\\]+)\.csproj""")]
    private static partial Regex ProjectReference();
}
