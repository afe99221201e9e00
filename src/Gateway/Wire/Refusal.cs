using System.Text.Json;
using System.Text.Json.Serialization;
using Conversation.Sessions;

namespace Conversation.Gateway.Wire;

/// <summary>Stands in a refused message's place, so that the hub hears of it. Answered: the client waits for an answer, which is then the error. Cannot be sent by a client: read, it says only that its method is unknown.</summary>
internal sealed record Refusal(SessionFault Fault, bool Answered = false)
{
    /// <summary>Name of the hub's method that takes it.</summary>
    public const string Method = "Refuse";

    public static Refusal Unknown(string method) => new(new SessionFault("unknown_method",
        $"There is no method '{(method.Length <= 40 ? method : method[..40] + "…")}'; there are Open, Audio, Played, Text, Configure and Close."));

    public static Refusal Arguments(string method, string why) => new(new SessionFault("bad_arguments", $"{method}: {why}"));

    internal sealed class Converter : JsonConverter<Refusal>
    {
        public override bool HandleNull => true;

        public override Refusal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            reader.Skip();
            return Unknown(Method);
        }

        public override void Write(Utf8JsonWriter writer, Refusal value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
