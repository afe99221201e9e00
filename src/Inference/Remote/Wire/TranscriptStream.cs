using System.Text;
using System.Text.Json;

namespace Conversation.Inference.Remote.Wire;

/// <summary>Reads a transcription sent as server-sent events (WHATWG HTML, 9.2.6): <c>transcript.text.delta</c> and <c>transcript.text.done</c>. Bytes in, a transcript out; cut however they come.</summary>
internal sealed class TranscriptStream
{
    private const int LongestLine = 256 << 10;
    private readonly List<byte> line = [];
    private readonly StringBuilder data = new();
    private readonly StringBuilder text = new();
    private bool afterReturn;

    /// <summary>The whole, once it is there.</summary>
    public Transcript? Done { get; private set; }

    /// <summary>What is wrong, or null.</summary>
    public string? Fault { get; private set; }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (Fault is not null || Done is not null)
            {
                return;
            }

            if (b == '\n' && afterReturn)
            {
                afterReturn = false;
                continue;
            }

            afterReturn = b == '\r';
            if (b is (byte)'\r' or (byte)'\n')
            {
                TakeLine();
            }
            else if (line.Count >= LongestLine)
            {
                Fault = "an endless line";
            }
            else
            {
                line.Add(b);
            }
        }
    }

    /// <summary>No more will come. What only deltas told is a transcript where the server has said that it is done with "[DONE]"; else it is torn.</summary>
    public void End()
    {
        if (line.Count > 0)
        {
            TakeLine();
        }

        TakeEvent();
        if (Done is null)
        {
            Fault ??= "events that end before the words do";
        }
    }

    private void TakeLine()
    {
        var taken = Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line));
        line.Clear();
        if (taken.Length == 0)
        {
            TakeEvent();
        }
        else if (taken.StartsWith("data:", StringComparison.Ordinal))
        {
            var value = taken.AsSpan(5);
            data.Append(data.Length > 0 ? "\n" : "").Append(value is [' ', ..] ? value[1..] : value);
            if (data.Length > LongestLine)
            {
                Fault = "an endless event";
            }
        }
    }

    private void TakeEvent()
    {
        if (data.Length == 0 || Fault is not null || Done is not null)
        {
            return;
        }

        var body = data.ToString();
        data.Clear();
        if (body == "[DONE]")
        {
            Done = new Transcript(text.ToString().Trim(), null);
            return;
        }

        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            Take(json.RootElement, body);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            Fault = "an event that is no JSON";
        }
    }

    private void Take(JsonElement root, string body)
    {
        if (ErrorText.IsError(root))
        {
            Fault = $"an error among the events: {ErrorText.Read(Encoding.UTF8.GetBytes(body))}";
            return;
        }

        var type = Text(root, "type");
        if (type == "transcript.text.delta" && Text(root, "delta") is { } delta)
        {
            text.Append(delta);
            if (text.Length > LongestLine)
            {
                Fault = "endless words";
            }
        }
        else if (type == "transcript.text.done" || (type is null && Text(root, "text") is not null))
        {
            Done = new Transcript((Text(root, "text") ?? text.ToString()).Trim(), Transcript.ConfidenceOf(root));
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
