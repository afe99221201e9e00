using System.Text.Json;

namespace Conversation.Bench;

/// <summary>Everything "device" found out; printed as it comes, or as one JSON object at the end.</summary>
internal sealed class DeviceReport
{
    public required DeviceCard Device { get; init; }

    public List<DevicePlacement> Placement { get; } = [];

    public List<DeviceAgreement> Agreement { get; } = [];

    public List<DeviceThroughput> Throughput { get; } = [];

    public List<DeviceLoad> Sessions { get; } = [];

    /// <summary>The most live sessions at a p95 recognition delay within the bound; null where that was not asked for.</summary>
    public int? LiveSessions { get; set; }

    /// <summary>What kept it from being one more; null where nothing did.</summary>
    public string? Saturated { get; set; }

    public string ToJson() => JsonSerializer.Serialize(this, DeviceJson.Options);
}

/// <summary>How the report is written.</summary>
internal static class DeviceJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>Which of a model's operators ran where, in one warm run. <paramref name="Elsewhere"/>: the kinds that ran on the CPU though the model was on the device.</summary>
internal sealed record DevicePlacement(string Model, int OnDevice, int OnCpu, double ShareOfTimeOnDevice, string[] Elsewhere);

/// <summary>A model's outputs on the device against the CPU's, for the same inputs.</summary>
internal sealed record DeviceAgreement(string Model, string Measure, double Value, string Bound, bool Pass, string Remark);

/// <summary>A model at one batch size or with so many requests side by side. <paramref name="RealTime"/>: seconds of sound handled in a second.</summary>
internal sealed record DeviceThroughput(string Model, string Shape, int Size, double PerSecond, double? RealTime, double P50Ms, double P95Ms);

/// <summary>So many live sessions for a while. Delays are of both recognitions, from asking to the words.</summary>
internal sealed record DeviceLoad
{
    public required int Sessions { get; init; }

    public required double P50Ms { get; init; }

    public required double P95Ms { get; init; }

    public required double QuickP95Ms { get; init; }

    public required double FinalP95Ms { get; init; }

    public required double SpeechP95Ms { get; init; }

    /// <summary>Recognitions that were refused, failed, or overtaken by a newer one of the same session.</summary>
    public required int Lost { get; init; }

    /// <summary>Windows that voice activity refused.</summary>
    public required int WindowsLost { get; init; }

    /// <summary>Share of the final recognitions that the small model answered because the larger had too many waiting.</summary>
    public required double FinalsByQuick { get; init; }

    public required double ProcessorShare { get; init; }

    public double? DeviceShare { get; init; }

    public required string Longest { get; init; }

    public required bool Holds { get; init; }
}
