using System.Text.Json;
using Conversation.Inference.Ports;

namespace Conversation.Inference.Remote.Wire;

/// <summary>The JSON of <c>POST /audio/speech</c>. What is at its default is left out: many servers know only the older half of it.</summary>
internal static class SpeechBody
{
    public const int LongestInput = 4096;

    public static byte[] Write(SynthesisRequest request, RemoteSynthesisOptions options)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("model", options.Model);
            json.WriteString("input", request.Text.Trim());
            json.WriteString("voice", request.Voice);
            json.WriteString("response_format", options.Format);
            if (options.SendSpeed && MathF.Abs(request.Speed - 1) > 0.005f)
            {
                json.WriteNumber("speed", Math.Round(request.Speed, 2));
            }

            if (options.Instructions is { Length: > 0 } how)
            {
                json.WriteString("instructions", how);
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
