using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Conversation.Gateway.Telemetry;

/// <summary>
/// Sends what the rooms measure, where it is told to. No hosted service on purpose: it begins before the models are loaded, and sends for the
/// last time when all else has stopped.
/// </summary>
internal sealed class MetricsExport : IDisposable
{
    /// <summary>All rooms' meters are called Conversation.Something; the runtime's tells of memory, garbage and threads.</summary>
    private static readonly string[] Own = ["Conversation.*", "System.Runtime"];

    private readonly MeterProvider meters;

    private MetricsExport(TelemetryOptions options) => meters = Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.AddService("conversation", serviceInstanceId: options.Instance))
        .AddMeter([.. Own, .. options.Meters])
        .AddOtlpExporter((exporter, reader) =>
        {
            exporter.Endpoint = new Uri(options.OtlpEndpoint);
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Every.TotalMilliseconds;
            reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = 5_000;
        })
        .Build();

    /// <summary>Adds it, where section <c>Telemetry</c> names an address. Throws <see cref="OptionsValidationException"/> with every fault at once.</summary>
    public static void AddTo(WebApplicationBuilder builder)
    {
        var options = Read(builder.Configuration);
        if (options.OtlpEndpoint.Length > 0)
        {
            builder.Services.AddSingleton(_ => new MetricsExport(options));
        }
    }

    /// <summary>Begins, where it was added; ends with the container.</summary>
    public static void Begin(WebApplication app) => _ = app.Services.GetService<MetricsExport>();

    private static TelemetryOptions Read(IConfiguration configuration)
    {
        try
        {
            var options = configuration.GetSection("Telemetry").Get<TelemetryOptions>() ?? new TelemetryOptions();
            string[] faults = [.. options.Validate()];
            return faults.Length == 0 ? options : throw new OptionsValidationException("Telemetry", typeof(TelemetryOptions), faults);
        }
        catch (InvalidOperationException fault)
        {
            // The binder's: a duration that cannot be read.
            throw new OptionsValidationException("Telemetry", typeof(TelemetryOptions), [fault.InnerException is { } inner ? $"{fault.Message} {inner.Message}" : fault.Message]);
        }
    }

    public void Dispose() => meters.Dispose();
}
