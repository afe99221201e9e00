namespace Conversation.Audio.Tests;

public class JitterBufferTests
{
    private const int Samples = 160;
    private readonly short[] _output = new short[Samples];

    [Fact]
    public void ItGathersThenGivesEachFrameOnceInOrder()
    {
        var buffer = new JitterBuffer();
        Assert.Equal(JitterGet.Waiting, buffer.Get(_output));
        foreach (var sequence in (long[])[2, 0, 1, 0, 2])
        {
            buffer.Put(sequence, Frame(sequence));
        }

        for (var sequence = 0; sequence < 3; sequence++)
        {
            Assert.Equal(JitterGet.Frame, buffer.Get(_output));
            Assert.Equal(1_000 + sequence, _output[^1]);
        }

        Assert.Equal(JitterPut.Late, buffer.Put(1, Frame(1)));
        Assert.Equal(new JitterCounts(3, 0, 2, 1, 0), buffer.Counts);
    }

    [Fact]
    public void AHoleIsConcealedFadingOutAndPassedOver()
    {
        var buffer = new JitterBuffer();
        foreach (var sequence in (long[])[0, 1, 4, 5])
        {
            buffer.Put(sequence, Frame(sequence));
        }

        buffer.Get(_output);
        buffer.Get(_output);
        Assert.Equal(JitterGet.Concealed, buffer.Get(_output));
        Assert.Equal(1_001, _output[0]);
        var first = Levels.Rms(_output);
        Assert.Equal(JitterGet.Concealed, buffer.Get(_output));
        Assert.InRange(Levels.Rms(_output), 0.001f, first * 0.9f);
        var last = _output[^1];
        Assert.Equal(JitterGet.Frame, buffer.Get(_output));
        Assert.InRange(Math.Abs(_output[0] - last), 0, 60);
        Assert.Equal(1_004, _output[^1]);
        Assert.Equal(JitterPut.Late, buffer.Put(3, Frame(3)));
    }

    [Fact]
    public void AMereDelayLosesNothing()
    {
        var buffer = new JitterBuffer();
        for (var sequence = 0; sequence < 3; sequence++)
        {
            buffer.Put(sequence, Frame(sequence));
            Assert.Equal(sequence == 2 ? JitterGet.Frame : JitterGet.Waiting, buffer.Get(_output));
        }

        buffer.Get(_output);
        buffer.Get(_output);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(JitterGet.Concealed, buffer.Get(_output));
        }

        Assert.Equal(0, Levels.Peak(_output));
        Assert.Equal(JitterGet.Waiting, buffer.Get(_output));
        for (var sequence = 3; sequence < 6; sequence++)
        {
            Assert.Equal(JitterPut.Taken, buffer.Put(sequence, Frame(sequence)));
        }

        for (var sequence = 3; sequence < 6; sequence++)
        {
            Assert.Equal(JitterGet.Frame, buffer.Get(_output));
            Assert.Equal(1_000 + sequence, _output[^1]);
        }
    }

    [Fact]
    public void AfterRunningDryWhatWasPlayedIsNotPlayedAgain()
    {
        var buffer = new JitterBuffer(new JitterBufferOptions { Target = 1, Conceal = 0 });
        buffer.Put(7, Frame(7));
        buffer.Get(_output);
        buffer.Get(_output);
        Assert.Equal(JitterPut.Late, buffer.Put(7, Frame(7)));
        Assert.Equal(JitterPut.Late, buffer.Put(3, Frame(3)));
        Assert.Equal(JitterGet.Waiting, buffer.Get(_output));
        Assert.Equal(0, buffer.Held);
    }

    [Fact]
    public void ABurstSkipsTheOldestSoThatTheDelayStaysBounded()
    {
        var buffer = new JitterBuffer(new JitterBufferOptions { Capacity = 4 });
        for (var sequence = 0; sequence < 10; sequence++)
        {
            Assert.Equal(sequence < 4 ? JitterPut.Taken : JitterPut.TakenAfterSkip, buffer.Put(sequence, Frame(sequence)));
            Assert.InRange(buffer.Held, 1, 4);
        }

        Assert.Equal(JitterGet.Frame, buffer.Get(_output));
        Assert.Equal(1_006, _output[^1]);
        Assert.Equal(6, buffer.Counts.Skipped);
        Assert.Equal(JitterPut.TakenAfterSkip, buffer.Put(1_000_000, Frame(0)));
        Assert.Equal(JitterGet.Frame, buffer.Get(_output));
        Assert.Equal(0, buffer.Held);
    }

    [Fact]
    public void WhateverTheNetworkDoesOrderHoldsAndEveryFrameIsAccountedFor()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var options = new JitterBufferOptions { FrameSamples = 40, Capacity = random.Next(2, 12), Target = random.Next(1, 3), Conceal = random.Next(0, 5) };
            var buffer = new JitterBuffer(options);
            var output = new short[40];
            var sent = Enumerable.Range(0, 300).Where(_ => random.Next(20) != 0)
                .Select(sequence => (Due: sequence + (random.NextDouble() * random.Next(1, 8)), Sequence: sequence)).OrderBy(frame => frame.Due).ToArray();
            var at = 0;
            var newest = -1;
            var frames = 0;
            for (var tick = 0; tick < 330; tick++)
            {
                for (; at < sent.Length && sent[at].Due <= tick; at++)
                {
                    buffer.Put(sent[at].Sequence, Enumerable.Repeat((short)sent[at].Sequence, 40).ToArray());
                    if (random.Next(10) == 0)
                    {
                        Assert.NotEqual(JitterPut.Taken, buffer.Put(sent[at].Sequence, output));
                    }
                }

                if (buffer.Get(output) == JitterGet.Frame)
                {
                    Assert.True(output[^1] > newest);
                    newest = output[^1];
                    frames++;
                }

                Assert.InRange(buffer.Held, 0, options.Capacity);
            }

            Assert.Equal(frames, buffer.Counts.Played);
            Assert.InRange(frames, 100, sent.Length);
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var buffer = new JitterBuffer();
        var frame = Frame(0);
        long sequence = 0;
        Assert.Equal(0, Signals.Allocated(() =>
        {
            buffer.Put(sequence += 1 + (sequence % 3 == 0 ? 1 : 0), frame);
            buffer.Get(_output);
        }));
    }

    [Fact]
    public void WrappingNumbersGrow()
    {
        var unwrapper = new SequenceUnwrapper();
        long[] expected = [65_534, 65_535, 65_536, 65_533, 65_538, 65_537];
        Assert.Equal(expected.Select(value => value + 65_536), new ushort[] { 65_534, 65_535, 0, 65_533, 2, 1 }.Select(unwrapper.Unwrap));
    }

    [Fact]
    public void EveryFaultOfTheOptionsIsTold()
    {
        var options = new JitterBufferOptions { FrameSamples = 1, Capacity = 1, Target = 9, Conceal = -1 };
        Assert.Equal(4, options.Validate().Count);
        Assert.Throws<ArgumentException>(() => new JitterBuffer(options));
    }

    private static short[] Frame(long sequence) => Enumerable.Repeat((short)(1_000 + sequence), Samples).ToArray();
}
