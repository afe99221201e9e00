using Conversation.Dialog;
using Conversation.Dialog.Flows.Definition;
using Conversation.Inference.Lanes;
using Conversation.Models;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Pacing;
using Conversation.Sessions.Pump;
using Conversation.Sessions.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Conversation.Sessions.Composition;

/// <summary>Loads the engines when the program starts and is the sessions and the speech of this process from then on.</summary>
internal sealed partial class ConversationHost(
    ConversationOptions options,
    ModelCatalog models,
    LaneMetrics lanes,
    SessionMetrics metrics,
    ISessionStore store,
    TimeProvider time,
    ILoggerFactory logging,
    ILogger<ConversationHost> logger) : IHostedService, ISessions, ISpeechService, IReadiness, IDisposable
{
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(10);
    private static readonly SessionFault Starting = new("starting", "The models are still being loaded. Try again in a few seconds.");

    private Engines? engines;
    private Responders? responders;
    private PacingThread? pacing;
    private TranscriptWriter? writer;
    private InProcessSessions? sessions;
    private SpeechService? speech;
    private SessionCatalog? catalog;
    private ITimer? forgetting;

    public IReadOnlyList<string> Pending => sessions is null ? ["models: loading"] : [];

    public SessionCatalog Catalog => catalog ?? throw new InvalidOperationException(Starting.Message);

    public Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation) =>
        sessions?.OpenAsync(request, client, cancellation) ?? Task.FromResult(new OpenResult(null, null, Starting));

    public Task<SpeechResult> SpeakAsync(SpeechRequest request, CancellationToken cancellation) =>
        speech?.SpeakAsync(request, cancellation) ?? Task.FromResult(SpeechResult.Refused(Starting));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        LogLoading(models.Directory);
        try
        {
            engines = await Engines.LoadAsync(options, models, new LaneServices(lanes, logging, time), cancellationToken).ConfigureAwait(false);
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

        catalog = new SessionCatalog
        {
            Tiers = engines.Tiers,
            Responders = [.. responders.Keys.OrderByDescending(name => name == options.Sessions.Responder).ThenBy(name => name, StringComparer.Ordinal)],
            Device = options.Engines.Device == "cpu" ? $"CPU, {Environment.ProcessorCount} processors" : options.Engines.Device,
        };
        pacing = new PacingThread(time, TimeSpan.FromMilliseconds(10), fault => LogPacingFailed(fault));
        writer = new TranscriptWriter(store, time, metrics, logging.CreateLogger<TranscriptWriter>());
        var shared = new SessionEngines(engines.VoiceActivity, engines.Recognizer, engines.Speaker, responders, pacing, time, metrics, logging);
        speech = new SpeechService(engines.Speaker, catalog);
        sessions = new InProcessSessions(shared, catalog, options.Sessions, new CoreFactory(options.Turns, options.Sessions), store, writer, logging.CreateLogger<InProcessSessions>());
        await ForgetOldAsync(cancellationToken).ConfigureAwait(false);
        forgetting = time.CreateTimer(_ => _ = ForgetOldAsync(CancellationToken.None), null, ForgetEvery, ForgetEvery);
        LogReady(catalog.Device, time.GetElapsedTime(began).TotalSeconds);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (sessions is not null)
        {
            // Each session's last turn is handed to the writer before the writer ends.
            await sessions.CloseAllAsync(CloseReasons.ServerStopping).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (writer is not null)
        {
            await writer.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (responders is not null)
        {
            await responders.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        // Registered as several services, it is disposed once for each.
        Interlocked.Exchange(ref forgetting, null)?.Dispose();
        Interlocked.Exchange(ref pacing, null)?.Dispose();
        Interlocked.Exchange(ref engines, null)?.Dispose();
    }

    private async Task ForgetOldAsync(CancellationToken cancellation)
    {
        try
        {
            await store.DeleteOlderThanAsync((time.GetUtcNow() - options.Sessions.KeepFor).ToUnixTimeMilliseconds(), cancellation).ConfigureAwait(false);
        }
        catch (SessionStoreException fault)
        {
            // A store that fails costs memory of old calls, not the calls.
            LogStoreFailed(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loading models from {Directory}")]
    private partial void LogLoading(string directory);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready on {Device} after {Seconds:0.0} s")]
    private partial void LogReady(string device, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "A session's pacing failed")]
    private partial void LogPacingFailed(Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "The session store failed; sessions go on without it")]
    private partial void LogStoreFailed(Exception fault);
}
