using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conversation.Models.Manifest;

/// <summary>models/manifest.json: every weight file, where it comes from and what it must be.</summary>
internal sealed record ModelManifest
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public required int Version { get; init; }

    /// <summary>By name@version.</summary>
    public required IReadOnlyDictionary<string, ModelPackage> Packages { get; init; }

    public required IReadOnlyList<ModelArtifact> Artifacts { get; init; }

    /// <summary>The manifest this program was built with.</summary>
    public static ModelManifest Embedded()
    {
        using Stream stream = typeof(ModelManifest).Assembly.GetManifestResourceStream("manifest.json")!;
        return Parse(stream);
    }

    /// <exception cref="InvalidDataException">With every fault in its message.</exception>
    public static ModelManifest Parse(Stream json)
    {
        ModelManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<ModelManifest>(json, Json) ?? throw new InvalidDataException("The manifest is empty.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"The manifest is not well-formed: {broken.Message}", broken);
        }

        IReadOnlyList<string> faults = ManifestValidator.Faults(manifest);
        return faults.Count == 0 ? manifest : throw new InvalidDataException("The manifest is wrong:\n  " + string.Join("\n  ", faults));
    }
}

/// <summary>A tarball of the npm registry.</summary>
internal sealed record ModelPackage
{
    /// <summary>As the registry gives it: sha512- and base64.</summary>
    public required string Integrity { get; init; }

    /// <summary>Of the tarball, in bytes.</summary>
    public required long Size { get; init; }
}

/// <summary>A folder of the cache: the files that fill one role.</summary>
internal sealed record ModelArtifact
{
    public required string Id { get; init; }

    public required string Role { get; init; }

    /// <summary>default (every command needs it), expressive (the second synthesis tier), or on request: cuda, speaker (voices told apart).</summary>
    public required string Group { get; init; }

    public required string Licence { get; init; }

    public required string Upstream { get; init; }

    /// <summary>The key in <see cref="ModelManifest.Packages"/>.</summary>
    public required string Package { get; init; }

    public required IReadOnlyList<ModelFile> Files { get; init; }

    /// <summary>The files a system needs: those for every system, and its own.</summary>
    public IReadOnlyList<ModelFile> FilesFor(string rid) => [.. Files.Where(file => file.Rid is null || file.Rid == rid)];
}

/// <summary>One file of an artifact.</summary>
internal sealed record ModelFile
{
    /// <summary>Within the artifact's folder, with forward slashes.</summary>
    public required string Path { get; init; }

    /// <summary>The tarball's entry that holds it; null when it is joined from several.</summary>
    public string? From { get; init; }

    /// <summary>The tarball's entries that follow one another in it.</summary>
    public IReadOnlyList<string>? Join { get; init; }

    /// <summary>Start and exclusive end in bytes of the part of <see cref="From"/> that is the file; null for all of it.</summary>
    public IReadOnlyList<long>? Range { get; init; }

    /// <summary>The one system that needs it; null for all.</summary>
    public string? Rid { get; init; }

    public required long Size { get; init; }

    /// <summary>Lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> Entries => Join ?? [From!];
}
