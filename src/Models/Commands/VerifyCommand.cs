using Conversation.Models.Manifest;
using Conversation.Models.Pull;

namespace Conversation.Models.Commands;

/// <summary>Hashes every file again. A spoilt artifact loses its stamp, so that the next pull brings it anew.</summary>
internal static class VerifyCommand
{
    public static int Run(ModelCatalog catalog, IReadOnlyList<ModelArtifact> artifacts, string rid, TextWriter output)
    {
        int wrong = 0;
        foreach (ModelArtifact artifact in artifacts)
        {
            string folder = Path.Combine(catalog.Directory, artifact.Id);
            ModelFile[] spoilt = [.. artifact.FilesFor(rid).Where(file => !Stamp.IsRight(Path.Combine(folder, file.Path), file))];
            output.WriteLine(spoilt.Length == 0 ? $"ok    {artifact.Id}" : $"WRONG {artifact.Id}: {string.Join(", ", spoilt.Select(file => file.Path))}");
            if (spoilt.Length > 0)
            {
                wrong++;
                Stamp.Remove(folder);
            }
        }

        if (wrong > 0)
        {
            output.WriteLine("Run ./run --setup to fetch what is missing or spoilt.");
        }

        return wrong == 0 ? 0 : 1;
    }
}
