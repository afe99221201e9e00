using Conversation.Grains.Lanes.VoiceActivity;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Tests.Lanes;

public class VoiceWindowRingTests
{
    private const int Queue = 192;
    private const int WarmUp = 16;

    [Fact]
    public void WhatWaitsAndWhatWarmsIsKeptThroughEveryChangeOfSize()
    {
        var ring = new VoiceWindowRing(Queue, WarmUp);
        var random = new Random(7);
        for (var step = 0; step < 2_000; step++)
        {
            // Long and short waits in turn, as a lane hangs and works again.
            var least = random.Next(3) == 0 ? random.Next(Queue) : 0;
            while (ring.Added - ring.Scored < least)
            {
                Add(ring);
            }

            Add(ring);
            for (var scores = random.Next((int)(ring.Added - ring.Scored) + 1); scores > 0; scores--)
            {
                var index = ring.Scored;
                Assert.Equal((index + 1) * IVoiceActivity.WindowSamples, ring.Score());
            }

            for (var index = ring.WarmFrom; index < ring.Added; index++)
            {
                Assert.Equal(index, ring[index][0]);
                Assert.Equal(-index, ring[index][^1]);
                Assert.Equal((index + 1) * IVoiceActivity.WindowSamples, ring.EndOf(index));
            }
        }
    }

    [Fact]
    public void TakesAsManyAsMayWaitAndNoMore()
    {
        var ring = new VoiceWindowRing(Queue, WarmUp);
        for (var i = 0; i < Queue; i++)
        {
            Add(ring);
        }

        Assert.False(ring.TryAdd(new float[IVoiceActivity.WindowSamples], 0));
        ring.Score();
        Add(ring);
    }

    [Fact]
    public void ASessionWhoseLaneKeepsUpHoldsLittle()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var ring = new VoiceWindowRing(Queue, WarmUp);
        var window = new float[IVoiceActivity.WindowSamples];
        for (var i = 0; i < 1_000; i++)
        {
            Assert.True(ring.TryAdd(window, i));
            ring.Score();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 80_000);
    }

    private static void Add(VoiceWindowRing ring)
    {
        if (ring.Added - ring.Scored == Queue)
        {
            return;
        }

        var window = new float[IVoiceActivity.WindowSamples];
        (window[0], window[^1]) = (ring.Added, -ring.Added);
        Assert.True(ring.TryAdd(window, (ring.Added + 1) * IVoiceActivity.WindowSamples));
    }
}
