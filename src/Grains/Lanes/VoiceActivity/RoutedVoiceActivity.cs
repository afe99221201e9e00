using System.Collections.Concurrent;
using Conversation.Grains.Lanes.Routing;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;

namespace Conversation.Grains.Lanes.VoiceActivity;

/// <summary>Voice activity wherever there is a lane for it. Looks after its open streams from one timer.</summary>
internal sealed partial class RoutedVoiceActivity : IVoiceActivity, IDisposable
{
    private readonly LaneRouter router;
    private readonly ILogger<RoutedVoiceActivity> logger;
    private readonly ConcurrentDictionary<RoutedVoiceStream, bool> streams = new();
    private readonly ITimer timer;

    public RoutedVoiceActivity(LaneRouter router, ILogger<RoutedVoiceActivity> logger)
    {
        (this.router, this.logger) = (router, logger);
        var period = router.Options.VoiceActivityWithin / 4;
        using (ExecutionContext.SuppressFlow())
        {
            timer = router.Time.CreateTimer(static all => ((RoutedVoiceActivity)all!).Look(), this, period, period);
        }
    }

    public IVoiceActivityStream Open(ISpeechScoreSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var stream = new RoutedVoiceStream(this, router, sink);
        streams[stream] = true;
        return stream;
    }

    public void Closed(RoutedVoiceStream stream) => streams.TryRemove(stream, out _);

    public void NoLane() => LogNoLane();

    public void Dispose()
    {
        timer.Dispose();
        foreach (var stream in streams.Keys)
        {
            stream.Dispose();
        }
    }

    private void Look()
    {
        foreach (var (stream, _) in streams)
        {
            stream.Look();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "No voice-activity lane answers: a caller's speech counts as silence until one does. Add a device or a silo that has one, or raise Lanes:VoiceActivityWithin")]
    private partial void LogNoLane();
}
