using Conversation.Gateway.Telephony.AudioSocket;
using Conversation.Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Conversation.Gateway.Tests.Telephony;

/// <summary>Runs alone, for it keeps time.</summary>
[Collection("pacing")]
public sealed class PacingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Thirty_calls_get_a_frame_every_20_ms()
    {
        const int calls = 30;
        const int frames = 150;
        await using var gateway = await TestGateway.Start("--Gateway:AudioSocket:Port", "0");
        var server = gateway.Services.GetRequiredService<AudioSocketListener>().EndPoint!;
        var threads = new Thread[calls];
        var gaps = new double[calls][];
        for (var n = 0; n < calls; n++)
        {
            var call = n;
            // Threads of their own, so that a peer's lateness is not the pool's.
            threads[n] = new Thread(() => gaps[call] = Listen(server, frames)) { IsBackground = true };
            threads[n].Start();
        }

        foreach (var thread in threads)
        {
            Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "a call was not sent its frames");
        }

        double[] all = [.. gaps.SelectMany(call => call).Order()];
        var off = all.Select(gap => Math.Abs(gap - 20)).Order().ToArray();
        output.WriteLine($"gap between frames: median {all[all.Length / 2]:0.00} ms; off 20 ms by p50 {off[off.Length / 2]:0.00}, p95 {off[off.Length * 95 / 100]:0.00}, p99 {off[off.Length * 99 / 100]:0.00}, most {off[^1]:0.0} ms");
        // How well the pace is kept is the bench's (calls load); here, that it is one: not twice as fast, nor many frames at once and then none.
        Assert.InRange(all.Average(), 15, 40);
        Assert.True(off[off.Length / 2] < 15, $"half of the frames are off by {off[off.Length / 2]:0.0} ms or more");
        Assert.Equal(calls, gateway.Sessions.All.Count);
    }

    private static double[] Listen(System.Net.IPEndPoint server, int frames)
    {
        using var peer = AudioSocketPeer.Connect(server);
        peer.Id(Guid.NewGuid());
        peer.Audio(new short[160]);
        // The first may wait for the other calls to begin.
        var last = peer.Receive()!.Value.At;
        var gaps = new double[frames];
        for (var n = 0; n < frames; n++)
        {
            var at = peer.Receive()!.Value.At;
            gaps[n] = (at - last).TotalMilliseconds;
            last = at;
        }

        return gaps;
    }
}

[CollectionDefinition("pacing", DisableParallelization = true)]
public sealed class PacingCollection;
