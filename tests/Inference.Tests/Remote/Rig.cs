using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;
using Conversation.Inference.Remote;
using Microsoft.Extensions.Logging;

namespace Conversation.Inference.Tests.Remote;

/// <summary>What a remote engine needs, with its log and its counters to look at.</summary>
internal sealed class Rig : IDisposable, IMeterFactory, ILoggerFactory
{
    private readonly MeterListener listener = new();
    private readonly Meter meter = new(LaneMetrics.MeterName);

    public Rig(TimeProvider time)
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == meter)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                Counts.AddOrUpdate($"{i.Name} {tag.Value}", value, (_, old) => old + value);
            }
        });
        listener.Start();
        Services = new RemoteServices(new RemoteMetrics(this), this, time);
    }

    public RemoteServices Services { get; }

    public ConcurrentDictionary<string, long> Counts { get; } = new();

    public ConcurrentQueue<string> Log { get; } = new();

    public long Fallbacks(string cause) => Counts.GetValueOrDefault("conversation.remote.fallbacks " + cause);

    public Meter Create(MeterOptions options) => meter;

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
        listener.Dispose();
        meter.Dispose();
    }

    private sealed class Logger(Rig rig) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => rig.Log.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
    }
}

/// <summary>A recogniser that says what it is told to, when it is told to.</summary>
internal sealed class FixedRecognizer(string text) : IRecognizer
{
    public Exception? Failure { get; set; }

    public float Confidence { get; init; } = 0.8f;

    public ConcurrentQueue<RecognitionTier> Asked { get; } = new();

    public Task<Recognition> RecognizeAsync(ReadOnlyMemory<float> samples, RecognitionRequest request, CancellationToken cancellation)
    {
        Asked.Enqueue(request.Tier);
        return Failure is null ? Task.FromResult(new Recognition(text, Confidence, TimeSpan.Zero, TimeSpan.Zero, "here")) : Task.FromException<Recognition>(Failure);
    }
}
