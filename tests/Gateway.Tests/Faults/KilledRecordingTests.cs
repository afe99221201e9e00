using System.Net;
using System.Net.Sockets;
using Conversation.Gateway.Telephony.Recording;
using Conversation.Gateway.Tests.Telephony;
using Conversation.Gateway.Tests.Telephony.Recording;

namespace Conversation.Gateway.Tests.Faults;

/// <summary>kill -9 in the middle of a recorded call: what was recorded plays, and the next start closes it.</summary>
[Collection("real")]
public sealed class KilledRecordingTests : IDisposable
{
    private const int Rate = 8_000;
    private const short Level = 1_111;
    private readonly string folder = Directory.CreateTempSubdirectory("conversation-killed-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_killed_process_leaves_a_recording_that_plays_and_the_next_start_closes_it()
    {
        var recordings = Path.Combine(folder, "recordings");
        var port = FreePort();
        string[] settings = ["--Gateway:AudioSocket:Port", $"{port}", "--Gateway:AudioSocket:Default:Record", "true", "--Gateway:Recording:Folder", recordings, "--Gateway:Recording:LeastFreeMb", "0"];
        var kept = 0;
        string path;
        await using (var server = await ServerProcess.Start(folder, 0, settings))
        {
            // Calls are taken last of all, after the page.
            await Until(() => server.Output.Contains("Taking AudioSocket calls", StringComparison.Ordinal));

            using var peer = AudioSocketPeer.Connect(new IPEndPoint(IPAddress.Loopback, port));
            peer.Id(Guid.NewGuid());
            var frame = Enumerable.Repeat(Level, Rate / 50).ToArray();
            peer.Audio(frame);
            var frames = 0;
            // Two seconds of it, once the notice was spoken and heard: as many frames come as the call lasts.
            while ((kept = Directory.Exists(recordings) ? Directory.GetFiles(recordings, "*.wav", SearchOption.AllDirectories).Select(Samples).SingleOrDefault() : 0) < 2 * Rate)
            {
                Assert.True(++frames < 3_000 && peer.Receive() is not null, $"nothing was recorded in {frames} frames:{Environment.NewLine}{server.Output}");
                peer.Audio(frame);
            }

            path = Assert.Single(Directory.GetFiles(recordings, "*.wav", SearchOption.AllDirectories));
            Assert.Equal(0, KilledRecordings.Close(recordings, (_, fault) => Assert.Fail(fault.ToString())));
            await server.Kill();
        }

        var note = Path.ChangeExtension(path, ".json");
        Assert.Null(RecordingNote.Read(note)!.Ended);
        // Killed within a write, it may hold more than its header tells, and never less: it plays.
        var left = Samples(path);
        Assert.InRange(left, kept, (new FileInfo(path).Length - StereoWavFile.HeaderLength) / 4);

        await using (await ServerProcess.Start(folder, 0, settings))
        {
            await Until(() => RecordingNote.Read(note)!.Ended is not null);
        }

        var closed = RecordingNote.Read(note)!;
        var (caller, platform) = RecordingTests.Read(path);
        Assert.InRange(caller.Length, left, int.MaxValue);
        Assert.Equal(caller.Length, platform.Length);
        Assert.InRange(caller.Count(sample => sample == Level), Rate, caller.Length);
        Assert.Equal((KilledRecordings.Reason, Math.Round((double)caller.Length / Rate, 3)), (closed.Reason, closed.Seconds));
        Assert.True(closed.Ended >= closed.Started);
    }

    [Fact]
    public void What_is_under_way_or_not_ours_is_left_alone_and_a_header_cut_off_is_mended()
    {
        var day = Directory.CreateDirectory(Path.Combine(folder, "2026-11-21")).FullName;
        var note = new RecordingNote { Call = "c", Session = "s", Carrier = "twilio", Rate = Rate, Consent = "", ConsentHeard = DateTimeOffset.UnixEpoch, Started = DateTimeOffset.UnixEpoch };
        using (var running = new StereoWavFile(Path.Combine(day, "running.wav"), Rate))
        {
            note.Write(Path.Combine(day, "running.json"));
            note.Write(Path.Combine(day, "lost.json"));
            File.WriteAllText(Path.Combine(day, "strange.json"), "{");
            note.Write(Path.Combine(day, "strange2.json"));
            File.WriteAllText(Path.Combine(day, "strange2.wav"), "no WAV");
            Assert.True(running.TryWrite(new short[400], new short[200]));
            Assert.Equal(0, Close());
        }

        // Written, and killed before the header told so; half a sample more than that.
        using (var file = new FileStream(Path.Combine(day, "running.wav"), FileMode.Append))
        {
            file.Write(new byte[403]);
        }

        Assert.Equal(1, Close());
        Assert.Equal(0, Close());
        Assert.Equal(("killed", (300 + 100) / (double)Rate), (RecordingNote.Read(Path.Combine(day, "running.json"))!.Reason, RecordingNote.Read(Path.Combine(day, "running.json"))!.Seconds));
        var bytes = File.ReadAllBytes(Path.Combine(day, "running.wav"));
        Assert.Equal((1_600, 1_636), (BitConverter.ToInt32(bytes, 40), BitConverter.ToInt32(bytes, 4)));

        int Close() => KilledRecordings.Close(folder, (_, fault) => Assert.Fail(fault.ToString()));
    }

    /// <summary>As many a channel as the header tells.</summary>
    private static int Samples(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var header = new byte[StereoWavFile.HeaderLength];
        return file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length ? 0 : BitConverter.ToInt32(header, 40) / 4;
    }

    private static async Task Until(Func<bool> holds)
    {
        for (var n = 0; n < 600 && !holds(); n++)
        {
            await Task.Delay(50);
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
