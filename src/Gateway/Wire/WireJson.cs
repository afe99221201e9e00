using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conversation.Sessions;

namespace Conversation.Gateway.Wire;

/// <summary>How values are written on the wire: camelCase, nulls left out, the discriminator first.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(SessionEvent))]
[JsonSerializable(typeof(OpenedSession))]
[JsonSerializable(typeof(SessionCatalog))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>The context in use. JSON here is never put into a page's markup, so text keeps its letters ("é", not an escape).</summary>
    public static WireJson Events { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>What the hub's payloads are read and written with.</summary>
    public static void Configure(JsonSerializerOptions payload)
    {
        payload.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        payload.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        payload.PropertyNameCaseInsensitive = true;
        payload.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        payload.MaxDepth = 16;
        payload.Converters.Add(new PcmMessage.Converter());
        payload.Converters.Add(new Refusal.Converter());
    }
}
