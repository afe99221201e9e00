using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Conversation.Models.Manifest;
using Conversation.Models.Pull;

namespace Conversation.Models.Tests.Pull;

public sealed class PullerTests : IDisposable
{
    private const string Key = "@scope/thing@1.2.3";
    private readonly string _cache = Directory.CreateTempSubdirectory("conversation-pull-").FullName;
    private readonly Registry _registry = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Told _told = new();
    private readonly byte[] _whole = Noise(300_000, 1);
    private readonly byte[] _part0 = Noise(100_000, 2);
    private readonly byte[] _part1 = Noise(50_000, 3);
    private readonly byte[] _bundle = Noise(400_000, 4);
    private ModelManifest _manifest;

    public PullerTests()
    {
        // Parts lie in the tarball in the wrong order, as a registry may pack them.
        _registry.Tarball = Tar(("package/part1.bin", _part1), ("package/whole.bin", _whole), ("package/bundle.data", _bundle), ("package/part0.bin", _part0), ("package/unwanted.bin", Noise(10, 5)));
        _manifest = Manifest();
    }

    public void Dispose()
    {
        _http.Dispose();
        _registry.Dispose();
        Directory.Delete(_cache, recursive: true);
    }

    [Fact]
    public async Task Whole_files_ranges_and_joined_parts_arrive()
    {
        Assert.Empty(await PullAsync());
        Assert.Equal(_whole, Read("one/whole.bin"));
        Assert.Equal(_bundle[1000..200_000], Read("one/deep/model.onnx"));
        Assert.Equal(_bundle[200_000..200_500], Read("one/tokens.txt"));
        Assert.Equal([.. _part0, .. _part1], Read("two/joined.bin"));
        AssertNothingElse("one/whole.bin", "one/deep/model.onnx", "one/tokens.txt", "two/joined.bin");
        Assert.Equal(_registry.Tarball.Length, _told.Have);
    }

