using Conversation.Audio;

namespace Conversation.Bench;

/// <summary>What Audio costs a caller: each line is one frame or window, and says how many a second make a call.</summary>
internal static class AudioBench
{
    public static void Run(Harness harness)
    {
        var random = new Random(1);
        var speech = new float[48_000];
        for (var i = 0; i < speech.Length; i++)
        {
            speech[i] = (float)((0.3 * Math.Sin(i * 0.05)) + (0.1 * random.NextDouble()));
        }

        var shorts = new short[speech.Length];
        Pcm.ToShort(speech, shorts);
        foreach (var (from, to) in ((int, int)[])[(48_000, 16_000), (44_100, 16_000), (8_000, 16_000), (24_000, 48_000), (24_000, 8_000)])
        {
            var resampler = new Resampler(from, to);
            var input = shorts[..(from / 50)];
            var output = new float[resampler.MaxOutput(input.Length)];
            harness.Measure($"resample {from} -> {to}, 20 ms (50/s)", () => resampler.Process(input, output));
        }

        var framer = new Framer(512);
        var chunk = speech[..320];
        harness.Measure("framer, 20 ms at 16 kHz (50/s)", () =>
        {
            ReadOnlySpan<float> rest = chunk;
            while (framer.TryTake(ref rest, out _))
            {
            }
        });

        var ring = new SampleRing();
        harness.Measure("ring append, 20 ms at 16 kHz (50/s)", () => ring.Append(chunk));
        var seconds = new float[5 * 16_000];
        harness.Measure("ring copy, 5 s at 16 kHz", () => ring.CopyTo(ring.End - seconds.Length, ring.End, seconds));

        var tracker = new PitchTracker();
        var window = speech[..PitchTracker.WindowSamples];
        harness.Measure("pitch, 32 ms window at 16 kHz (31/s)", () => tracker.Track(window));
        harness.Measure("level in dBFS, 32 ms window (31/s)", () => Levels.RmsDb(window));

        var phone = shorts[..160];
        var bytes = new byte[160];
        harness.Measure("mu-law encode, 20 ms at 8 kHz (50/s)", () => G711.EncodeMuLaw(phone, bytes));
        harness.Measure("mu-law decode, 20 ms at 8 kHz (50/s)", () => G711.DecodeMuLaw(bytes, phone));

        var queue = new PlayoutQueue(1);
        var clause = shorts[..24_000];
        var frame = new short[480];
        harness.Measure("playout, 1 s at 24 kHz in, 50 frames out", () =>
        {
            queue.TryAppend(clause);
            while (queue.Read(frame, out var position) > 0)
            {
                queue.Release(position + frame.Length);
            }
        });
        var jitter = new JitterBuffer();
        var sequence = 0L;
        harness.Measure("jitter buffer, 20 ms at 8 kHz in and out (50/s)", () =>
        {
            jitter.Put(sequence++, phone);
            jitter.Get(frame);
        });
        harness.Measure("floats to 16 bits, 20 ms at 24 kHz (50/s)", () => Pcm.ToShort(speech.AsSpan(0, 480), frame));
    }
}
