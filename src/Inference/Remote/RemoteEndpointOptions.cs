namespace Conversation.Inference.Remote;

/// <summary>A server that speaks OpenAI's audio API, and how far it is trusted to answer.</summary>
public abstract record RemoteEndpointOptions
{
    /// <summary>The server's base address, as <c>https://api.openai.com/v1</c> or <c>http://localhost:8000/v1</c>. Required.</summary>
    public string BaseUrl { get; init; } = "";

    /// <summary>The environment variable that holds the key; it must be there. Default <c>OPENAI_API_KEY</c> for api.openai.com and none for any other server, which has no business with that key.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>The model's name at the server. Required.</summary>
    public string Model { get; init; } = "";

    /// <summary>Requests at once; what comes beyond is done here. Default 32; 1 to 1,000.</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>Failures in a row after which the server is left alone for a while. One is enough where it refuses the key, knows no such address or asks for a pause. Default 2; 1 to 100.</summary>
    public int OpenAfter { get; init; } = 2;

    /// <summary>How long it is left alone at first; doubled each time it then fails again. Default 5 s; 100 ms to 10 min.</summary>
    public TimeSpan OpenFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest it is left alone. Default 2 min; <see cref="OpenFor"/> to 1 h.</summary>
    public TimeSpan OpenForAtMost { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The key, where there is one. Read when asked for: it is in no option, so that no print of the options holds it.</summary>
    internal string? Key => KeyVariable is { } variable && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } key ? key : null;

    /// <summary>Where the key is looked for; null where none is sent.</summary>
    internal string? KeyVariable => ApiKeyVariable ?? (Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) && url.Host == "api.openai.com" ? "OPENAI_API_KEY" : null);

    /// <summary>The address without what may be secret in it: for logs.</summary>
    internal string Where => Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) ? url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : BaseUrl;

    internal IEnumerable<string> ValidateEndpoint(string section)
    {
        if (!Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Query.Length > 0)
        {
            yield return $"{section}:BaseUrl must be the server's http or https address without user and query, as 'http://localhost:8000/v1'.";
        }

        if (Model.Length is 0 or > 200)
        {
            yield return $"{section}:Model is missing: the model's name at the server.";
        }

        if (ApiKeyVariable is { } variable && Key is null)
        {
            yield return $"{section}:ApiKeyVariable names '{variable}', and there is no such environment variable, or it is empty.";
        }
        else if (Key is { } key && key.Any(c => c is < '!' or > '~'))
        {
            yield return $"{section}: the key in {KeyVariable} holds a space, a line end or a letter that no header may.";
        }

        if (Concurrency is < 1 or > 1000)
        {
            yield return $"{section}:Concurrency is {Concurrency}; it must be 1 to 1,000.";
        }

        if (OpenAfter is < 1 or > 100)
        {
            yield return $"{section}:OpenAfter is {OpenAfter}; it must be 1 to 100.";
        }

        if (Outside(OpenFor, 0.1, 600))
        {
            yield return $"{section}:OpenFor is {OpenFor}; it must be 100 ms to 10 min.";
        }

        if (OpenForAtMost < OpenFor || OpenForAtMost > TimeSpan.FromHours(1))
        {
            yield return $"{section}:OpenForAtMost is {OpenForAtMost}; it must be OpenFor ({OpenFor}) to 1 h.";
        }
    }

    internal static bool Outside(TimeSpan time, double leastSeconds, double mostSeconds) => time < TimeSpan.FromSeconds(leastSeconds) || time > TimeSpan.FromSeconds(mostSeconds);
}

/// <summary>Remote recognition: <c>POST {BaseUrl}/audio/transcriptions</c>.</summary>
public sealed record RemoteRecognitionOptions : RemoteEndpointOptions
{
    /// <summary>The language spoken, as ISO-639-1 ("en"). Default null: the server finds out.</summary>
    public string? Language { get; init; }

    /// <summary>Words to look out for: names, terms. Default null.</summary>
    public string? Prompt { get; init; }

    /// <summary>"json" or, for servers that tell there how sure they are (Whisper's), "verbose_json". Default "json".</summary>
    public string Format { get; init; } = "json";

    /// <summary>Whether to ask for the text as it comes (server-sent events), which some servers answer sooner. Default false.</summary>
    public bool Stream { get; init; }

