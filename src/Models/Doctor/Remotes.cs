using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Conversation.Models.Doctor;

/// <summary>Engines on other servers (section <c>Engines:Remote</c>): asks each for one word, as a call would, and tells what came. A server that fails costs no call: the models here stand in.</summary>
internal static class Remotes
{
    private const string Section = "Engines:Remote:";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Settings as the server takes them: the environment's (<c>Engines__Remote__…</c>), and over them the command line's.</summary>
    public static IReadOnlyDictionary<string, string> Settings(IReadOnlyDictionary<string, string> line)
    {
        Dictionary<string, string> all = new(StringComparer.OrdinalIgnoreCase);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            all[((string)variable.Key).Replace("__", ":", StringComparison.Ordinal)] = (string?)variable.Value ?? "";
        }

        foreach ((string key, string value) in line)
        {
            all[key] = value;
        }

        return all.Where(setting => setting.Key.StartsWith(Section, StringComparison.OrdinalIgnoreCase)).ToDictionary(setting => setting.Key[Section.Length..], setting => setting.Value, StringComparer.OrdinalIgnoreCase);
    }

    public static IEnumerable<Finding> Look(IReadOnlyDictionary<string, string> settings)
    {
        if (settings.Keys.Any(key => key.StartsWith("Recognition:", StringComparison.OrdinalIgnoreCase)))
        {
            yield return Ask("Recognition", settings, Transcription, "words");
        }

        foreach (string tier in settings.Keys.Where(key => key.StartsWith("Synthesis:", StringComparison.OrdinalIgnoreCase)).Select(key => key.Split(':')[1]).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            yield return Ask($"Synthesis:{tier}", settings, Speech, "sound");
        }
    }

    private static Finding Ask(string name, IReadOnlyDictionary<string, string> settings, Func<string, Func<string, string?>, HttpRequestMessage> write, string wanted)
    {
        string subject = $"remote {name.Replace(':', ' ').ToLowerInvariant()}";
        if (Of("BaseUrl") is not { } address || !Uri.TryCreate(address, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            return new(Level.Fail, subject, "no address", $"Set {Section}{name}:BaseUrl to the server's, as http://localhost:8000/v1.");
        }

        string? variable = Of("ApiKeyVariable") ?? (url.Host == "api.openai.com" ? "OPENAI_API_KEY" : null);
        string? key = variable is null ? null : Environment.GetEnvironmentVariable(variable);
        string where = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        Stopwatch clock = Stopwatch.StartNew();
        try
        {
            using HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All }) { Timeout = Patience };
            using HttpRequestMessage request = write(address.TrimEnd('/'), Of);
            if (key is { Length: > 0 })
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            using HttpResponseMessage answer = http.Send(request, HttpCompletionOption.ResponseHeadersRead);
            using Stream body = answer.Content.ReadAsStream();
            byte[] first = new byte[1 << 16];
            int read = body.ReadAtLeast(first, 64, throwOnEndOfStream: false);
            long took = clock.ElapsedMilliseconds;
            string type = answer.Content.Headers.ContentType?.MediaType ?? "no type";
            string found = $"{where} answers {(int)answer.StatusCode} with {type} after {took} ms";
            return answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(Level.Warn, subject, found, key is null ? $"It wants a key: put it into the environment variable {variable ?? "that ApiKeyVariable names"}." : $"It refuses the key in {variable}."),
                HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => new(Level.Warn, subject, found, "Look at BaseUrl (most end in /v1) and at Model."),
                _ when !answer.IsSuccessStatusCode => new(Level.Warn, subject, found, $"It says: {Said(first.AsSpan(0, read))}"),
                _ when read == 0 => new(Level.Warn, subject, $"{found}, and nothing in it", "Look at the server's log."),
                _ when !(wanted == "sound" ? type is not ("application/json" or "text/html" or "audio/mpeg" or "audio/ogg") : type is "application/json" or "text/event-stream") =>
                    new(Level.Warn, subject, found, $"That is no {wanted} that is read here. It says: {Said(first.AsSpan(0, read))}"),
                _ => new(Level.Ok, subject, $"{found}{(took > 800 ? ": slow for a conversation" : "")}"),
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or IOException)
        {
            return new(Level.Warn, subject, fault is TaskCanceledException ? $"{where} does not answer within {Patience.TotalSeconds:0} s" : $"{where} cannot be reached ({fault.Message})", "Calls go on with the models here. Start the server, or look at BaseUrl.");
        }

        string? Of(string setting) => settings.GetValueOrDefault($"{name}:{setting}") is { Length: > 0 } value ? value : null;
    }

    private static HttpRequestMessage Speech(string address, Func<string, string?> of) => new(HttpMethod.Post, address + "/audio/speech")
    {
        Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["model"] = of("Model") ?? "",
            ["input"] = "Hello.",
            ["voice"] = of("Voices:0") ?? "",
            ["response_format"] = of("Format") ?? "pcm",
        }))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        },
    };

    private static HttpRequestMessage Transcription(string address, Func<string, string?> of)
    {
        // A second of silence at 16 kHz.
        byte[] wav = new byte[44 + 32_000];
        Convert.FromHexString("524946462C7D000057415645666D74201000000001000100803E0000007D00000200100064617461007D0000").CopyTo(wav, 0);
        ByteArrayContent file = new(wav);
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        return new(HttpMethod.Post, address + "/audio/transcriptions")
        {
            Content = new MultipartFormDataContent { { file, "\"file\"", "\"speech.wav\"" }, { new StringContent(of("Model") ?? ""), "\"model\"" }, { new StringContent(of("Format") ?? "json"), "\"response_format\"" } },
        };
    }

    private static string Said(ReadOnlySpan<byte> body) =>
        string.Concat(System.Text.Encoding.UTF8.GetString(body[..Math.Min(body.Length, 300)]).Select(c => char.IsControl(c) ? ' ' : c)).Trim() is { Length: > 0 } said ? said : "nothing";
}
