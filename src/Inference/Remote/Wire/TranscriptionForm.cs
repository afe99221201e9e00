using System.Net.Http.Headers;
using Conversation.Audio;

namespace Conversation.Inference.Remote.Wire;

/// <summary>The form of <c>POST /audio/transcriptions</c> (RFC 7578).</summary>
internal static class TranscriptionForm
{
    public static MultipartFormDataContent Write(byte[] wav, RemoteRecognitionOptions options)
    {
        var form = new MultipartFormDataContent();
        var boundary = form.Headers.ContentType!.Parameters.First(p => p.Name == "boundary");

        // .NET quotes it, which is right and which some servers' parsers do not take.
        boundary.Value = boundary.Value!.Trim('"');
        var file = new ByteArrayContent(wav);
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = "\"speech.wav\"" };
        form.Add(file);
        Field("model", options.Model);
        Field("response_format", options.Format);
        Field("language", options.Language);
        Field("prompt", options.Prompt);
        Field("stream", options.Stream ? "true" : null);
        return form;

        void Field(string name, string? value)
        {
            if (value is { Length: > 0 })
            {
                var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(value));
                content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{name}\"" };
                form.Add(content);
            }
        }
    }

    /// <summary>A WAV of 16 kHz samples.</summary>
    public static byte[] Wav(ReadOnlySpan<float> samples) => WavFile.Write(samples, 16_000);
}
