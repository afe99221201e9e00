namespace Conversation.Audio.Tests;

public class PlayoutQueueTests
{
    [Fact]
    public void ClausesOfAnyLengthComeOutInWholeFramesAndAShortLastOne()
    {
        using var queue = new PlayoutQueue(3, 24_000);
        var next = 0;
        var frame = new short[480];
        Assert.Equal(0, queue.Read(frame, out _));
        long expected = 0;
        foreach (var length in (int[])[100, 5_000, 1, 479, 9_999])
        {
            Assert.Equal(AppendResult.Taken, queue.TryAppend(Ramp(ref next, length)));
            while (queue.Read(frame, out var position) is var count and > 0)
            {
                Assert.Equal(480, count);
                Assert.Equal(expected, position);
                Assert.Equal(Enumerable.Range((int)expected, count).Select(value => (short)value), frame);
                expected += count;
            }
        }

        Assert.False(queue.IsDrained);
        queue.Complete();
        Assert.Equal(next % 480, queue.Read(frame, out _));
        Assert.True(queue.IsDrained);
        Assert.Equal(0, queue.Read(frame, out var end));
        Assert.Equal(next, end);
        Assert.Equal(AppendResult.Stale, queue.TryAppend([1]));
    }

    [Fact]
    public void ItIsBoundedByWhatWasNotReleased()
    {
        using var queue = new PlayoutQueue(1, 10_000);
        var next = 0;
        Assert.Equal(AppendResult.Taken, queue.TryAppend(Ramp(ref next, 9_000)));
        Assert.Equal(AppendResult.Full, queue.TryAppend(new short[1_001]));
        Assert.Equal(9_000, queue.Appended);
        var frame = new short[4_500];
        queue.Read(frame, out _);
        Assert.Equal(AppendResult.Full, queue.TryAppend(new short[1_001]));
        queue.Release(4_200);
        Assert.Equal(AppendResult.Taken, queue.TryAppend(Ramp(ref next, 5_200)));
        Assert.Equal(AppendResult.Full, queue.TryAppend([1]));
        Assert.Throws<ArgumentException>(() => queue.TryAppend(new short[10_001]));
    }

    [Fact]
    public void AfterALostConnectionItGoesOnFromTheExactSample()
    {
        using var queue = new PlayoutQueue(1, 20_000);
        var next = 0;
        queue.TryAppend(Ramp(ref next, 20_000));
        var frame = new short[480];
        for (var i = 0; i < 30; i++)
        {
            queue.Read(frame, out _);
        }

        queue.Release(5_001);
        Assert.Equal(5_001, queue.Released);
        Assert.Equal(7_777, queue.Seek(7_777));
        Assert.Equal(480, queue.Read(frame, out var position));
        Assert.Equal((7_777L, (short)7_777), (position, frame[0]));
        Assert.Equal(5_001, queue.Seek(0));
        queue.Read(frame, out _);
        Assert.Equal(5_001, frame[0]);
        Assert.Equal(20_000, queue.Seek(long.MaxValue));
        queue.Release(long.MaxValue);
        Assert.Equal(20_000, queue.Released);
        queue.Release(3);
        Assert.Equal(20_000, queue.Released);
    }

    [Fact]
    public void ReleaseNeverPassesWhatWasRead()
    {
        using var queue = new PlayoutQueue(1);
        var next = 0;
        queue.TryAppend(Ramp(ref next, 10_000));
        queue.Release(9_000);
        Assert.Equal(0, queue.Released);
        var frame = new short[480];
        queue.Read(frame, out _);
        Assert.Equal(0, frame[0]);
    }

    [Fact]
    public void AfterAPurgeNothingOfItIsLeft()
    {
        var queue = new PlayoutQueue(5);
        queue.TryAppend(new short[5_000]);
        Assert.False(queue.Purge(4));
        Assert.Equal(5_000, queue.Readable);
        Assert.True(queue.Purge(5));
        Assert.True(queue.IsPurged);
        Assert.Equal(AppendResult.Stale, queue.TryAppend(new short[10]));
        Assert.Equal(0, queue.Read(new short[480], out _));
        queue.Complete();
        Assert.Equal(0, queue.Read(new short[480], out _));
        queue.Seek(0);
        queue.Release(100);
        Assert.Equal(0, queue.Read(new short[480], out _));
        queue.Dispose();
    }

    [Fact]
    public async Task OneAppendsWhileAnotherReadsReleasesAndSeeksBack()
    {
        const int total = 2_000_000;
        using var queue = new PlayoutQueue(1, 30_000);
        var producer = Task.Run(() =>
        {
            var random = new Random(4);
            for (var next = 0; next < total;)
            {
                var before = next;
                var clause = Ramp(ref next, Math.Min(random.Next(1, 9_000), total - next));
                while (queue.TryAppend(clause) == AppendResult.Full)
                {
                    Thread.Yield();
                }

                Assert.True(next > before);
            }

            queue.Complete();
        });
        var frame = new short[480];
        long heard = 0;
        var back = new Random(5);
        while (!queue.IsDrained)
        {
            var count = queue.Read(frame, out var position);
            Assert.Equal(heard, position);
            for (var i = 0; i < count; i++)
            {
                Assert.Equal((short)(position + i), frame[i]);
            }

            heard += count;
            if (back.Next(50) == 0)
            {
                heard = queue.Seek(heard - back.Next(0, 1_000));
            }

            queue.Release(heard - 2_000);
        }

        await producer;
        Assert.Equal(total, heard);
    }

    [Fact]
    public void InSteadyStateNothingIsAllocated()
    {
        using var queue = new PlayoutQueue(1);
        var clause = new short[4_800];
        var frame = new short[480];
        Assert.Equal(0, Signals.Allocated(() =>
        {
            queue.TryAppend(clause);
            while (queue.Read(frame, out var position) > 0)
            {
                queue.Release(position);
            }
        }));
    }

    private static short[] Ramp(ref int next, int length)
    {
        var samples = new short[length];
        for (var i = 0; i < length; i++)
        {
            samples[i] = (short)next++;
        }

        return samples;
    }
}
