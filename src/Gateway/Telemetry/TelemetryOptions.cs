namespace Conversation.Gateway.Telemetry;

/// <summary>Where this process sends what it measures; configuration section <c>Telemetry</c>. Checked at start, every fault told at once.</summary>
internal sealed record TelemetryOptions
{
    /// <summary>
    /// Whole address that takes metrics as OTLP over HTTP, in protobuf: a collector's <c>http://host:4318/v1/metrics</c> or Prometheus' own
    /// <c>http://host:9090/api/v1/otlp/v1/metrics</c>. Default empty: nothing is sent.
    /// </summary>
    public string OtlpEndpoint { get; init; } = "";

    /// <summary>How often it is sent. Default 15 s, from 1 s to 5 min.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What this process is called in what it sends (<c>service.instance.id</c>). Default: the machine's name.</summary>
    public string Instance { get; init; } = Environment.MachineName;

    /// <summary>Meters to send besides our own and the runtime's, <c>*</c> allowed within. Default none.</summary>
    public IReadOnlyList<string> Meters { get; init; } = [];

    /// <summary>Every fault, in words that name the setting; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (OtlpEndpoint.Length > 0 && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            yield return $"Telemetry:OtlpEndpoint is '{OtlpEndpoint}'; it must be a whole http or https address.";
        }

        if (Every < TimeSpan.FromSeconds(1) || Every > TimeSpan.FromMinutes(5))
        {
            yield return $"Telemetry:Every is {Every}; it must be 1 second to 5 minutes.";
        }
    }
}
