using System.Text.Json;

namespace Conversation.Gateway.Telephony.AudioHook;

/// <summary>Reads AudioHook's messages. Knows no socket.</summary>
internal static class HookWire
{
    /// <summary>Bytes that no message is longer than.</summary>
    public const int Longest = 65_535;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 16 };

    /// <summary>A message, or what is wrong with it.</summary>
    public static (HookMessage? Message, string? Fault) Read(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, Strict);
            using var whole = JsonDocument.ParseValue(ref reader);
            return reader.Read() ? (null, "more than one JSON value") : ReadMessage(whole.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return (null, "not JSON");
        }
    }

    private static (HookMessage? Message, string? Fault) ReadMessage(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "version") != "2" || !IsUuid(Text(root, "id")) || Text(root, "type") is not { } type
            || Count(root, "seq") is not { } seq || Count(root, "serverseq") is not { } serverSeq || HookTime.Read(Text(root, "position")) is null
            || !root.TryGetProperty("parameters", out var parameters) || parameters.ValueKind != JsonValueKind.Object)
        {
            return (null, "not a client message of version 2");
        }

        HookMessage? message = ReadParameters(type, parameters, new Head(Text(root, "id")!, seq, serverSeq));
        return message is null ? (null, $"parameters of '{type}' missing or wrong") : (message, null);
    }

    private readonly record struct Head(string Id, long Seq, long ServerSeq);

    private static HookMessage? ReadParameters(string type, JsonElement given, Head head)
    {
        switch (type)
        {
            case "open":
                return ReadOpen(given, head);
            case "close":
                return new HookMessage.Close(Text(given, "reason") ?? "") { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "ping":
                return new HookMessage.Ping { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "paused":
                return new HookMessage.Paused { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "resumed" when Span(given) is { } span:
                return new HookMessage.Resumed(span.Start, span.Discarded) { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "discarded" when Span(given) is { } span:
                return new HookMessage.Discard(span.Start, span.Discarded) { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "update":
                return new HookMessage.Update(Text(given, "language") ?? "") { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "error" when Count(given, "code") is { } code and < 10_000:
                return new HookMessage.Error((int)code, Text(given, "message") ?? "", HookTime.Read(Text(given, "retryAfter"))) { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "dtmf" when Text(given, "digit") is { Length: 1 } digit:
                return new HookMessage.Digit(digit[0]) { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "playback_started":
                return new HookMessage.PlaybackStarted { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "playback_completed":
                return new HookMessage.PlaybackCompleted { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
            case "resumed" or "discarded" or "error" or "dtmf":
                return null;
            default:
                return new HookMessage.Other(type) { Id = head.Id, Seq = head.Seq, ServerSeq = head.ServerSeq };
        }
    }

    private static HookMessage.Open? ReadOpen(JsonElement given, Head head)
    {
        if (Text(given, "organizationId") is not { } organization || !IsUuid(organization) || Text(given, "conversationId") is not { } conversation || !IsUuid(conversation)
            || ReadMedia(given) is not { } media)
        {
            return null;
        }

        var participant = given.TryGetProperty("participant", out var told) && told.ValueKind == JsonValueKind.Object ? told : default;
        var attributes = new Dictionary<string, string>();
        Collect(given, "customConfig", attributes);
        Collect(given, "inputVariables", attributes);
        attributes["organizationId"] = organization;
        attributes["conversationId"] = conversation;
        if (Text(participant, "id") is { } id)
        {
            attributes["participantId"] = id;
        }

        if (Text(given, "language") is { } language)
        {
            attributes["language"] = language;
        }

        return new HookMessage.Open
        {
            Id = head.Id,
            Seq = head.Seq,
            ServerSeq = head.ServerSeq,
            Organization = organization,
            IsProbe = IsNone(conversation) && IsNone(Text(participant, "id")),
            Media = media,
            Ani = Text(participant, "ani") ?? "",
            AniName = Text(participant, "aniName") ?? "",
            Dnis = Text(participant, "dnis") ?? "",
            WantsLanguages = given.TryGetProperty("supportedLanguages", out var wants) && wants.ValueKind == JsonValueKind.True,
            Attributes = attributes,
        };
    }

    private static List<HookMedia>? ReadMedia(JsonElement given)
    {
        if (!given.TryGetProperty("media", out var offered) || offered.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var media = new List<HookMedia>();
        foreach (var offer in offered.EnumerateArray())
        {
            // What is offered beside what is known here does no harm: it is not chosen.
            if (offer.ValueKind == JsonValueKind.Object && Text(offer, "type") is { } type && Text(offer, "format") is { } format && Count(offer, "rate") is { } rate and < int.MaxValue
                && offer.TryGetProperty("channels", out var channels) && channels.ValueKind == JsonValueKind.Array && channels.EnumerateArray().All(channel => channel.ValueKind == JsonValueKind.String))
            {
                media.Add(new HookMedia(type, format, (int)rate, [.. channels.EnumerateArray().Select(channel => channel.GetString()!)]));
            }
        }

        return media;
    }

    /// <summary>An object's values by name: words as they are, the rest as JSON.</summary>
    private static void Collect(JsonElement given, string name, Dictionary<string, string> into)
    {
        if (given.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Object)
        {
            foreach (var value in values.EnumerateObject())
            {
                into[value.Name] = value.Value.ValueKind switch
                {
                    JsonValueKind.String => value.Value.GetString()!,
                    JsonValueKind.Null => "",
                    _ => value.Value.GetRawText(),
                };
            }
        }
    }

    private static (TimeSpan Start, TimeSpan Discarded)? Span(JsonElement given) =>
        HookTime.Read(Text(given, "start")) is { } start && HookTime.Read(Text(given, "discarded")) is { } discarded ? (start, discarded) : null;

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Count(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number : null;

    private static bool IsUuid(string? text) => Guid.TryParseExact(text, "D", out _);

    private static bool IsNone(string? text) => Guid.TryParseExact(text, "D", out var id) && id == Guid.Empty;
}