    [Fact]
    public async Task A_second_run_asks_nobody()
    {
        Assert.Empty(await PullAsync());
        int asked = _registry.Ranges.Count;
        Assert.Empty(await PullAsync());
        Assert.Equal(asked, _registry.Ranges.Count);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Files_copied_from_elsewhere_are_verified_and_taken()
    {
        Assert.Empty(await PullAsync());
        File.Delete(Path.Combine(_cache, "one", ".complete"));
        Assert.Empty(await PullAsync());
        Assert.Single(_registry.Ranges);
        Assert.True(File.Exists(Path.Combine(_cache, "one", ".complete")));
    }

    [Fact]
    public async Task A_file_that_was_cut_short_later_is_fetched_again()
    {
        Assert.Empty(await PullAsync());
        File.WriteAllBytes(Path.Combine(_cache, "one/whole.bin"), _whole[..10]);
        Assert.Empty(await PullAsync());
        Assert.Equal(_whole, Read("one/whole.bin"));
    }

    [Fact]
    public async Task A_cut_connection_is_continued_where_it_ended()
    {
        _registry.Cuts.Enqueue(200_000);
        _registry.Cuts.Enqueue(100_000);
        Assert.Empty(await PullAsync());
        Assert.Equal(["", "bytes=200000-", "bytes=300000-"], _registry.Ranges);
        Assert.Equal(_whole, Read("one/whole.bin"));
        Assert.Equal(_registry.Tarball.Length, _told.Have);
    }

    [Fact]
    public async Task An_interrupted_run_is_continued_by_the_next()
    {
        _registry.Cuts.Enqueue(200_000);
        PullFault fault = Assert.Single(await PullAsync(new PullOptions { Attempts = 1 }));
        Assert.Equal(PullFaultKind.Network, fault.Kind);
        Assert.Contains("200000 of", fault.Message, StringComparison.Ordinal);
        Assert.Contains("continues where it stopped", fault.Advice, StringComparison.Ordinal);
        AssertNothingElse();
        Assert.Empty(await PullAsync());
        Assert.Equal(["", "bytes=200000-"], _registry.Ranges);
        Assert.Equal(_whole, Read("one/whole.bin"));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_from_the_start()
    {
        _registry.Cuts.Enqueue(200_000);
        _registry.IgnoresRange = true;
        Assert.Empty(await PullAsync());
        Assert.Equal(_whole, Read("one/whole.bin"));
        Assert.Equal(_registry.Tarball.Length, _told.Have);
    }

    [Fact]
    public async Task A_spoilt_part_of_an_earlier_run_is_fetched_anew()
    {
        string part = Path.Combine(_cache, ".downloads", Key.Replace('/', '+') + ".tgz.part");
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        File.WriteAllBytes(part, Noise(1000, 9));
        Assert.Empty(await PullAsync());
        Assert.Equal(["bytes=1000-", ""], _registry.Ranges);
        Assert.Equal(_whole, Read("one/whole.bin"));
    }

    [Fact]
    public async Task A_tarball_that_always_ends_early_is_a_network_fault()
    {
        for (int i = 0; i < 4; i++)
        {
            _registry.Cuts.Enqueue(0);
        }

        PullFault fault = Assert.Single(await PullAsync(new PullOptions { Attempts = 4 }));
        Assert.Equal(PullFaultKind.Network, fault.Kind);
        Assert.Equal(4, _registry.Ranges.Count);
        AssertNothingElse();
    }

    [Fact]
    public async Task A_changed_tarball_is_refused_and_nothing_is_kept()
    {
        _registry.Tarball[1000] ^= 1;
        PullFault fault = Assert.Single(await PullAsync());
        Assert.Equal(PullFaultKind.Integrity, fault.Kind);
        AssertNothingElse();
        Assert.False(Directory.Exists(Path.Combine(_cache, ".downloads")));
    }

    [Fact]
    public async Task A_larger_tarball_is_refused_and_nothing_is_kept()
    {
        _registry.Tarball = [.. _registry.Tarball, .. new byte[300_000]];
        PullFault fault = Assert.Single(await PullAsync());
        Assert.Equal(PullFaultKind.Integrity, fault.Kind);
        AssertNothingElse();
    }

    [Fact]
    public async Task A_file_with_another_hash_keeps_the_whole_package_out()
    {
        _manifest = Manifest(tokens: new string('0', 64));
        PullFault fault = Assert.Single(await PullAsync());
        Assert.Equal(PullFaultKind.WrongFile, fault.Kind);
        Assert.Contains("one/tokens.txt", fault.Message, StringComparison.Ordinal);
        AssertNothingElse();
    }

    [Fact]
    public async Task A_file_that_the_package_lacks_is_named()
    {
        _manifest = Manifest(whole: "package/absent.bin");
        PullFault fault = Assert.Single(await PullAsync());
        Assert.Equal(PullFaultKind.WrongFile, fault.Kind);
        Assert.Contains("package/absent.bin", fault.Message, StringComparison.Ordinal);
        AssertNothingElse();
    }

    [Fact]
    public async Task An_absent_tarball_is_told_at_once()
    {
        _registry.Status = 404;
        PullFault fault = Assert.Single(await PullAsync());
        Assert.Equal(PullFaultKind.NotFound, fault.Kind);
        Assert.Single(_registry.Ranges);
        AssertNothingElse();
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(407)]
    public async Task A_registry_that_wants_credentials_is_asked_through_its_own_client(int status)
    {
        _registry.Status = status;
        Assert.Empty(await PullAsync());
        Assert.Equal(1, _registry.Fetched);
        Assert.Equal(_whole, Read("one/whole.bin"));
    }

    [Fact]
    public async Task A_failing_server_is_tried_again_and_then_told()
    {
        _registry.Status = 503;
        PullFault fault = Assert.Single(await PullAsync(new PullOptions { Attempts = 3 }));
        Assert.Equal(PullFaultKind.Network, fault.Kind);
        Assert.Contains("503", fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, _registry.Ranges.Count);
    }

    [Theory]
    [InlineData(100_000)] // while the tarball arrives
    [InlineData(900_000)] // while it is unpacked
    public async Task A_disk_that_fills_up_is_told_and_nothing_is_left(long room)
    {
        PullFault fault = Assert.Single(await PullAsync(disk: new FullDisk(room)));
        Assert.Equal(PullFaultKind.DiskFull, fault.Kind);
        Assert.Contains("CONVERSATION_CACHE", fault.Advice, StringComparison.Ordinal);
        AssertNothingElse();
        Assert.Empty(Directory.GetFiles(_cache, "*.part", SearchOption.AllDirectories));
        Assert.Empty(await PullAsync());
    }

    [Fact]
    public async Task Too_little_room_is_told_before_anything_is_fetched()
    {
        PullFault fault = Assert.Single(await PullAsync(disk: new FullDisk(0) { Free = 1_000_000 }));
        Assert.Equal(PullFaultKind.DiskFull, fault.Kind);
        Assert.Empty(_registry.Ranges);
    }

    [Fact]
    public async Task Two_pulls_at_once_fetch_once()
    {
        Task<IReadOnlyList<PullFault>>[] both = [Task.Run(() => PullAsync()), Task.Run(() => PullAsync())];
        Assert.All(await Task.WhenAll(both), Assert.Empty);
        Assert.Single(_registry.Ranges);
        Assert.Equal(_whole, Read("one/whole.bin"));
    }

    private Task<IReadOnlyList<PullFault>> PullAsync(PullOptions? options = null, PullDisk? disk = null) => new Puller(
        _manifest, _cache, "linux-x64", _registry, _http, disk ?? new PullDisk(), _told, TimeProvider.System,
        (options ?? new PullOptions()) with { RetryPause = TimeSpan.Zero }).RunAsync(_manifest.Artifacts, CancellationToken.None);

    private byte[] Read(string file) => File.ReadAllBytes(Path.Combine(_cache, file));

    /// <summary>The only visible files are these, each under its own name, and nothing lies in staging.</summary>
    private void AssertNothingElse(params string[] files)
    {
        Assert.Equal(files.Order(), Directory.GetFiles(_cache, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_cache, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith(".downloads/", StringComparison.Ordinal) && path != ".lock" && !path.EndsWith("/.complete", StringComparison.Ordinal))
            .Order());
        Assert.False(Directory.Exists(Path.Combine(_cache, ".staging")));
        Assert.Empty(Directory.GetFiles(_cache, "*.tgz", SearchOption.AllDirectories));
    }

    private ModelManifest Manifest(string? tokens = null, string whole = "package/whole.bin")
    {
        ModelFile right = File_("tokens.txt", "package/bundle.data", [200_000, 200_500], _bundle[200_000..200_500]);
        ModelManifest manifest = new()
        {
            Version = 1,
            Packages = new Dictionary<string, ModelPackage>
            {
                [Key] = new() { Integrity = "sha512-" + Convert.ToBase64String(SHA512.HashData(_registry.Tarball)), Size = _registry.Tarball.Length },
            },
            Artifacts =
            [
                Artifact("one",
                    File_("whole.bin", whole, null, _whole),
                    File_("deep/model.onnx", "package/bundle.data", [1000, 200_000], _bundle[1000..200_000]),
                    tokens is null ? right : right with { Sha256 = tokens },
                    File_("native/other", "package/never.bin", null, [1]) with { Rid = "win-x64" }),
                Artifact("two", File_("joined.bin", null, null, [.. _part0, .. _part1]) with { Join = ["package/part0.bin", "package/part1.bin"] }),
            ],
        };
        Assert.Empty(ManifestValidator.Faults(manifest));
        return manifest;
    }

    private static ModelArtifact Artifact(string id, params ModelFile[] files) =>
        new() { Id = id, Role = "test", Group = "default", Licence = "MIT", Upstream = "here", Package = Key, Files = files };

    private static ModelFile File_(string path, string? from, long[]? range, byte[] content) =>
        new() { Path = path, From = from, Range = range, Size = content.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)) };

    private static byte[] Noise(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] entries)
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (TarWriter writer = new(gzip, TarEntryFormat.Ustar))
        {
            foreach ((string name, byte[] content) in entries)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return packed.ToArray();
    }

    private sealed class Told : IPullProgress
    {
        private long _have;

        public long Have => Interlocked.Read(ref _have);

        public void Begin(long total) => Interlocked.Exchange(ref _have, 0);

        public void Add(long bytes) => Interlocked.Add(ref _have, bytes);

        public void Say(string line)
        {
        }
    }
}
