using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conversation.Gateway.Telephony.Recording;

/// <summary>What is written beside a recording, as JSON. Written when it begins and again when it ends: without an end, the process was killed, and the next one to start writes it.</summary>
internal sealed record RecordingNote
{
    public required string Call { get; init; }

    public required string Session { get; init; }

    public required string Carrier { get; init; }

    public string Tenant { get; init; } = "";

    public string? Responder { get; init; }

    public string Caller { get; init; } = "";

    public string Called { get; init; } = "";

    public bool Outbound { get; init; }

    public required int Rate { get; init; }

    public required string Consent { get; init; }

    public required DateTimeOffset ConsentHeard { get; init; }

    public required DateTimeOffset Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public double? Seconds { get; init; }

    /// <summary>Pieces of audio that were not recorded because the disk was too slow.</summary>
    public long Lost { get; init; }

    /// <summary>Why it ended.</summary>
    public string? Reason { get; init; }

    /// <summary>A note that was written; null where it is none.</summary>
    public static RecordingNote? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RecordingJson.Default.RecordingNote);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>At once or not at all, so that whoever reads it never finds half of it.</summary>
    public void Write(string path)
    {
        File.WriteAllBytes(path + ".part", JsonSerializer.SerializeToUtf8Bytes(this, RecordingJson.Default.RecordingNote));
        File.Move(path + ".part", path, overwrite: true);
    }
}

[JsonSerializable(typeof(RecordingNote))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class RecordingJson : JsonSerializerContext;
