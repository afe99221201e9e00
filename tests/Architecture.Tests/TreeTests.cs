using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Conversation.Architecture.Tests;

/// <summary>What may lie in the tree.</summary>
public partial class TreeTests
{
    private const int MostBytes = 1_000_000;
    private const int MostLines = 400;

    /// <summary>Source files that may be longer than 400 lines, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    /// <summary>Files that may name a folder of a machine, each with its reason.</summary>
    private static readonly Dictionary<string, string> MachinePaths = [];

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        var solution = Repository.Read("Conversation.sln").Replace('\\', '/');
        ArrowTests.NoFaults(
            from folder in (string[])["src", "tests", "bench", "evals"]
            from project in Repository.Sources(folder, "*.csproj")
            where !solution.Contains($"\"{project}\"", StringComparison.Ordinal)
            select $"{project} is not in Conversation.sln: dotnet sln add {project}");
    }

    [Fact]
    public void TheSolutionNamesOnlyWhatIsThere()
    {
        ArrowTests.NoFaults(
            from Match match in SolutionProject().Matches(Repository.Read("Conversation.sln"))
            let project = match.Groups[1].Value.Replace('\\', '/')
            where !File.Exists(Repository.Full(project))
            select $"Conversation.sln names {project}, which is not there.");
    }

    [Fact]
    public void NoTrackedFileIsLarge()
    {
        ArrowTests.NoFaults(
            from file in Repository.Tracked
            let size = new FileInfo(Repository.Full(file)).Length
            where size > MostBytes
            select $"{file} has {size:N0} bytes; at most {MostBytes:N0} are kept in git.");
    }

    [Fact]
    public void NoSourceFileIsLong()
    {
        ArrowTests.NoFaults(
            from file in Repository.Sources("src")
            let lines = File.ReadLines(Repository.Full(file)).Count()
            where lines > MostLines && !LongFiles.ContainsKey(file)
            select $"{file} has {lines} lines; split it, or say why not in LongFiles.");
    }

    [Fact]
    public void NoTrackedFileNamesAFolderOfAMachine()
    {
        ArrowTests.NoFaults(
            from file in Repository.Tracked
            where !MachinePaths.ContainsKey(file) && new FileInfo(Repository.Full(file)).Length <= MostBytes
            let text = Repository.Read(file)
            where !text.Contains('\0', StringComparison.Ordinal)
            from Match match in MachinePath().Matches(text)
            select $"{file} names {match.Value.Trim()}");
    }

    [Fact]
    public void LockFilesNameNoRegistry()
    {
        ArrowTests.NoFaults(
            from file in Repository.Tracked
            where Path.GetFileName(file) is "package-lock.json" or "packages.lock.json"
            from Match match in ResolvedHost().Matches(Repository.Read(file))
            select $"{file} names the registry {match.Groups[1].Value}: each machine has its own; set omit-lockfile-registry-resolved=true in .npmrc.");
    }

    [Fact]
    public void NoWeightsAndNoNativeLibrariesAreTracked()
    {
        var hashes = Weights().GroupBy(file => file.Size).ToDictionary(group => group.Key, group => group.Select(file => file.Sha256).ToHashSet());
        Assert.NotEmpty(hashes);
        ArrowTests.NoFaults(
            from file in Repository.Tracked
            where Path.GetExtension(file) is ".onnx" or ".gguf" or ".safetensors" or ".pt" or ".so" or ".dll" or ".dylib" or ".tgz" or ".nupkg"
                || (hashes.TryGetValue(new FileInfo(Repository.Full(file)).Length, out var known) && known.Contains(Sha256(file)))
            select $"{file} is a weight or a binary; it belongs into models/manifest.json.");
    }

    [Fact]
    public void TheCheckForFoldersSeesWhatItShould()
    {
        foreach (var bad in (string[])["=/wor" + "k/main", "\"/roo" + "t/.cache", "file:///hom" + "e/ann/x", "C:\\User" + "s\\ann"])
        {
            Assert.Matches(MachinePath(), bad);
        }

        foreach (var good in (string[])["src/wor" + "k/x", "~/hom" + "e/x", "$HOME/wor" + "k/x", "./roo" + "t/a", "/wor" + "ks/a"])
        {
            Assert.DoesNotMatch(MachinePath(), good);
        }
    }

    private static IEnumerable<(long Size, string Sha256)> Weights()
    {
        using var manifest = JsonDocument.Parse(Repository.Read("models/manifest.json"));
        foreach (var artifact in manifest.RootElement.GetProperty("artifacts").EnumerateArray())
        {
            foreach (var file in artifact.GetProperty("files").EnumerateArray())
            {
                yield return (file.GetProperty("size").GetInt64(), file.GetProperty("sha256").GetString()!);
            }
        }
    }

    private static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Repository.Full(file))));

    // Put together from parts, so that this file does not name what it looks for.
    private static Regex MachinePath() => new(@"(?<![\w.~$\}\)*-])/(?:wor" + @"k|roo" + @"t|hom" + @"e)/[\w.~$-]+|\b[A-Z]:\\User" + @"s\\", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"^Project\(.*""([^""]+\.csproj)""", RegexOptions.Multiline)]
    private static partial Regex SolutionProject();

    [GeneratedRegex(@"""resolved""\s*:\s*""\w+://([^/""]+)")]
    private static partial Regex ResolvedHost();
}
