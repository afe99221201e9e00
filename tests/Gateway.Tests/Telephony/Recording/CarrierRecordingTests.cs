using System.Diagnostics.Metrics;
using Conversation.Audio;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.Recording;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;
using Conversation.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Gateway.Tests.Telephony.Recording;

/// <summary>
/// A call by each carrier, recorded, by a clock that stands still unless moved: what the caller said and what the carrier played lie in the recording where they were said and
/// played, to within two frames, or three where the line loses some. Each frame has a level of its own, so that it can be found.
/// </summary>
public sealed class CarrierRecordingTests : IDisposable
{
    private const int NoticeFrames = 12;
    private const int NoticeLevel = 30_000;
    private const int GreetingFrames = 30;
    private const int AnswerFrames = 70;
    private const int LastFrames = 20;
    private readonly string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly ManualTime time = new();
    private readonly List<(short Level, long At)> said = [];
    private readonly List<(short Level, long At)> played = [];
    private StilledCarrier carrier = null!;
    private Recordings recordings = null!;
    private CarrierCall call = null!;
    private FakeSession session = null!;
    private int frames;
    private int left;

    public void Dispose()
    {
        recordings.Dispose();
        carrier.Dispose();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("audiosocket")]
    [InlineData("chan_websocket")]
    [InlineData("twilio")]
    [InlineData("audiohook")]
    public async Task Both_sides_lie_where_they_were_heard_and_what_was_flushed_was_not(string name)
    {
        await using var gateway = await TestGateway.Start();
        var paceless = new CarrierPacer(time, NullLogger<CarrierPacer>.Instance);
        // It paces nobody any more: the test does.
        paceless.Dispose();
        Begin(gateway, paceless, StilledCarrier.Of(name));

        // The notice and the greeting are one reply: recorded is what comes after the notice.
        Reply(1, "greeting", [.. Enumerable.Repeat((short)NoticeLevel, NoticeFrames), .. Levels(0, GreetingFrames)], notice: NoticeFrames);
        Assert.Empty(recordings.Running);
        TickUntil(() => recordings.Running.Count == 1);
        var begun = Now;
        var recording = recordings.Running.Single();
        Assert.InRange(played.Count(one => one.Level == Heard(NoticeLevel)), NoticeFrames - 2, NoticeFrames);
        TickUntil(() => left == 0);

        // Half of it is heard when the caller speaks up.
        Tick(5);
        Reply(2, "answer", Levels(40, AnswerFrames));
        TickUntil(() => left <= AnswerFrames / 2);
        session.Client.Send(new SessionEvent.PlayoutPaused(2));
        left = 0;
        Assert.True(!carrier.CanFlush || SpinWait.SpinUntil(() => carrier.Flushes == 1, TimeSpan.FromSeconds(30)));
        var flushed = Now;
        Tick(10);
        session.Client.Send(new SessionEvent.PlayoutCancelled(2, "interrupted"));
        Tick(3);
        Reply(3, "answer", Levels(150, LastFrames));
        TickUntil(() => left == 0);
        Tick(3);
        // Killed now, it would lack no more than the last second.
        Assert.True(SpinWait.SpinUntil(() => (new FileInfo(recording.Path).Length - StereoWavFile.HeaderLength) / 4 >= Now - begun - carrier.Rate - Frame, TimeSpan.FromSeconds(30)));
        carrier.End();
        await carrier.Running.WaitAsync(TimeSpan.FromSeconds(30));
        await recording.Done.WaitAsync(TimeSpan.FromSeconds(30));

        var (caller, platform) = RecordingTests.Read(recording.Path, carrier.Rate);
        Assert.Equal(0, RecordingNote.Read(Path.ChangeExtension(recording.Path, ".json"))!.Lost);
        Assert.DoesNotContain((short)NoticeLevel, platform[(3 * Frame)..]);
        // A frame was said in the 20 ms before it came, and is played in those after it was given out. What comes within the first or the last frames may be cut.
        Lie(caller, [.. said.Select(one => (one.Level, one.At - Frame)).Where(one => one.Item2 > begun + (2 * Frame) && one.Item2 < Now - (6 * Frame))], begun, lossy: carrier.Loses(22));
        Lie(platform, [.. played.Where(one => one.At > begun + (2 * Frame) && (one.At < flushed - (2 * Frame) || one.At > flushed) && one.Level != Heard(NoticeLevel))], begun, lossy: false);
        var heard = played.Select(one => one.Level).ToHashSet();
        var unheard = Levels(40, AnswerFrames).Where(level => !heard.Contains(Heard(level))).ToArray();
        Assert.InRange(unheard.Length, (AnswerFrames / 2) - 4, AnswerFrames / 2);
        // As many as may have been under way just then.
        Assert.DoesNotContain(platform, sample => unheard[2..].Contains(sample));
        Assert.Equal(carrier.CanFlush ? 1 : 0, carrier.Flushes);
        Assert.True(!carrier.CanFlush || carrier.Dropped > 0);
    }

