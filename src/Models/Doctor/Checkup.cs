using System.Net;
using System.Net.Sockets;
using Conversation.Models.Commands;
using Conversation.Models.Manifest;
using Conversation.Models.Pull;

namespace Conversation.Models.Doctor;

/// <summary>Everything that ./run and ./test need of a machine, looked at one by one.</summary>
internal static class Checkup
{
    public static IEnumerable<Finding> Run(ModelManifest manifest, ModelCatalog catalog, Arguments arguments)
    {
        yield return Sdk(Tool.Ask("dotnet", "--list-sdks"));
        yield return Node(Tool.Ask("node", "--version"));
        yield return Tool.Ask("npm", "--version") is { } npm
            ? new(Level.Ok, "npm", npm)
            : new(Level.Fail, "npm", "not found", "It comes with Node (nodejs.org).");
        yield return Machine();
        IReadOnlyList<Finding> weights = [.. Weights(manifest, catalog)];
        foreach (Finding finding in weights)
        {
            yield return finding;
        }

        yield return Disk(manifest, catalog);
        yield return Runtime(arguments.Root);
        yield return Devices.Look(catalog);
        yield return Port(arguments.Port);
        foreach (Finding finding in Remotes.Look(Remotes.Settings(arguments.Settings)))
        {
            yield return finding;
        }

        yield return Chromium.Look();
    }

    internal static Finding Sdk(string? listed)
    {
        string? newest = listed?.Split('\n').Select(line => line.Split(' ')[0]).LastOrDefault(version => Tool.Major(version) >= 10);
        return newest is not null
            ? new(Level.Ok, ".NET SDK", newest)
            : new(Level.Fail, ".NET SDK", listed is null ? "not found" : "older than 10", "Install the .NET 10 SDK (dotnet.microsoft.com/download).");
    }

    /// <summary>What Vite needs: 20.19, 22.12, or newer than 22.</summary>
    internal static Finding Node(string? version) =>
        Version.TryParse(version?.TrimStart('v'), out Version? found) && (found.Major > 22 || (found.Major == 22 && found.Minor >= 12) || (found.Major == 20 && found.Minor >= 19))
            ? new(Level.Ok, "Node", version!)
            : new(Level.Fail, "Node", version is null ? "not found" : $"{version} will not do", "Install Node 20.19, 22.12 or newer (nodejs.org).");

    internal static Finding Port(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return new(Level.Ok, "port", $"{port} is free");
        }
        catch (SocketException taken)
        {
            return new(Level.Warn, "port", $"{port} cannot be opened ({taken.SocketErrorCode})", $"Another server runs there, perhaps this one; choose another with ./run --port {(port < 65535 ? port + 1 : 5080)}.");
        }
    }

    private static Finding Machine()
    {
        double memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        string found = $"{LocalSystem.Rid}, {Environment.ProcessorCount} cores, {memory:0.0} GB of memory";
        return memory >= 2
            ? new(Level.Ok, "machine", found)
            : new(Level.Warn, "machine", found, "The models of both synthesis tiers need about 2 GB; ./run --expressive off needs less.");
    }

    private static IEnumerable<Finding> Weights(ModelManifest manifest, ModelCatalog catalog)
    {
        foreach (IGrouping<string, ModelArtifact> group in manifest.Artifacts.Where(a => !ManifestValidator.OnRequest.Contains(a.Group)).GroupBy(a => a.Group))
        {
            ModelArtifact[] missing = [.. group.Where(artifact => !IsHere(artifact, catalog))];
            yield return missing.Length == 0
                ? new(Level.Ok, $"weights, {group.Key}", $"{group.Count()} artifacts in {catalog.Directory}")
                : new(group.Key == "default" ? Level.Fail : Level.Warn, $"weights, {group.Key}", $"missing in {catalog.Directory}: {string.Join(", ", missing.Select(a => a.Id))}", "Run ./run --setup to fetch them.");
        }
    }

    private static Finding Disk(ModelManifest manifest, ModelCatalog catalog)
    {
        ModelArtifact[] missing = [.. manifest.Artifacts.Where(a => !ManifestValidator.OnRequest.Contains(a.Group) && !IsHere(a, catalog))];
        long needed = 500_000_000
            + missing.SelectMany(a => a.FilesFor(LocalSystem.Rid)).Sum(file => file.Size)
            + missing.Select(a => a.Package).Distinct().Sum(key => manifest.Packages[key].Size);
        string at = catalog.Directory;
        while (!Directory.Exists(at))
        {
            at = Path.GetDirectoryName(at)!;
        }

        long free = new PullDisk().Available(at);
        return free >= needed
            ? new(Level.Ok, "disk", $"{free / 1e9:0.0} GB free, {needed / 1e9:0.0} GB needed")
            : new(Level.Fail, "disk", $"{free / 1e9:0.0} GB free, {needed / 1e9:0.0} GB needed", "Make room, or set CONVERSATION_CACHE to a folder on a larger disk.");
    }

    private static Finding Runtime(string root)
    {
        string probe = Path.Combine(root, "feed.props");
        bool package = File.Exists(probe) && File.ReadAllText(probe).Contains(">true</UseOnnxRuntimePackage>", StringComparison.Ordinal);
        return package || LocalSystem.Rid is "linux-x64" or "win-x64" or "win-arm64" or "osx-arm64"
            ? new(Level.Ok, "ONNX Runtime", package ? "NuGet's package" : "compiled from the npm package that carries its source")
            : new(Level.Fail, "ONNX Runtime", $"the npm package has no library for {LocalSystem.Rid}", "Use a NuGet feed that holds Microsoft.ML.OnnxRuntime, then ./run --probe.");
    }

    private static bool IsHere(ModelArtifact artifact, ModelCatalog catalog) =>
        Stamp.IsCurrent(Path.Combine(catalog.Directory, artifact.Id), artifact.FilesFor(LocalSystem.Rid));
}