    /// <summary>How long the better words are awaited, from when they are asked for; after it the words of the model here stand. Default 800 ms; 100 ms to 10 s. <c>Turns:Recognition:FinalWait</c> bounds it too.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>Whether the model here decides that something was no speech at all: many remote models hear words in noise. Switch it off for languages it does not know. Default true.</summary>
    public bool LocalMayReject { get; init; } = true;

    /// <summary>Every fault; empty when all is well.</summary>
    public IEnumerable<string> Validate(string section)
    {
        foreach (var fault in ValidateEndpoint(section))
        {
            yield return fault;
        }

        if (Format is not ("json" or "verbose_json"))
        {
            yield return $"{section}:Format is '{Format}'; it must be 'json' or 'verbose_json'.";
        }

        if (Outside(Deadline, 0.1, 10))
        {
            yield return $"{section}:Deadline is {Deadline}; it must be 100 ms to 10 s.";
        }

        if (Language is { Length: not (2 or 3) })
        {
            yield return $"{section}:Language is '{Language}'; it is an ISO-639 code, as 'en'.";
        }
    }
}

/// <summary>Remote synthesis of a tier: <c>POST {BaseUrl}/audio/speech</c>.</summary>
public sealed record RemoteSynthesisOptions : RemoteEndpointOptions
{
    /// <summary>The tier's name for people. Default: its id.</summary>
    public string? Name { get; init; }

    /// <summary>The server's voices to offer, by their names there; the first is the default. Required.</summary>
    public IReadOnlyList<string> Voices { get; init; } = [];

    /// <summary>The language they speak. Default "en-US".</summary>
    public string Language { get; init; } = "en-US";

    /// <summary>How to speak, for models that heed it ("warm and calm"). Default null.</summary>
    public string? Instructions { get; init; }

    /// <summary>"pcm" or "wav". Default "pcm", which most servers send soonest.</summary>
    public string Format { get; init; } = "pcm";

    /// <summary>The rate of "pcm" in hertz, which it does not tell. Default 24000, as OpenAI's; 8000 to 48000.</summary>
    public int Rate { get; init; } = 24_000;

    /// <summary>Whether a pace other than 1 is sent. Off where the server refuses it. Default true.</summary>
    public bool SendSpeed { get; init; } = true;

    /// <summary>How long the first sound of a clause is awaited; after it the engine here speaks. Default 1 s; 100 ms to 30 s.</summary>
    public TimeSpan FirstByteWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a clause may then stand still, and how far it may fall behind the pace of speech; after it the engine here speaks the rest. Default 1 s; 100 ms to 30 s.</summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest clause that is believed. Default 60 s; 5 s to 5 min.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The tier that stands in. Default: this one's own engine where it has one, else the fast tier's.</summary>
    public string? Standby { get; init; }

    /// <summary>The voice that stands in. Default: the stand-in's first.</summary>
    public string? StandbyVoice { get; init; }

    /// <summary>Every fault; empty when all is well.</summary>
    public IEnumerable<string> Validate(string section)
    {
        foreach (var fault in ValidateEndpoint(section))
        {
            yield return fault;
        }

        if (Voices.Count == 0 || Voices.Any(string.IsNullOrWhiteSpace) || Voices.Distinct().Count() != Voices.Count)
        {
            yield return $"{section}:Voices must name one voice of the server or more, each once.";
        }

        if (Format is not ("pcm" or "wav"))
        {
            yield return $"{section}:Format is '{Format}'; it must be 'pcm' or 'wav'.";
        }

        if (Rate is < 8_000 or > 48_000 || !Audio.Resampler.Supports(Rate))
        {
            yield return $"{section}:Rate is {Rate}; it must be a usual rate from 8000 to 48000.";
        }

        foreach (var (name, value) in new[] { (nameof(FirstByteWithin), FirstByteWithin), (nameof(StallAfter), StallAfter) })
        {
            if (Outside(value, 0.1, 30))
            {
                yield return $"{section}:{name} is {value}; it must be 100 ms to 30 s.";
            }
        }

        if (Outside(Longest, 5, 300))
        {
            yield return $"{section}:Longest is {Longest}; it must be 5 s to 5 min.";
        }
    }
}
