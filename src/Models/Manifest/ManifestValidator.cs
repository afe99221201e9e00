using System.Text.RegularExpressions;

namespace Conversation.Models.Manifest;

/// <summary>Reports every fault of a manifest at once. File names become paths on disk, so nothing may climb out of its folder.</summary>
internal static partial class ManifestValidator
{
    public static readonly IReadOnlyList<string> Groups = ["default", "expressive", "cuda", "speaker"];

    /// <summary>Of these, those that only some installations want: nobody is told that they are missing.</summary>
    public static readonly IReadOnlyList<string> OnRequest = ["cuda", "speaker"];

    public static IReadOnlyList<string> Faults(ModelManifest manifest)
    {
        List<string> faults = [];
        if (manifest.Version != 1)
        {
            faults.Add($"version {manifest.Version} is not understood; this program reads 1");
        }

        foreach ((string key, ModelPackage package) in manifest.Packages)
        {
            Check(PackageKey().IsMatch(key), $"package {key}: not name@version");
            Check(Integrity().IsMatch(package.Integrity), $"package {key}: integrity is not sha512- and base64");
            Check(package.Size > 0, $"package {key}: size must be positive");
            Check(manifest.Artifacts.Any(a => a.Package == key), $"package {key}: no artifact comes from it");
        }

        foreach (IGrouping<string, ModelArtifact> same in manifest.Artifacts.GroupBy(a => a.Id).Where(g => g.Count() > 1))
        {
            faults.Add($"artifact {same.Key}: named twice");
        }

        foreach (ModelArtifact artifact in manifest.Artifacts)
        {
            Check(Name().IsMatch(artifact.Id), $"artifact {artifact.Id}: not a folder name");
            Check(Groups.Contains(artifact.Group), $"artifact {artifact.Id}: unknown group {artifact.Group}");
            Check(manifest.Packages.ContainsKey(artifact.Package), $"artifact {artifact.Id}: unknown package {artifact.Package}");
            Check(artifact.Role.Length > 0 && artifact.Licence.Length > 0 && artifact.Upstream.Length > 0, $"artifact {artifact.Id}: role, licence and upstream must be said");
            Check(artifact.Files.Count > 0, $"artifact {artifact.Id}: has no files");
            Check(artifact.Files.Select(f => f.Path).Distinct().Count() == artifact.Files.Count, $"artifact {artifact.Id}: a file is named twice");
            foreach (ModelFile file in artifact.Files)
            {
                string where = $"artifact {artifact.Id}, file {file.Path}";
                Check(file.Path.Split('/').All(part => Name().IsMatch(part)), $"{where}: not a plain relative path");
                Check(file.From is null != file.Join is null, $"{where}: needs either from or join");
                Check(file.Join is null or { Count: > 1 }, $"{where}: join needs two parts or more");
                Check(file.Range is null || (file.From is not null && file.Range is [>= 0, _] && file.Range[1] - file.Range[0] == file.Size), $"{where}: range does not fit");
                Check(file.Size > 0, $"{where}: size must be positive");
                Check(Sha256().IsMatch(file.Sha256), $"{where}: sha256 is not 64 lower-case hexadecimal digits");
            }
        }

        return faults;

        void Check(bool right, string fault)
        {
            if (!right)
            {
                faults.Add(fault);
            }
        }
    }

    [GeneratedRegex(@"^(@[a-z0-9._-]+/)?[a-z0-9][a-z0-9._-]*@\d+\.\d+\.\d+[a-z0-9.+-]*$")]
    private static partial Regex PackageKey();

    [GeneratedRegex(@"^sha512-[A-Za-z0-9+/]{86}==$")]
    private static partial Regex Integrity();

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    private static partial Regex Name();

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256();
}
