using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Conversation.Gateway.Telephony.AudioSocket;
using Conversation.Gateway.Telephony.Recording;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Conversation.Gateway.Tests.Telephony.Recording;

/// <summary>Recordings of calls by AudioSocket, over scripted sessions.</summary>
public sealed class RecordingTests : IAsyncLifetime
{
    private const int Notice = 1_600;
    private static readonly Guid Call = Guid.Parse("0000a1b2-0000-4000-8000-000000000001");
    private readonly string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private TestGateway gateway = null!;

    private Recordings Recordings => gateway.Services.GetRequiredService<Recordings>();

    public async Task InitializeAsync() => gateway = await Start();

    public async Task DisposeAsync()
    {
        await gateway.DisposeAsync();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Both_sides_are_recorded_on_one_clock_once_the_notice_was_heard()
    {
        using (var peer = Dial())
        {
            var session = Opened(peer);
            Assert.Equal((gateway.Services.GetRequiredService<GatewayOptions>().AudioSocket.Default.Consent, (bool?)false), (session.Request.Notice, session.Request.Settings.Interruptible));
            Assert.Empty(Recordings.Running);
            GiveConsent(peer, session);
            Assert.True(session.Settings!.Interruptible);

            // The caller answers the first sample at once: so both lie at the same place.
            Say(session, 2, 800, 20_000);
            while (peer.Receive()!.Value.Pcm[0] != 20_000)
            {
            }

            for (var n = 0; n < 10; n++)
            {
                peer.Audio(Ramp(160, 1 + (n * 160)));
                peer.Receive();
            }

            peer.Send(0x00, []);
        }

        var (left, right, note) = Kept();
        var caller = Array.IndexOf(left, (short)1);
        var platform = Array.IndexOf(right, (short)20_000);
        // Nothing is lost and nothing changes places; where this process was late, silence stands between. As loose as a busy machine wants it: to the sample it is held by StereoTimelineTests.
        Assert.Equal(Ramp(1_600, 1), left[caller..].Where(sample => sample != 0));
        Assert.Equal(Ramp(800, 20_000), right[platform..].Where(sample => sample != 0));
        Assert.InRange(caller - platform, -1_600, 16_000);
        Assert.DoesNotContain((short)1_000, right);
        Assert.Equal((Call.ToString(), "s0", "audiosocket", "hung_up"), (note.GetProperty("call").GetString(), note.GetProperty("session").GetString(), note.GetProperty("carrier").GetString(), note.GetProperty("reason").GetString()));
        Assert.Equal(left.Length / 8_000.0, note.GetProperty("seconds").GetDouble(), 0.001);
        Assert.Contains("This call is recorded.", note.GetProperty("consent").GetString(), StringComparison.Ordinal);
        Assert.True(note.GetProperty("consentHeard").GetDateTimeOffset() <= note.GetProperty("ended").GetDateTimeOffset());
    }

    [Fact]
    public void A_notice_cut_short_is_no_consent()
    {
        using var peer = Dial();
        var session = Opened(peer);
        SayNotice(session, Notice * 4);
        while (peer.Receive()!.Value.Pcm[0] == 0)
        {
        }

        session.Client.Send(new SessionEvent.PlayoutCancelled(1, "failed"));
        Eventually(peer, () => session.Settings?.Interruptible == true);
        Say(session, 2, 800, 20_000);
        Frames(peer, 20);
        Assert.Empty(Recordings.Running);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Keys_do_not_cut_the_notice_short_and_are_typed_after_it()
    {
        using var peer = Dial();
        var session = Opened(peer);
        SayNotice(session, Notice);
        peer.Digit('1');
        peer.Digit('#');
        Eventually(peer, () => session.Calls.Contains("text 1"));
        Assert.DoesNotContain("stop", session.Calls);
        Assert.True(Index("configure ") < Index("text 1"), string.Join(", ", session.Calls));
        Assert.Single(Recordings.Running);

        int Index(string call) => session.Calls.ToList().IndexOf(call);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_objects_by_a_key_or_in_words_is_not_recorded_and_nothing_is_left(bool key)
    {
        using var peer = Dial();
        var session = Opened(peer);
        GiveConsent(peer, session);
        var recording = Recordings.Running.Single();
        Eventually(peer, () => File.Exists(recording.Path));
        Object();
        Eventually(peer, () => Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length == 0 && recording.Done.IsCompleted);
        Frames(peer, 10);
        Assert.Empty(Recordings.Running);
        Assert.DoesNotContain(session.Calls, call => call.StartsWith("text", StringComparison.Ordinal) || call.StartsWith("close", StringComparison.Ordinal));

        void Object()
        {
            if (key)
            {
                peer.Digit('9');
            }
            else
            {
                session.Client.Send(new SessionEvent.HypothesisFinal(1, "I don't want to be recorded."));
            }
        }
    }

    [Fact]
    public void Who_objects_while_it_is_said_is_never_recorded()
    {
        using var peer = Dial();
        var session = Opened(peer);
        SayNotice(session, Notice);
        peer.Digit('9');
        Eventually(peer, () => session.Calls.Contains($"played 1 {Notice}"));
        Frames(peer, 5);
        Assert.Empty(Recordings.Running);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_full_disk_ends_the_recording_and_not_the_call()
    {
        Recordings.Create = (path, rate) => new FullDisk(new StereoWavFile(path, rate));
        using var peer = Dial();
        var session = Opened(peer);
        GiveConsent(peer, session);
        var recording = Recordings.Running.Single();
        Eventually(peer, () => recording.Done.IsCompleted);
        Say(session, 2, 800, 20_000);
        Eventually(peer, () => session.Calls.Contains("played 2 800"));
        Assert.Equal("disk", Note(Path.ChangeExtension(recording.Path, ".json")).GetProperty("reason").GetString());
        Assert.DoesNotContain(session.Calls, call => call.StartsWith("close", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_too_little_is_free_nothing_is_written()
    {
        await using var full = await Start("--Gateway:Recording:LeastFreeMb", "1048576");
        using var peer = Dial(full);
        var session = Opened(peer, full);
        SayNotice(session, Notice);
        Eventually(peer, () => session.Settings?.Interruptible == true);
        Eventually(peer, () => full.Services.GetRequiredService<Recordings>().Running.Count == 0);
        Assert.Empty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Without_being_asked_nothing_is_said_or_recorded()
    {
        await using var unasked = await Start("--Gateway:AudioSocket:Default:Record", "false");
        using var other = Dial(unasked);
        Assert.Equal("", Opened(other, unasked).Request.Notice);
    }

    [Fact]
    public void Killed_at_any_moment_it_leaves_a_file_that_plays()
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "a.wav");
        using var file = new StereoWavFile(path, 8_000);
        for (var n = 0; n <= 20; n++)
        {
            // As another process finds it while this one has not closed it: with what may still change, which the next write replaces.
            var (left, right) = Read(path);
            Assert.Equal((n * 100) + (n % 3 * 50), left.Length);
            Assert.Equal(Ramp(n * 200, 0).Where((_, at) => at % 2 == 1), right[..(n * 100)]);
            Assert.Equal(left.Length, right.Length);
            Assert.True(file.TryWrite(Ramp(200, n * 200), new short[(n + 1) % 3 * 100]));
        }
    }

    [Fact]
    public void What_was_kept_for_long_enough_is_deleted_and_nothing_else()
    {
        var today = DateTime.UtcNow;
        string[] files = [At(40, "1-a.wav"), At(40, "1-a.json"), At(32, "1-b.wav"), At(29, "1-c.wav"), At(0, "1-d.wav"), At(40, "keep.txt"), Path.Combine(folder, "notes", "x.wav"), Path.Combine(folder, "y.wav")];
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "");
        }

        Recordings.Sweep();
        Assert.Equal(files[3..].Order(), Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order());
        Assert.False(Directory.Exists(Path.GetDirectoryName(At(32, "x"))));

        string At(int days, string name) => Path.Combine(folder, today.AddDays(-days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), name);
    }

    [Fact]
    public void Every_fault_of_the_options_is_named()
    {
        var faults = new RecordingOptions { Folder = "here", LeastFreeMb = -1, RetentionDays = -1, Longest = TimeSpan.Zero }.Faults().ToArray();
        Assert.Equal(["Folder", "LeastFreeMb", "RetentionDays", "Longest"], faults.Select(fault => fault.Split(' ')[0].Split(':')[^1]));
        Assert.Empty(new RecordingOptions().Faults());
    }

    [Fact]
    public async Task Routes_that_cannot_be_recorded_are_told_at_the_start_every_one()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestGateway.Start(
            "--Gateway:AudioSocket:Default:Record", "true",
            "--Gateway:Twilio:Routes:sales:Record", "true",
            "--Gateway:AudioHook:Clients:acme:Routes:desk:Record", "true",
            "--Gateway:Ari:Default:Record", "true",
            "--Gateway:Ari:Default:Consent", " ",
            "--Gateway:ChanWebSocket:Default:WhenMachine", "sing"));
        var faults = refused.Failures.ToArray();
        string[] routes = ["AudioSocket:Default", "Ari:Default", "Twilio:Routes:sales", "AudioHook:Clients:acme:Routes:desk"];
        Assert.All(routes, route => Assert.Contains(faults, fault => fault.Contains($"Gateway:{route}:Record", StringComparison.Ordinal) && fault.Contains("Gateway:Recording:Folder", StringComparison.Ordinal)));
        Assert.Contains(faults, fault => fault.Contains("Gateway:Ari:Default:Consent", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("Gateway:ChanWebSocket:Default:WhenMachine is 'sing'", StringComparison.Ordinal));
        Assert.Equal(routes.Length + 2, faults.Length);
    }

    private Task<TestGateway> Start(params string[] also) =>
        TestGateway.Start(["--Gateway:AudioSocket:Port", "0", "--Gateway:AudioSocket:Default:Record", "true", "--Gateway:Recording:Folder", folder, "--Gateway:Recording:LeastFreeMb", "0", .. also]);

    private AudioSocketPeer Dial(TestGateway? to = null)
    {
        var peer = AudioSocketPeer.Connect((to ?? gateway).Services.GetRequiredService<AudioSocketListener>().EndPoint!);
        peer.Id(Call);
        return peer;
    }

    private FakeSession Opened(AudioSocketPeer peer, TestGateway? at = null)
    {
        peer.Audio(new short[160]);
        Assert.True(SpinWait.SpinUntil(() => !(at ?? gateway).Sessions.All.IsEmpty, TimeSpan.FromSeconds(10)));
        return (at ?? gateway).Sessions.Single;
    }

    private static void SayNotice(FakeSession session, int samples)
    {
        session.Client.Send(new SessionEvent.ReplyStarted(0, 1, "greeting"));
        session.Client.Send(new SessionEvent.NoticeMade(1, samples));
        Assert.True(session.Client.TrySendAudio(1, 0, [.. Enumerable.Repeat((short)1_000, samples)]));
        session.Client.Send(new SessionEvent.ReplyEnded(1, samples));
    }

    private void GiveConsent(AudioSocketPeer peer, FakeSession session)
    {
        SayNotice(session, Notice);
        Eventually(peer, () => Recordings.Running.Count == 1 && session.Settings?.Interruptible == true);
    }

    private static void Say(FakeSession session, int generation, int samples, int from)
    {
        session.Client.Send(new SessionEvent.ReplyStarted(1, generation, "answer"));
        Assert.True(session.Client.TrySendAudio(generation, 0, Ramp(samples, from)));
        session.Client.Send(new SessionEvent.ReplyEnded(generation, samples));
    }

    private static void Frames(AudioSocketPeer peer, int count)
    {
        for (var n = 0; n < count; n++)
        {
            Assert.NotNull(peer.Receive());
        }
    }

    /// <summary>Takes what comes until something holds.</summary>
    private static void Eventually(AudioSocketPeer peer, Func<bool> holds)
    {
        for (var n = 0; n < 1_000 && !holds(); n++)
        {
            peer.Receive();
        }

        Assert.True(holds(), "it did not come about");
    }

    private (short[] Left, short[] Right, JsonElement Note) Kept()
    {
        Assert.True(SpinWait.SpinUntil(() => Recordings.Running.Count == 0, TimeSpan.FromSeconds(10)));
        var path = Assert.Single(Directory.GetFiles(folder, "*.wav", SearchOption.AllDirectories));
        var (left, right) = Read(path);
        return (left, right, Note(Path.ChangeExtension(path, ".json")));
    }

    private static JsonElement Note(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    internal static (short[] Left, short[] Right) Read(string path, int rate = 8_000)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        Assert.Equal("RIFF", System.Text.Encoding.ASCII.GetString(bytes, 0, 4));
        Assert.Equal((1, 2, rate, 16), (BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(20)), BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(22)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(24)), BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(34))));
        var data = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(40));
        Assert.Equal((data + 36, data + 44), (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)), bytes.Length));
        var samples = Enumerable.Range(0, data / 2).Select(n => BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(44 + (n * 2)))).ToArray();
        return ([.. samples.Where((_, n) => n % 2 == 0)], [.. samples.Where((_, n) => n % 2 == 1)]);
    }

    private static short[] Ramp(int count, int from) => StereoTimelineTests.Ramp(count, from);

    /// <summary>Throws as .NET does where a disk is full.</summary>
    private sealed class FullDisk(IStereoFile file) : IStereoFile
    {
        public bool TryWrite(ReadOnlySpan<short> settled, ReadOnlySpan<short> unsettled) => throw new IOException("No space left on device", 28);

        public void Dispose() => file.Dispose();
    }
}
