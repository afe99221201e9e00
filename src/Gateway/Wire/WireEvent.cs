using System.Text.Json;
using System.Text.Json.Serialization;
using Conversation.Sessions;

namespace Conversation.Gateway.Wire;

/// <summary>An event in an envelope that is written as its base type: SignalR serialises by runtime type, which would leave the discriminator out.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record WireEvent(SessionEvent Event)
{
    internal sealed class Converter : JsonConverter<WireEvent>
    {
        public override WireEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, WireEvent value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Event, WireJson.Events.SessionEvent);
    }
}

/// <summary>The answer to Open, which lets the events behind it go once it is written: so a client hears the answer first.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record WireOpened(OpenedSession Opened, Action Written)
{
    internal sealed class Converter : JsonConverter<WireOpened>
    {
        public override WireOpened Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, WireOpened value, JsonSerializerOptions options)
        {
            JsonSerializer.Serialize(writer, value.Opened, WireJson.Events.OpenedSession);
            value.Written();
        }
    }
}