    private int Frame => carrier.Rate / 50;

    private long Now => (long)(time.GetElapsedTime(0).TotalSeconds * carrier.Rate);

    /// <summary>Levels that G.711 carries unchanged, each another.</summary>
    private static short[] Levels(int from, int count) => [.. Enumerable.Range(from, count).Select(Level)];

    private static short Level(int n) => G711.DecodeMuLaw((byte)(n % 253 < 127 ? n % 253 : (n % 253) + 1));

    private short Heard(short level) => carrier.Rate == 16_000 || carrier is StilledAudioSocket ? level : G711.DecodeMuLaw(G711.EncodeMuLaw(level));

    private void Begin(TestGateway gateway, CarrierPacer paceless, StilledCarrier by)
    {
        carrier = by;
        var route = new CarrierRoute { Record = true };
        var options = gateway.Services.GetRequiredService<GatewayOptions>() with { Recording = new RecordingOptions { Folder = folder, LeastFreeMb = 0 }, Twilio = new() { Default = route } };
        recordings = new Recordings(options, time, gateway.Services.GetRequiredService<IMeterFactory>(), NullLogger<Recordings>.Instance);
        var host = gateway.Services.GetRequiredService<CarrierHost>() with { Pacer = paceless, Options = options, Recordings = recordings, Time = time };
        carrier.Begin(gateway, host, route);
        Assert.True(SpinWait.SpinUntil(() => !gateway.Sessions.All.IsEmpty, TimeSpan.FromSeconds(30)));
        session = gateway.Sessions.Single;
        call = (CarrierCall)session.Client;
        Assert.Equal(route.Consent, session.Request.Notice);
    }

    private void Reply(int generation, string kind, short[] levels, int? notice = null)
    {
        session.Client.Send(new SessionEvent.ReplyStarted(generation, generation, kind));
        if (notice is { } length)
        {
            session.Client.Send(new SessionEvent.NoticeMade(generation, length * Frame));
        }

        Assert.True(session.Client.TrySendAudio(generation, 0, [.. levels.SelectMany(level => Enumerable.Repeat(level, Frame))]));
        session.Client.Send(new SessionEvent.ReplyEnded(generation, levels.Length * Frame));
        left = levels.Length;
    }

    private void TickUntil(Func<bool> holds)
    {
        for (var n = 0; n < 200 && !holds(); n++)
        {
            Tick(1);
        }

        Assert.True(holds(), "it did not come about");
    }

    private void Tick(int times)
    {
        for (; times > 0; times--)
        {
            time.Advance(CarrierPacer.Tick);
            var level = Level(frames);
            carrier.Say(level);
            if (!carrier.Loses(frames++))
            {
                said.Add((level, Now));
            }

            call.TrySendDue(wait: true);
            call.Settle();
            if (carrier.Play(left > 0) is not 0 and var heard)
            {
                played.Add((heard, Now));
                left = Math.Max(0, left - 1);
            }
        }
    }

    private void Lie(short[] channel, (short Level, long At)[] heard, long begun, bool lossy)
    {
        Assert.True(heard.Length > 40, $"only {heard.Length} frames to look for");
        foreach (var (level, at) in heard)
        {
            var runs = Runs(channel, level);
            Assert.True(runs.Count == 1, $"{carrier.Name}: {level}, of {at - begun}, is there {runs.Count} times");
            // What waited for a lost one comes all at once: then it lies as near as the recording joins what jitters.
            Assert.InRange(Math.Abs(runs[0].From - (at - begun)), 0, ((lossy ? 3 : 2) * Frame) + 1);
            // A frame that was lost is made up of the one before it.
            Assert.InRange(runs[0].Count, Frame / 2, (lossy ? 2 : 1) * Frame);
        }
    }
    /// <summary>Where the level is held for half a frame or more: at its edges a frame may have been joined to one that was made up.</summary>
    private List<(int From, int Count)> Runs(short[] channel, short level)
    {
        List<(int, int)> runs = [];
        for (int n = 0, from = 0; n <= channel.Length; n++)
        {
            if (n < channel.Length && channel[n] == level)
            {
                continue;
            }

            if (n - from >= Frame / 2)
            {
                runs.Add((from, n - from));
            }

            from = n + 1;
        }

        return runs;
    }
}
