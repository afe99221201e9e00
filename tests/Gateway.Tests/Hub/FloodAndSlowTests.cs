using System.Diagnostics;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Hub;

/// <summary>Clients that send too much, read too little, or die.</summary>
public sealed class FloodAndSlowTests
{
    [Fact]
    public async Task A_flood_of_audio_is_cut_off_and_told()
    {
        await using var gateway = await TestGateway.Start("--Gateway:AudioBurst", "00:00:01");
        await using var client = await gateway.Connect();
        await client.Open();
        for (var n = 0; n < 100; n++)
        {
            await client.SendAudio(n, new short[1_600]);
        }

        Assert.Contains("2 times real time", await client.Error("flood"), StringComparison.Ordinal);
        Assert.Equal("flood", (string?)(await client.Event("closed"))["reason"]);
        await client.Closed();
        await gateway.Sessions.Single.Detached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var taken = gateway.Sessions.Single.Calls.Count(call => call.StartsWith("audio", StringComparison.Ordinal));
        Assert.InRange(taken, 10, 60);
    }

    [Fact]
    public async Task A_flood_of_tiny_audio_is_cut_off_too()
    {
        await using var gateway = await TestGateway.Start("--Gateway:AudioBurst", "00:00:00.2");
        await using var client = await gateway.Connect();
        await client.Open();
        for (var n = 0; n < 2_000 && client.State == System.Net.WebSockets.WebSocketState.Open; n++)
        {
            await client.SendAudio(n, 0);
        }

        await client.Error("flood");
    }

    [Fact]
    public async Task A_flood_of_other_messages_is_cut_off_and_told()
    {
        await using var gateway = await TestGateway.Start("--Gateway:ControlPerSecond", "10");
        await using var client = await gateway.Connect();
        await client.Open();
        for (var n = 0; n < 200; n++)
        {
            await client.Send("Played", 0, n);
        }

        await client.Error("flood");
        await client.Closed();
        Assert.InRange(gateway.Sessions.Single.Calls.Count(call => call.StartsWith("played", StringComparison.Ordinal)), 30, 100);
    }

    [Fact]
    public async Task A_full_queue_holds_frames_back_and_a_client_that_never_reads_is_closed()
    {
        await using var gateway = await TestGateway.Start("--Gateway:SlowClientTimeout", "00:00:01", "--Gateway:QueueAudio", "00:00:00.5");
        await using var other = await gateway.Connect();
        await other.Open();
        await using var stuck = await gateway.Connect();
        await stuck.Open();
        var session = gateway.Sessions.All["s1"];
        var frame = new short[4_800];
        var detached = session.Detached.Task;
        var full = 0;
        var watch = Stopwatch.StartNew();
        for (long n = 0; !detached.IsCompleted && watch.Elapsed < TimeSpan.FromSeconds(30); n++)
        {
            if (!session.Client.TrySendAudio(1, n * frame.Length, frame))
            {
                full++;
                await Task.WhenAny(detached, Task.Delay(5));
            }
        }

        Assert.True(detached.IsCompleted, "the stuck client was never let go");
        Assert.True(full > 10, $"full {full} times");
        await BadInputTests.Works(other, gateway.Sessions.All["s0"]);
    }

    [Fact]
    public async Task A_client_buried_in_events_is_told_it_is_slow()
    {
        await using var gateway = await TestGateway.Start("--Gateway:QueueEvents", "16");
        await using var client = await gateway.Connect();
        gateway.Sessions.Opening = session =>
        {
            for (var n = 0; n < 100; n++)
            {
                session.Client.Send(new SessionEvent.HypothesisDelta(1, "word"));
            }
        };
        await client.Invoke("Open", new { });
        await client.Error("slow_client");
        Assert.Equal("slow_client", (string?)(await client.Event("closed"))["reason"]);
    }

    [Fact]
    public async Task A_client_that_falls_silent_is_let_go()
    {
        await using var gateway = await TestGateway.Start("--Gateway:ClientTimeout", "00:00:01", "--Gateway:KeepAlive", "00:00:00.2");
        await using var client = await gateway.Connect();
        await client.Open();
        for (var n = 0; n < 8; n++)
        {
            // Pings alone keep it for as long as they come.
            await Task.Delay(250);
            await client.SendRaw("{\"type\":6}\u001e");
        }

        Assert.DoesNotContain("detach", gateway.Sessions.Single.Calls);
        await client.Error("client_timeout");
        Assert.Equal("client_timeout", (string?)(await client.Event("closed"))["reason"]);
        await gateway.Sessions.Single.Detached.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_client_that_vanishes_is_detached()
    {
        await using var gateway = await TestGateway.Start();
        var client = await gateway.Connect();
        await client.Open();
        client.Abort();
        await gateway.Sessions.Single.Detached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        // What the session still says goes nowhere and hurts nobody.
        for (var n = 0; n < 1_000; n++)
        {
            gateway.Sessions.Single.Client.TrySendAudio(1, n * 480, new short[480]);
        }
    }

    [Fact]
    public async Task A_connection_that_never_opens_is_closed()
    {
        await using var gateway = await TestGateway.Start("--Gateway:OpenTimeout", "00:00:01");
        await using var client = await gateway.Connect();
        await client.Error("open_timeout");
        Assert.Equal("open_timeout", (string?)(await client.Event("closed"))["reason"]);
        await client.Closed();
    }

    [Fact]
    public async Task A_connection_that_never_shakes_hands_is_closed()
    {
        await using var gateway = await TestGateway.Start("--Gateway:OpenTimeout", "00:00:01");
        await using var client = await RawClient.Connect(gateway.Address, handshake: false);
        await client.Closed();
    }

    [Fact]
    public async Task One_connection_too_many_is_refused_and_room_is_made_when_one_goes()
    {
        await using var gateway = await TestGateway.Start("--Gateway:MaxConnections", "1", "--Gateway:KeepAlive", "00:00:00.2");
        var first = await gateway.Connect();
        await first.Open();
        await using (var second = await gateway.Connect())
        {
            await second.Error("busy");
            await second.Closed();
        }

        first.Abort();
        await gateway.Sessions.Single.Detached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        for (var tries = 0; ; tries++)
        {
            await using var third = await gateway.Connect();
            var answer = await third.Receive() ?? throw new InvalidOperationException("closed");
            // The place is given back a moment after the session is told.
            if (answer.ToJsonString().Contains("busy", StringComparison.Ordinal) && tries < 50)
            {
                continue;
            }

            break;
        }
    }

    [Fact]
    public async Task Stopping_tells_every_client_and_leaves_its_session_to_be_resumed()
    {
        await using var gateway = await TestGateway.Start();
        await using var one = await gateway.Connect();
        await one.Open();
        await using var two = await gateway.Connect();
        await two.Open();
        var stop = gateway.Stop();
        foreach (var client in new[] { one, two })
        {
            await client.Error("server_stopping");
            Assert.Equal("server_stopping", (string?)(await client.Event("closed"))["reason"]);
            await client.Closed();
        }

        await stop;
        Assert.All(gateway.Sessions.All.Values, session => Assert.Equal(["detach"], session.Calls));
    }
}
