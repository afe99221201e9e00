namespace Conversation.Audio.Tests;

public class FramerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(160)]
    [InlineData(320)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(5_000)]
    public void WindowsHoldEverySampleOnceInOrder(int chunk)
    {
        var framer = new Framer(512, start: 1_000);
        var input = Enumerable.Range(0, 10_000).Select(value => (float)value).ToArray();
        var seen = new List<float>();
        for (var at = 0; at < input.Length; at += chunk)
        {
            ReadOnlySpan<float> rest = input.AsSpan(at, Math.Min(chunk, input.Length - at));
            while (framer.TryTake(ref rest, out var window))
            {
                Assert.Equal(512, window.Length);
                seen.AddRange(window);
                Assert.Equal(1_000 + seen.Count, framer.Position);
            }

            Assert.True(rest.IsEmpty);
        }

        Assert.Equal(input[..(10_000 / 512 * 512)], seen);
        Assert.Equal(10_000 % 512, framer.Pending);
    }

    [Fact]
    public void ResetDropsWhatWaits()
    {
        var framer = new Framer(4);
        ReadOnlySpan<float> part = [1, 2, 3];
        Assert.False(framer.TryTake(ref part, out _));
        framer.Reset(96);
        part = [5, 6, 7, 8, 9];
        Assert.True(framer.TryTake(ref part, out var window));
        Assert.Equal([5, 6, 7, 8], window.ToArray());
        Assert.Equal(100, framer.Position);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var framer = new Framer(512);
        var chunk = new float[320];
        Assert.Equal(0, Signals.Allocated(() =>
        {
            ReadOnlySpan<float> rest = chunk;
            while (framer.TryTake(ref rest, out _))
            {
            }
        }));
    }
}

public class SampleRingTests
{
    [Fact]
    public void ItAgreesWithAPlainListWhateverIsDone()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var capacity = random.Next(1, 100_000);
            var ring = new SampleRing(capacity, start: seed * 1_000L);
            var all = new List<short>();
            var first = seed * 1_000L;
            var released = first;
            for (var step = 0; step < 60; step++)
            {
                var part = new short[random.Next(0, step % 10 == 0 ? 150_000 : 3_000)];
                for (var i = 0; i < part.Length; i++)
                {
                    part[i] = (short)random.Next(short.MinValue, short.MaxValue);
                }

                ring.Append(part);
                all.AddRange(part);
                var end = first + all.Count;
                Assert.Equal(end, ring.End);
                Assert.Equal(Math.Max(released, Math.Max(first, end - capacity)), ring.Start);
                if (random.Next(4) == 0)
                {
                    released = Math.Max(released, ring.Start + random.Next(0, 2_000));
                    ring.Release(released);
                    released = Math.Min(released, end);
                }

                var from = random.NextInt64(Math.Max(0, ring.Start - 500), end + 500);
                var to = from + random.Next(0, 5_000);
                var output = new short[5_000];
                var copy = ring.CopyTo(from, to, output);
                Assert.Equal(to - from, copy.Lost + copy.Count + copy.Missing);
                Assert.Equal(copy.Complete, from >= ring.Start && to <= end);
                for (var i = 0; i < copy.Count; i++)
                {
                    Assert.Equal(all[(int)(copy.Start + i - first)], output[i]);
                }
            }
        }
    }

    [Fact]
    public void TooOldAndTooNewAreTold()
    {
        var ring = new SampleRing(100);
        ring.Append(Enumerable.Range(0, 150).Select(value => value / 32_768f).ToArray());
        var output = new float[200];
        Assert.Equal(new RingCopy(50, 10, 20, 0), ring.CopyTo(30, 60, output));
        Assert.Equal(50 / 32_768f, output[0]);
        Assert.Equal(new RingCopy(140, 10, 0, 30), ring.CopyTo(140, 180, output));
        Assert.Equal(new RingCopy(50, 0, 30, 0), ring.CopyTo(0, 30, output));
        Assert.Equal(new RingCopy(150, 0, 0, 30), ring.CopyTo(170, 200, output));
        Assert.Throws<ArgumentException>(() => ring.CopyTo(60, 150, new float[10]));
        ring.Release(120);
        Assert.Equal(new RingCopy(120, 30, 60, 0), ring.CopyTo(60, 150, output));
        ring.AppendSilence(300);
        Assert.Equal((350, 450), (ring.Start, ring.End));
    }

    [Fact]
    public void OnceGrownNothingIsAllocated()
    {
        var ring = new SampleRing(64_000);
        var chunk = new float[320];
        ring.Append(new float[64_000]);
        var output = new float[16_000];
        Assert.Equal(0, Signals.Allocated(() =>
        {
            ring.Append(chunk);
            ring.CopyTo(ring.End - 16_000, ring.End, output);
        }));
    }
}
