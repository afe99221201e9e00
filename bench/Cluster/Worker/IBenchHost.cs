using Conversation.ClusterBench.Load;
using Conversation.Core;
using Conversation.Core.Replies;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;
using Conversation.Models;
using Conversation.Sessions;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Pacing;
using Conversation.Sessions.Pump;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.ClusterBench.Worker;

/// <summary>What keeps the sessions of a process.</summary>
internal interface IBenchHost : IAsyncDisposable
{
    ISessions Sessions { get; }

    /// <summary>The silo's address; empty where there is none.</summary>
    string Address { get; }
}

/// <summary>What each host makes its sessions of: real voice activity and pacing, everything else scripted.</summary>
internal sealed class BenchEngines(Logs logs) : IDisposable
{
    /// <summary>As the program has it.</summary>
    private readonly PacingThread pacing = new(TimeProvider.System, TimeSpan.FromMilliseconds(10), fault => logs.Fault(fault.ToString()));

    public SileroVoiceActivity VoiceActivity { get; } = new(new SileroOptions { ModelPath = ModelCatalog.Default.PathOf("silero-vad-v6", "silero_vad_v6.onnx"), MaxStreams = Most }, LaneServices.Quiet);

    public ScriptedRecognizer Recognizer { get; } = new(TimeProvider.System);

    private static int Most => 20_000;

    public SessionFactory Factory(IVoiceActivity voiceActivity, IRecognizer recognizer, SessionMetrics metrics)
    {
        var responder = new ScriptedResponder(TimeProvider.System);
        var engines = new SessionEngines(voiceActivity, recognizer, new ScriptedSpeaker(TimeProvider.System), new Dictionary<string, Dialog.IResponder> { [responder.Name] = responder }, pacing, TimeProvider.System, metrics, NullLoggerFactory.Instance)
        {
            Handled = (session, end) => logs.Handled.Add(Stamp.Number(session), end.Value / IVoiceActivity.WindowSamples, 0, System.Diagnostics.Stopwatch.GetTimestamp()),
        };
        var catalog = new SessionCatalog { Tiers = [new TierInfo("fast", "Fast", [new VoiceInfo("scripted", "Scripted", "en-US")])], Responders = [responder.Name], Device = "scripted" };
        var options = new SessionHostOptions { Responder = responder.Name, MaxSessions = Most };
        return new SessionFactory(engines, catalog, options, new CoreFactory(new CoreOptions { Greet = false, Idle = new IdleOptions { Prompts = 0 } }, options));
    }

    public void Dispose()
    {
        pacing.Dispose();
        VoiceActivity.Dispose();
    }
}
