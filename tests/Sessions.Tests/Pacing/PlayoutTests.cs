using Conversation.Core;
using Conversation.Dialog;
using Conversation.Sessions.Pacing;
using Conversation.Sessions.Pump;
using Conversation.TestKit;

namespace Conversation.Sessions.Tests.Pacing;

public sealed class PlayoutTests : IDisposable
{
    private const int Rate = 24_000;
    private const int Frame = 480;

    private readonly ManualTime time = new();
    private readonly PacingThread pacing;
    private readonly RecordingClient client = new();
    private readonly ClientLink link = new();
    private readonly Playout playout;

    public PlayoutTests()
    {
        // The thread runs on a clock of its own and finds nothing due: the tests advance by hand.
        pacing = new PacingThread(time, TimeSpan.FromSeconds(60), _ => { });
        link.Attach(client);
        playout = new Playout(link, link.Send, pacing, time, Rate, Frame, TimeSpan.FromMilliseconds(200));
    }

    public void Dispose()
    {
        playout.Dispose();
        pacing.Dispose();
    }

    [Fact]
    public void Sends_the_lead_at_once_and_then_at_the_pace_of_the_clock()
    {
        playout.Begin(ReplyOf(1, seconds: 2), () => { });
        Assert.Equal(200, MsSent());
        Step(100);
        Assert.InRange(MsSent(), 300, 320);
        Step(400);
        Assert.InRange(MsSent(), 700, 720);
    }

    [Fact]
    public void Says_the_end_once_all_is_sent()
    {
        playout.Begin(ReplyOf(1, seconds: 1), () => { });
        Step(1000);
        Assert.Equal("ended 1 24000", client.Lines[^1]);
        Assert.Equal(1000, MsSent());
    }

    [Fact]
    public void Says_the_end_once_though_it_is_held_and_let_go_afterwards()
    {
        playout.Begin(ReplyOf(1, seconds: 1), () => { });
        Step(1000);
        playout.Pause(1, () => { });
        playout.Resume(1, () => { });
        Step(100);
        Assert.Single(client.Lines, "ended 1 24000");
    }

    [Fact]
    public void Says_the_end_before_a_listener_as_quick_as_this_is_done_with_the_reply()
    {
        var reply = new Reply(new SilentHost(time), 1, 1, ReplyKind.Answer, "");
        reply.Queue.TryAppend(new short[Frame * 3]);
        playout.Begin(reply, () => { });
        playout.Heard(1, Frame * 3);
        reply.Queue.Complete();
        playout.End(1);
        Assert.Equal("ended 1 1440", client.Lines[^1]);
    }

    [Fact]
    public void A_pause_stops_frames_and_a_resume_goes_on_from_the_exact_sample()
    {
        playout.Begin(ReplyOf(1, seconds: 2), () => { });
        Step(100);
        playout.Pause(1, () => link.Send(new SessionEvent.PlayoutPaused(1)));
        var before = client.Samples;
        Step(5000);
        Assert.Equal(before, client.Samples);
        playout.Resume(1, () => link.Send(new SessionEvent.PlayoutResumed(1)));
        Step(100);
        var positions = client.Lines.Where(l => l.StartsWith("audio", StringComparison.Ordinal)).Select(l => long.Parse(l.Split(' ')[2].Split('+')[0], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(0, positions.Count).Select(i => (long)i * Frame), positions);
        Assert.InRange(MsSent(), 380, 420);
    }

    [Fact]
    public void Nothing_of_a_reply_is_sent_after_its_cancellation_was_told()
    {
        playout.Begin(ReplyOf(1, seconds: 2), () => { });
        Step(100);
        playout.Cancel(1, () => link.Send(new SessionEvent.PlayoutCancelled(1, "interrupted")));
        Step(1000);
        Assert.Equal("cancelled 1 interrupted", client.Lines[^1]);
    }

    [Fact]
    public void A_client_that_came_back_hears_the_rest_from_where_it_had_heard()
    {
        playout.Begin(ReplyOf(1, seconds: 2), () => { });
        Step(500);
        playout.Heard(1, 9_600);
        playout.Pause(1, () => { });
        playout.Replay(1, 9_600);
        playout.Resume(1, () => link.Send(new SessionEvent.PlayoutResumed(1)));
        var first = client.Lines.SkipWhile(l => l != "resumed 1").Skip(1).First();
        Assert.Equal("audio 1 9600+480", first);
    }

    [Fact]
    public void A_full_client_loses_nothing()
    {
        playout.Begin(ReplyOf(1, seconds: 1), () => { });
        client.Full = true;
        Step(300);
        client.Full = false;
        Step(2000);
        Assert.Equal(24_000, client.Samples);
    }

    [Fact]
    public void A_client_that_stops_acknowledging_gets_no_more_than_a_second_ahead()
    {
        playout.Begin(ReplyOf(1, seconds: 8), () => { });
        Step(100);
        playout.Heard(1, 2_400);
        Step(6000);
        Assert.InRange(MsSent(), 1290, 1320);
    }

    private long MsSent() => client.Samples * 1000 / Rate;

    private void Step(int milliseconds)
    {
        for (var at = 0; at < milliseconds; at += 10)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            playout.Advance();
        }
    }

    private Reply ReplyOf(int generation, int seconds)
    {
        var reply = new Reply(new SilentHost(time), generation, 1, ReplyKind.Answer, "");
        reply.Queue.TryAppend(new short[Rate * seconds]);
        reply.Queue.Complete();
        return reply;
    }

    private sealed class SilentHost(TimeProvider time) : IReplyHost
    {
        public string SessionId => "s";

        public int OutputRate => Rate;

        public TimeSpan Now => TimeSpan.Zero;

        public TimeProvider Time => time;

        public void Post(in SessionInput input)
        {
        }

        public void OnClause(Reply reply, SessionEvent.ReplyText text)
        {
        }

        public void OnKeys(Reply reply, ReplyPart.Keys keys)
        {
        }

        public void OnNotice(Reply reply, long samples)
        {
        }

        public void OnFault(Reply reply, Exception fault)
        {
        }
    }
}
