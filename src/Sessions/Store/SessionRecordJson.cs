using System.Text.Json.Serialization;

namespace Conversation.Sessions.Store;

/// <summary>How the columns that hold structures are written. Nulls are left out, so that a setting added later reads as "default".</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionSettings))]
[JsonSerializable(typeof(CallerInfo))]
[JsonSerializable(typeof(IReadOnlyList<TurnLine>))]
internal sealed partial class SessionRecordJson : JsonSerializerContext;
