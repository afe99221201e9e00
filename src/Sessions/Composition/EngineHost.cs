using Conversation.Dialog;
using Conversation.Dialog.Flows.Definition;
using Conversation.Inference.Lanes;
using Conversation.Inference.Remote;
using Conversation.Models;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Pacing;
using Conversation.Sessions.Pump;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Conversation.Sessions.Composition;

/// <summary>Loads the engines when the program starts; from then on sessions can be made, and texts spoken.</summary>
internal sealed partial class EngineHost(
    ConversationOptions options,
    ModelCatalog models,
    LaneMetrics lanes,
    RemoteMetrics remotes,
    SessionMetrics metrics,
    IPortRouting routing,
    TimeProvider time,
    ILoggerFactory logging,
    ILogger<EngineHost> logger) : IHostedService, ISessionSource, ISpeechService, IReadiness, IDisposable
{
    private Engines? engines;
    private Responders? responders;
    private PacingThread? pacing;
    private SpeechService? speech;
    private volatile SessionFactory? factory;

    public SessionFactory? Factory => factory;

    public IReadOnlyList<string> Pending => factory is null ? ["models: loading"] : [];

    public IReadOnlyList<string> Degraded => engines?.Remote.Degraded ?? [];

    public SessionCatalog Catalog => factory?.Catalog ?? throw new InvalidOperationException(ISessionSource.Starting.Message);

    public Task<SpeechResult> SpeakAsync(SpeechRequest request, CancellationToken cancellation) =>
        speech?.SpeakAsync(request, cancellation) ?? Task.FromResult(SpeechResult.Refused(ISessionSource.Starting));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        LogLoading(models.Directory);
        try
        {
            engines = await Engines.LoadAsync(options, models, new LaneServices(lanes, logging, time), remotes, routing, cancellationToken).ConfigureAwait(false);
            responders = await Responders.LoadAsync(options.Dialog, engines.Embedder, logging, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is FlowException or WeightsMissingException or ArgumentException)
        {
            throw new OptionsValidationException(nameof(Conversation), typeof(ConversationOptions), [fault.Message]);
        }

        if (!responders.ContainsKey(options.Sessions.Responder))
        {
            throw new OptionsValidationException(nameof(Conversation), typeof(ConversationOptions), [$"Sessions:Responder is '{options.Sessions.Responder}', which Dialog:Responders does not name. Named: {string.Join(", ", responders.Keys)}."]);
        }

        var catalog = new SessionCatalog
        {
            Tiers = engines.Tiers,
            Responders = [.. responders.Keys.OrderByDescending(name => name == options.Sessions.Responder).ThenBy(name => name, StringComparer.Ordinal)],
            Device = engines.Ports.Device == "cpu" ? $"CPU, {Environment.ProcessorCount} processors" : engines.Ports.Device,
        };
        pacing = new PacingThread(time, TimeSpan.FromMilliseconds(10), fault => LogPacingFailed(fault));
        var shared = new SessionEngines(engines.Ports.VoiceActivity, engines.Ports.Recognizer, engines.Speaker, responders, pacing, time, metrics, logging) { Speakers = engines.Ports.Speakers };
        speech = new SpeechService(engines.Speaker, catalog);
        factory = new SessionFactory(shared, catalog, options.Sessions, new CoreFactory(options.Turns, options.Sessions));
        LogReady(catalog.Device, time.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Stopped after whatever keeps the sessions.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (responders is not null)
        {
            await responders.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        // Registered as several services, it is disposed once for each.
        Interlocked.Exchange(ref pacing, null)?.Dispose();
        Interlocked.Exchange(ref engines, null)?.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loading models from {Directory}")]
    private partial void LogLoading(string directory);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready on {Device} after {Seconds:0.0} s")]
    private partial void LogReady(string device, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "A session's pacing failed")]
    private partial void LogPacingFailed(Exception fault);
}
