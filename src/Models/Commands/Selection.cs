using Conversation.Models.Manifest;

namespace Conversation.Models.Commands;

/// <summary>Which artifacts a command line means, on this system.</summary>
internal static class Selection
{
    public static (IReadOnlyList<ModelArtifact> Artifacts, string? Fault) Of(ModelManifest manifest, Arguments arguments, string rid)
    {
        IReadOnlyList<string> names = arguments.Names.Count > 0 ? arguments.Names : ["default", "expressive"];
        if (names.Concat(arguments.Without).FirstOrDefault(name => !manifest.Artifacts.Any(artifact => Means(name, artifact))) is { } unknown)
        {
            return ([], $"{unknown} is neither a group nor an artifact; there are: {string.Join(", ", ManifestValidator.Groups.Concat(manifest.Artifacts.Select(a => a.Id)))}");
        }

        return ([.. manifest.Artifacts.Where(artifact => names.Any(name => Means(name, artifact))
            && !arguments.Without.Any(name => Means(name, artifact))
            && artifact.FilesFor(rid).Count > 0)], null);
    }

    private static bool Means(string name, ModelArtifact artifact) => name == artifact.Id || name == artifact.Group;
}
