using System.Diagnostics;
using System.Globalization;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;
using Conversation.Models;
using Conversation.Sessions.Composition;

namespace Conversation.Bench;

/// <summary>More and more live sessions until the p95 of the recognition delay is over the bound: first doubling, then between the last two.</summary>
internal sealed class DeviceSessions(DeviceArguments arguments, ModelCatalog models, IReadOnlyList<SpokenSentence> sentences)
{
    private const int Most = 4096;

    private TimeSpan Load => TimeSpan.FromSeconds(arguments.Quick ? 6 : 30);

    public async Task<(int Live, string? Saturated)> FindAsync(Action<DeviceLoad> found)
    {
        // As the server composes them; voice activity is on the CPU there, too.
        var settings = new EngineOptions { Device = arguments.Device };
        var setup = new DeviceSetup(arguments.Device, arguments.Workers ?? settings.RecognitionWorkers, settings.RecognitionThreads, settings.SynthesisThreads, FallBackFrom: 4);
        using var engines = await DeviceEngines.LoadAsync(setup, models);
        using var activity = new SileroVoiceActivity(new SileroOptions { ModelPath = models.PathOf("silero-vad-v6", "silero_vad_v6.onnx"), MaxStreams = Most }, LaneServices.Quiet);
        var (held, failed) = (0, (DeviceLoad?)null);
        for (var next = 1; next <= Most && failed is null; next *= 2)
        {
            Try(next);
        }

        while (failed is not null && failed.Sessions - held > Math.Max(1, held / (arguments.Quick ? 2 : 10)))
        {
            Try((failed.Sessions + held) / 2);
        }

        return (held, failed is null ? null : Saturated(failed, setup.Workers));

        void Try(int sessions)
        {
            var load = Run(sessions, engines, activity);
            found(load);
            (held, failed) = load.Holds ? (sessions, failed) : (held, load);
        }
    }

    private DeviceLoad Run(int sessions, DeviceEngines engines, SileroVoiceActivity activity)
    {
        var times = new DeviceTimes();
        var sink = new NoScores();
        var callers = Enumerable.Range(0, sessions).Select(number => new DeviceCaller(number, engines, activity.Open(sink), sentences, times)).ToArray();
        var warm = Load / 4;
        var steps = (int)(Load / TimeSpan.FromMilliseconds(32));
        var processor = TimeSpan.Zero;
        var counted = TimeSpan.Zero;
        List<double> device = [];
        var asking = arguments.Cuda is { } index ? new Timer(_ => Ask(index, device), null, warm, TimeSpan.FromSeconds(1)) : null;
        var clock = Stopwatch.StartNew();
        for (var step = 0; step < steps; step++)
        {
            var due = TimeSpan.FromMilliseconds(32 * step);
            if (due - clock.Elapsed is { } early && early > TimeSpan.Zero)
            {
                Thread.Sleep(early);
            }

            var counts = due >= warm;
            if (counts && counted == TimeSpan.Zero)
            {
                (processor, counted) = (Environment.CpuUsage.TotalTime, clock.Elapsed);
            }

            foreach (var caller in callers)
            {
                caller.Step(counts);
            }
        }

        var share = (Environment.CpuUsage.TotalTime - processor) / (clock.Elapsed - counted) / Environment.ProcessorCount;
        asking?.Dispose();

        // What is still under way counts by its delay, too, however long it takes.
        for (var wait = Stopwatch.StartNew(); engines.Lanes.Any(lane => lane.Status.Waiting > 0 || lane.Status.RunningFor > TimeSpan.Zero) && wait.Elapsed < TimeSpan.FromSeconds(20);)
        {
            Thread.Sleep(20);
        }

        foreach (var caller in callers)
        {
            caller.Dispose();
        }

        var all = times.Quick.Concat(times.Final).Order().ToList();

        // A hypothesis that was overtaken came too late: it counts as the longest.
        all.AddRange(Enumerable.Repeat(double.PositiveInfinity, times.Lost));
        var p95 = DeviceThroughputs.Percentile(all, 0.95);
        lock (device)
        {
            return new DeviceLoad
            {
                Sessions = sessions,
                P50Ms = DeviceThroughputs.Percentile(all, 0.5),
                P95Ms = double.IsInfinity(p95) ? all.Where(double.IsFinite).DefaultIfEmpty(0).Max() : p95,
                QuickP95Ms = DeviceThroughputs.Percentile(times.Quick, 0.95),
                FinalP95Ms = DeviceThroughputs.Percentile(times.Final, 0.95),
                SpeechP95Ms = DeviceThroughputs.Percentile(times.Speech, 0.95),
                Lost = times.Lost,
                WindowsLost = times.WindowsLost,
                FinalsByQuick = times.Final.Count == 0 ? 0 : (double)times.FinalsByQuick / times.Final.Count,
                ProcessorShare = share,
                DeviceShare = device.Count == 0 ? null : device.Average(),
                Longest = times.Longest,
                Holds = p95 <= arguments.BoundMs && times.WindowsLost == 0 && all.Count > 0,
            };
        }
    }

    private static void Ask(int index, List<double> device)
    {
        if (DeviceCard.AskNvidia(index, "utilization.gpu") is [var share] && double.TryParse(share, CultureInfo.InvariantCulture, out var percent))
        {
            lock (device)
            {
                device.Add(percent / 100);
            }
        }
    }

    private static string Saturated(DeviceLoad load, int workers) => load switch
    {
        { WindowsLost: > 0 } => "voice activity: its one thread on the CPU",
        { DeviceShare: > 0.9 } => "the device",
        { ProcessorShare: > 0.85 } => "the processor" + (load.DeviceShare is null ? "" : ", which feeds the device"),
        { Sessions: 1 } => "a single recognition already takes longer",
        _ => $"neither the device nor the processor: {load.Longest}, with {workers} workers; try --workers {Math.Min(64, workers * 2)}",
    };
}
