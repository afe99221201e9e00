using System.Diagnostics;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;
using Conversation.Models;

namespace Conversation.Bench;

/// <summary>
/// Voice activity for many callers: each window in a run of its own against windows of different callers in one run.
/// CPU time is the whole process's, so a busy machine disturbs it less than elapsed time.
/// </summary>
internal static class VoiceActivityBench
{
    private const int Depth = 16;

    public static void Run(Harness harness)
    {
        var model = ModelCatalog.Default.PathOf("silero-vad-v6", "silero_vad_v6.onnx");
        foreach (var callers in (int[])[1, 8, 32, 128])
        {
            double alone = 0;
            foreach (var batch in (int[])[1, 32])
            {
                using var lane = new SileroVoiceActivity(new SileroOptions { ModelPath = model, MaxBatch = batch, MaxWait = TimeSpan.Zero }, LaneServices.Quiet);
                var cost = One(lane, callers, harness.Round * 5);
                alone = batch == 1 ? cost.Cpu : alone;
                Harness.Line($"  {callers,4} callers, {(batch == 1 ? "one by one" : "batched"),-10} {cost.Cpu,7:0.0} µs of CPU a window, {cost.PerSecond,7:0} windows/s, {cost.Bytes,5:0} B a window, {1e6 / (cost.Cpu * 31.25),5:0} callers fill a core{(batch == 1 ? "" : $", {alone / cost.Cpu:0.0} : 1")}");
            }
        }
    }

    private static (double Cpu, double PerSecond, double Bytes) One(SileroVoiceActivity lane, int callers, TimeSpan least)
    {
        using var sink = new CountingSink();
        var window = new float[IVoiceActivity.WindowSamples];
        var random = new Random(2);
        for (var i = 0; i < window.Length; i++)
        {
            window[i] = (float)((0.2 * Math.Sin(i * 0.06)) + (0.05 * random.NextDouble()));
        }

        var streams = Enumerable.Range(0, callers).Select(_ => lane.Open(sink)).ToArray();
        long position = 0;
        Wave();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        long windows = 0;
        do
        {
            Wave();
            windows += callers * Depth;
        }
        while (Stopwatch.GetElapsedTime(start) < least);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var used = Environment.CpuUsage.TotalTime - cpu;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        foreach (var stream in streams)
        {
            stream.Dispose();
        }

        return (used.TotalMicroseconds / windows, windows / elapsed.TotalSeconds, (double)bytes / windows);

        void Wave()
        {
            sink.Expect(callers * Depth);
            for (var i = 0; i < Depth; i++)
            {
                position += window.Length;
                foreach (var stream in streams)
                {
                    if (!stream.TrySubmit(window, position))
                    {
                        throw new InvalidOperationException("The lane refused a window.");
                    }
                }
            }

            sink.Wait();
        }
    }

    private sealed class CountingSink : ISpeechScoreSink, IDisposable
    {
        private readonly SemaphoreSlim _done = new(0);
        private int _left;

        public void Expect(int count) => Volatile.Write(ref _left, count);

        public void Wait()
        {
            if (!_done.Wait(TimeSpan.FromSeconds(60)))
            {
                throw new TimeoutException("The lane gave no scores for a minute.");
            }
        }

        public void OnScore(long endPosition, float probability)
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _done.Release();
            }
        }

        public void Dispose() => _done.Dispose();
    }
}
