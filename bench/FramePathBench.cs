using System.Diagnostics;
using Conversation.Core;
using Conversation.Dialog;
using Conversation.Core.Trace;
using Conversation.Gateway.Hub;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Models;
using Conversation.Sessions;
using Conversation.Sessions.Pacing;
using Conversation.Sessions.Pump;

namespace Conversation.Bench;

/// <summary>
/// The frame path with nothing left out but SignalR: in, a decoded frame through resampling, pitch, the real voice-activity lane and the mailbox to Core;
/// out, a frame of a reply from its queue through pacing to the connection's sending queue. Bytes are the whole process's.
/// </summary>
internal static class FramePathBench
{
    private const int Frames = 2_000;

    public static void Run(Harness harness)
    {
        foreach (var rate in (int[])[16_000, 48_000])
        {
            In(rate);
        }

        Out();
    }

    private static void In(int rate)
    {
        using var lane = new SileroVoiceActivity(new SileroOptions { ModelPath = ModelCatalog.Default.PathOf("silero-vad-v6", "silero_vad_v6.onnx"), QueueWindows = 1024 }, LaneServices.Quiet);
        using var host = new CoreHost();
        using var path = new InputPath(rate, TimeSpan.FromSeconds(20), lane, fact => host.Post(fact));
        var frame = new short[rate / 50];
        long sequence = 0;
        var (idle, _) = Measure(host, () => { });
        var (bytes, cpu) = Measure(host, () => path.Push(sequence++, frame));
        bytes -= idle;
        host.Drain();
        Harness.Line($"  in, {rate / 1000} kHz: frame → resample → pitch → voice activity → mailbox → Core   {cpu,7:0.0} µs of CPU a frame, {bytes,6:0.00} B a frame (Core said {host.Outputs} things in {sequence} frames)");
    }

    private static (double Bytes, double Cpu) Measure(CoreHost host, Action push)
    {
        // As in a call, the lane keeps up: a second's frames, then wait for its windows.
        double bytes = double.MaxValue, cpu = double.MaxValue;
        for (var round = 0; round < 6; round++)
        {
            // Reading the processor's time allocates, so it stays outside.
            var used = Environment.CpuUsage.TotalTime;
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var second = 0; second < Frames / 50; second++)
            {
                for (var i = 0; i < 50; i++)
                {
                    push();
                }

                host.Drain();
            }

            bytes = Math.Min(bytes, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Frames);
            cpu = Math.Min(cpu, (Environment.CpuUsage.TotalTime - used).TotalMicroseconds / Frames);
        }

        return (bytes, cpu);
    }

    private static void Out()
    {
        var time = new StepTime();
        using var pacing = new PacingThread(time, TimeSpan.FromMinutes(10), _ => { });
        var link = new ClientLink();
        var queue = new SendQueue(64);
        queue.Bound(48_000);
        link.Attach(new QueueClient(queue, time));
        using var playout = new Playout(link, _ => { }, pacing, time, 24_000, 480, TimeSpan.FromMilliseconds(200));
        var reply = new Reply(new NoHost(time), 1, 1, ReplyKind.Answer, "");
        var clause = new short[24_000];
        reply.Queue.TryAppend(clause);
        playout.Begin(reply, () => { });
        long heard = 0;
        double bytes = double.MaxValue, nanoseconds = double.MaxValue;
        for (var round = 0; round < 8; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Frames; i++)
            {
                if (i % 50 == 0)
                {
                    reply.Queue.TryAppend(clause);
                }

                time.Step(TimeSpan.FromMilliseconds(20));
                playout.Advance();
                while (queue.TryTake(out var item))
                {
                    queue.Sent(item);
                }

                playout.Heard(1, heard += 480);
            }

            bytes = Math.Min(bytes, (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Frames);
            nanoseconds = Math.Min(nanoseconds, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Frames);
        }

        Harness.Line($"  out: reply queue → pacing → sending queue → taken → acknowledged            {nanoseconds / 1000,7:0.0} µs a frame,        {bytes,6:0.00} B a frame");
    }

    /// <summary>The mailbox and Core of one session.</summary>
    private sealed class CoreHost : IInputHandler, IDisposable
    {
        public long Outputs { get; private set; }

        private readonly ISessionCore core;
        private readonly Mailbox mailbox;
        private long scored;
        private long posted;

        public CoreHost()
        {
            var options = new CoreOptions { Greet = false };
            core = new RecordingCore(new SessionCore(options), options, null);
            mailbox = new Mailbox(this, 4096, Mailbox.OnThreadPool);
            mailbox.Post(SessionInput.Opened());
        }

        public void Post(in SessionInput fact)
        {
            Interlocked.Increment(ref posted);
            mailbox.Post(fact);
        }

        public void Handle(in SessionInput input)
        {
            core.Handle(input, TimeSpan.FromTicks(Math.Max(1, input.Position.Value) * 625));
            while (core.TryTake(out _))
            {
                Outputs++;
            }

            if (input.Kind == InputKind.SpeechScored)
            {
                Interlocked.Increment(ref scored);
            }
        }

        public void Drain()
        {
            // 50 frames of 20 ms are 31 windows of 32 ms; what is over waits for the next second.
            var expected = Interlocked.Read(ref posted);
            for (var quiet = 0; quiet < 3;)
            {
                Thread.Sleep(1);
                var now = Interlocked.Read(ref posted);
                quiet = now == expected && Interlocked.Read(ref scored) == now ? quiet + 1 : 0;
                expected = now;
            }
        }

        public void Dispose()
        {
        }
    }

    private sealed class QueueClient(SendQueue queue, TimeProvider time) : ISessionClient
    {
        public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm) => queue.TryAdd(generation, position, pcm, time.GetTimestamp());

        public void Send(SessionEvent message)
        {
        }
    }

    private sealed class StepTime : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Step(TimeSpan by) => ticks += by.Ticks;
    }

    private sealed class NoHost(TimeProvider time) : IReplyHost
    {
        public string SessionId => "bench";

        public int OutputRate => 24_000;

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
