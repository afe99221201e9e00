using Conversation.Models.Manifest;
using Conversation.Models.Pull;

namespace Conversation.Models.Commands;

/// <summary>What there is, by role, and what of it is on this machine.</summary>
internal static class ListCommand
{
    public static int Run(ModelManifest manifest, ModelCatalog catalog, string rid, TextWriter output)
    {
        output.WriteLine($"cache: {catalog.Directory}");
        foreach (ModelArtifact artifact in manifest.Artifacts)
        {
            IReadOnlyList<ModelFile> files = artifact.FilesFor(rid);
            string state = files.Count == 0 ? "not for this system"
                : Stamp.IsCurrent(Path.Combine(catalog.Directory, artifact.Id), files) ? "here"
                : "missing";
            output.WriteLine($"{artifact.Group,-10} {artifact.Id,-17} {files.Sum(file => file.Size) / 1e6,7:0.0} MB  {state,-8} {artifact.Role} ({artifact.Package}, {artifact.Licence})");
        }

        return 0;
    }
}
