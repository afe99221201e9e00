using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;
using Conversation.TestKit;

namespace Conversation.Inference.Tests.Onnx;

[Collection("engines")]
public class SileroTests(Engines engines)
{
    private const int Window = IVoiceActivity.WindowSamples;

    [Fact]
    public async Task Speech_scores_high_and_silence_noise_and_a_tone_low()
    {
        using var voice = new SileroVoiceActivity(Engines.Silero, LaneServices.Quiet);
        var speech = await VoiceScores.OfAsync(voice, engines.Speech);
        Assert.True(speech[..10].Max() < 0.3, "quiet before");
        Assert.True(speech[20..^25].Average() > 0.8, "speech");
        float[] tone = [.. Enumerable.Range(0, 32_000).Select(i => 0.3f * MathF.Sin(2 * MathF.PI * 440 * i / 16_000))];
        foreach (var other in new[] { new float[32_000], Engines.Noise(32_000, 0.05f), tone })
        {
            Assert.True((await VoiceScores.OfAsync(voice, other)).Average() < 0.2);
        }
    }

    [Fact]
    public async Task Batched_scores_equal_those_one_by_one()
    {
        float[][] callers = [engines.Speech, [.. engines.Speech.Skip(3000)], Engines.Noise(40_000, 0.1f), engines.Yes, new float[20_000]];
        List<float[]> alone = [];
        using (var single = new SileroVoiceActivity(Engines.Silero with { MaxBatch = 1 }, LaneServices.Quiet))
        {
            foreach (var caller in callers)
            {
                alone.Add(await VoiceScores.OfAsync(single, caller));
            }
        }

        using var batched = new SileroVoiceActivity(Engines.Silero with { MaxBatch = 4, MaxWait = TimeSpan.FromMilliseconds(20) }, LaneServices.Quiet);
        var together = await Task.WhenAll(callers.Select(caller => Task.Run(() => VoiceScores.OfAsync(batched, caller))));
        Assert.True(batched.Status.Runs < alone.Sum(scores => scores.Length), "No windows shared a run.");
        for (var caller = 0; caller < callers.Length; caller++)
        {
            Assert.Equal(alone[caller].Length, together[caller].Length);
            Assert.All(alone[caller].Zip(together[caller]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void A_window_allocates_nothing_on_either_side()
    {
        using var voice = new SileroVoiceActivity(Engines.Silero, LaneServices.Quiet);
        var sink = new CountingSink();
        using var stream = voice.Open(sink);
        using var other = voice.Open(new CountingSink());
        Score(200);
        var (submitter, lane) = (GC.GetAllocatedBytesForCurrentThread(), voice.LaneAllocatedBytes);
        Score(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - submitter);
        Assert.Equal(0, voice.LaneAllocatedBytes - lane);

        void Score(int windows)
        {
            for (var i = 0; i < windows; i++)
            {
                var before = voice.RunsDone;
                stream.TrySubmit(engines.Speech.AsSpan(i % 60 * Window, Window), i);
                while (voice.RunsDone == before)
                {
                    Thread.Yield();
                }
            }
        }
    }

    [Fact]
    public async Task A_stream_that_is_not_scored_fast_enough_refuses_and_a_closed_one_is_silent()
    {
        using var voice = new SileroVoiceActivity(Engines.Silero with { QueueWindows = 2 }, LaneServices.Quiet);
        using var gate = new ManualResetEventSlim();
        var blocking = new BlockingSink(gate);
        using var first = voice.Open(blocking);
        Assert.True(first.TrySubmit(new float[Window], 1));
        Assert.True(blocking.Reached.Wait(TimeSpan.FromSeconds(20)));

        // The lane is held inside the first stream's sink.
        var sink = new CountingSink();
        var stream = voice.Open(sink);
        Assert.True(stream.TrySubmit(new float[Window], 1));
        Assert.True(stream.TrySubmit(new float[Window], 2));
        Assert.False(stream.TrySubmit(new float[Window], 3));
        stream.Dispose();
        Assert.False(stream.TrySubmit(new float[Window], 4));
        Assert.Equal(0, voice.Status.Waiting);
        gate.Set();
        await VoiceScores.OfAsync(voice, new float[4 * Window]);
        Assert.Equal(0, sink.Count);
        Assert.Throws<ArgumentException>(() => first.TrySubmit(new float[100], 9));
    }

    [Fact]
    public void Streams_are_bounded_and_a_closed_one_makes_room()
    {
        using var voice = new SileroVoiceActivity(Engines.Silero with { MaxStreams = 1 }, LaneServices.Quiet);
        var stream = voice.Open(new CountingSink());
        Assert.Throws<LaneFullException>(() => voice.Open(new CountingSink()));
        stream.Dispose();
        stream.Dispose();
        voice.Open(new CountingSink()).Dispose();
    }

    private sealed class CountingSink : ISpeechScoreSink
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void OnScore(long endPosition, float probability) => Interlocked.Increment(ref _count);
    }

    private sealed class BlockingSink(ManualResetEventSlim gate) : ISpeechScoreSink
    {
        public ManualResetEventSlim Reached { get; } = new();

        public void OnScore(long endPosition, float probability)
        {
            Reached.Set();
            gate.Wait();
        }
    }
}
