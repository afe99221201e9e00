using System.Text.Json;
using System.Text.RegularExpressions;

namespace Conversation.Deploy.Tests;

public class ImageTests
{
    private static readonly string Dockerfile = Repository.Read("deploy/Dockerfile");

    [Fact]
    public void WhatIsCopiedIsThereAndIsNotIgnored()
    {
        var sources = Regex.Matches(Dockerfile, @"^COPY (?!--from)(.+) \S+$", RegexOptions.Multiline).SelectMany(match => match.Groups[1].Value.Split(' ')).ToArray();
        Assert.Contains("Directory.Build.targets", sources);
        Assert.DoesNotContain(sources, path => !Path.Exists(Repository.Full(path)));
        var sent = Repository.Read("deploy/Dockerfile.dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToArray();
        Assert.DoesNotContain(sources, path => !sent.Contains(path.Split('/')[0]));
    }

    [Fact]
    public void TheBuildHasAllThatProjectsImport()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Root).Select(Path.GetFileName).Where(file => file is "global.json" or "NuGet.config" or "BannedSymbols.txt" || file!.StartsWith("Directory.", StringComparison.Ordinal)))
        {
            Assert.Matches($@"COPY .*\b{Regex.Escape(file!)}\b", Dockerfile);
        }
    }

    [Fact]
    public void EveryProgramRunsAsTheUserOfThePods()
    {
        var users = Regex.Matches(Dockerfile, @"^USER (\d+):", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(Regex.Matches(Dockerfile, "^ENTRYPOINT", RegexOptions.Multiline).Count, users.Length);
        Assert.Equal(Regex.Match(Chart.Templates, @"runAsUser: (\d+)").Groups[1].Value, Assert.Single(users.Distinct()));
    }

    [Fact]
    public void WeightsAreNamedAsTheManifestNamesThem()
    {
        using var manifest = JsonDocument.Parse(Repository.Read("models/manifest.json"));
        var known = manifest.RootElement.GetProperty("artifacts").EnumerateArray()
            .SelectMany(artifact => new[] { artifact.GetProperty("id").GetString()!, artifact.GetProperty("group").GetString()! }).ToHashSet();
        var weights = (IReadOnlyDictionary<object, object>)Chart.Values["weights"];
        string[] named =
        [
            .. ((IEnumerable<object>)weights["groups"]).Cast<string>(),
            .. Regex.Match(Chart.Templates, @"\(list (.*?)\) \.inference").Groups[1].Value.Split(' ').Select(name => name.Trim('"')),
            .. Regex.Matches(Chart.Templates, @"- --without\s+- (\S+)").Select(match => match.Groups[1].Value),
            .. Regex.Matches(Dockerfile, @"Models\.dll pull (\S+)").Select(match => match.Groups[1].Value),
        ];
        Assert.True(named.Length >= 8, string.Join(", ", named));
        Assert.DoesNotContain(named, name => !known.Contains(name));
    }
}
