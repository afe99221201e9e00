using System.Collections.Concurrent;
using Conversation.Models.Manifest;

namespace Conversation.Models.Pull;

/// <summary>
/// Brings artifacts into the cache. A file appears under its name only whole and verified: it is fetched to
/// .downloads, unpacked to .staging on the same disk, hashed there, and renamed.
/// </summary>
internal sealed class Puller(
    ModelManifest manifest, string cache, string rid, IPackageRegistry registry, HttpClient http, PullDisk disk, IPullProgress progress, TimeProvider time, PullOptions options)
{
    private readonly string _downloads = Path.Combine(cache, ".downloads");
    private readonly string _staging = Path.Combine(cache, ".staging");

    /// <summary>Whether nothing has to be done for an artifact.</summary>
    public bool IsHere(ModelArtifact artifact) => Stamp.IsCurrent(Folder(artifact), artifact.FilesFor(rid));

    /// <summary>Pulls what is missing of the artifacts. Packages fail one by one: the rest still arrive.</summary>
    public async Task<IReadOnlyList<PullFault>> RunAsync(IReadOnlyList<ModelArtifact> artifacts, CancellationToken cancel)
    {
        if (options.Faults() is { Count: > 0 } wrong)
        {
            throw new ArgumentException(string.Join(' ', wrong));
        }

        if (artifacts.All(IsHere))
        {
            return [];
        }

        try
        {
            using IDisposable held = await PullLock.TakeAsync(cache, progress, time, cancel).ConfigureAwait(false);
            return await PullMissingAsync([.. artifacts.Where(artifact => !IsHere(artifact) && !Adopt(artifact))], cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [PullDisk.Fault("the cache", error, cache)];
        }
    }

    private async Task<IReadOnlyList<PullFault>> PullMissingAsync(IReadOnlyList<ModelArtifact> missing, CancellationToken cancel)
    {
        if (missing.Count == 0)
        {
            return [];
        }

        Clear(_staging);
        IGrouping<string, ModelArtifact>[] packages = [.. missing.GroupBy(artifact => artifact.Package).OrderByDescending(group => manifest.Packages[group.Key].Size)];
        if (NoRoom(packages) is { } full)
        {
            return [full];
        }

        long bytes = packages.Sum(group => manifest.Packages[group.Key].Size);
        progress.Say($"Weights: fetching {missing.Count} artifacts in {packages.Length} packages, {bytes / 1e6:0} MB, into {cache}.");
        progress.Begin(bytes);
        ConcurrentBag<PullFault> faults = [];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancel };
        try
        {
            await Parallel.ForEachAsync(packages, parallel, async (group, stop) =>
            {
                if (await PullPackageAsync(group.Key, [.. group], stop).ConfigureAwait(false) is { } fault)
                {
                    faults.Add(fault);
                }
            }).ConfigureAwait(false);
        }
        finally
        {
            Clear(_staging);
        }

        if (Directory.Exists(_downloads) && !Directory.EnumerateFileSystemEntries(_downloads).Any())
        {
            Directory.Delete(_downloads);
        }

        return [.. faults.OrderBy(fault => fault.Package, StringComparer.Ordinal)];
    }

    private async Task<PullFault?> PullPackageAsync(string key, IReadOnlyList<ModelArtifact> artifacts, CancellationToken cancel)
    {
        string name = key.Replace('/', '+');
        string tarball = Path.Combine(_downloads, name + ".tgz");
        Directory.CreateDirectory(_downloads);
        Download download = new(registry, http, disk, progress, time, options);
        if (await download.RunAsync(key, manifest.Packages[key], tarball, cancel).ConfigureAwait(false) is { } fault)
        {
            return fault;
        }

        try
        {
            return await Task.Run(() => Install(key, artifacts, tarball, Path.Combine(_staging, name), cancel), cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PullDisk.Fault(key, error, cache);
        }
        finally
        {
            File.Delete(tarball);
            Clear(Path.Combine(_staging, name));
        }
    }

    private PullFault? Install(string key, IReadOnlyList<ModelArtifact> artifacts, string tarball, string staging, CancellationToken cancel)
    {
        (ModelArtifact Artifact, ModelFile File, string Path)[] wanted =
            [.. artifacts.SelectMany(artifact => artifact.FilesFor(rid).Select(file => (artifact, file, Path.Combine(staging, artifact.Id, file.Path))))];
        if (new Unpack(disk).Run(key, tarball, [.. wanted.Select(w => (w.File, w.Path))], cancel) is { } fault)
        {
            return fault;
        }

        foreach ((ModelArtifact artifact, ModelFile file, string path) in wanted)
        {
            if (!Stamp.IsRight(path, file))
            {
                return new PullFault(key, PullFaultKind.WrongFile, $"{artifact.Id}/{file.Path} is not what the manifest names: its sha256 differs", "Nothing of this package was kept. Report it: the manifest and the package do not agree.");
            }
        }

        foreach (ModelArtifact artifact in artifacts)
        {
            Stamp.Remove(Folder(artifact));
            foreach (ModelFile file in artifact.FilesFor(rid))
            {
                string path = Path.Combine(Folder(artifact), file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Move(Path.Combine(staging, artifact.Id, file.Path), path, overwrite: true);
            }

            Stamp.Write(Folder(artifact), artifact.FilesFor(rid));
        }

        return null;
    }

    /// <summary>Stamps an artifact whose files lie there right already, such as one copied from another machine.</summary>
    private bool Adopt(ModelArtifact artifact)
    {
        IReadOnlyList<ModelFile> files = artifact.FilesFor(rid);
        if (!files.All(file => Stamp.IsRight(Path.Combine(Folder(artifact), file.Path), file)))
        {
            return false;
        }

        Stamp.Write(Directory.CreateDirectory(Folder(artifact)).FullName, files);
        return true;
    }

    private PullFault? NoRoom(IGrouping<string, ModelArtifact>[] packages)
    {
        // Tarballs of the largest few lie there at once; files lie there for good, and joined ones briefly twice.
        long tarballs = packages.Take(options.Parallelism).Sum(group => manifest.Packages[group.Key].Size);
        long files = packages.SelectMany(group => group).SelectMany(artifact => artifact.FilesFor(rid)).Sum(file => file.Size);
        long needed = tarballs + files + options.DiskMargin;
        long available = disk.Available(cache);
        return available >= needed ? null : new PullFault("all packages", PullFaultKind.DiskFull,
            $"{needed / 1_000_000} MB are needed where {cache} lies and {available / 1_000_000} MB are free",
            "Make room, or set CONVERSATION_CACHE to a folder on a larger disk, and run the command again.");
    }

    private string Folder(ModelArtifact artifact) => Path.Combine(cache, artifact.Id);

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
