namespace Conversation.Gateway.Telephony.Ari;

/// <summary>Asterisk's REST interface: calls by an ARI application, calls made from here, and what the dialplan is told at a call's end; configuration section <c>Gateway:Ari</c>.</summary>
public sealed record AriOptions
{
    /// <summary>Asterisk's HTTP server, such as http://127.0.0.1:8088, with the prefix of its http.conf if it has one. Default none: ARI is not used.</summary>
    public string? Url { get; init; }

    /// <summary>The application's name, as in <c>Stasis(conversation)</c>. Default "conversation": letters, digits, '-' and '_'. One gateway for each name.</summary>
    public string App { get; init; } = "conversation";

    /// <summary>The user of Asterisk's ari.conf. Default "conversation".</summary>
    public string User { get; init; } = "conversation";

    /// <summary>The user's password. Default empty.</summary>
    public string Password { get; init; } = "";

    /// <summary>The format of a call's audio at the gateway. Default "slin16"; else "slin", "slin24" or "slin48".</summary>
    public string Format { get; init; } = "slin16";

    /// <summary>Whether calls that enter the application are taken. Default yes; no: ARI only tells AudioSocket and chan_websocket who calls, and the dialplan how it ended.</summary>
    public bool Calls { get; init; } = true;

    /// <summary>Calls at once; further ones go on in the dialplan. Default 200, from 1 to 10,000.</summary>
    public int MaxCalls { get; init; } = 200;

    /// <summary>The context of the dialplan in which a transfer's target is dialled as an extension. Default empty: the dialplan goes on behind <c>Stasis()</c>.</summary>
    public string TransferContext { get; init; } = "";

    /// <summary>How a number is dialled by a call from here, with {number} for it. Default "PJSIP/{number}"; behind a trunk "PJSIP/{number}@trunk".</summary>
    public string Dial { get; init; } = "PJSIP/{number}";

    /// <summary>How long one request may take. Default 3 s, from 0.1 to 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whom a call is for that names no route.</summary>
    public CarrierRoute Default { get; init; } = new();

    /// <summary>Whom calls are for, by the route they name: <c>Stasis(conversation,NAME)</c> in the dialplan. Default none.</summary>
    public IReadOnlyDictionary<string, CarrierRoute> Routes { get; init; } = new Dictionary<string, CarrierRoute>();

    /// <summary>What is wrong with it.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Url is not null && !(Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            yield return $"Gateway:Ari:Url is '{Url}': give the address of Asterisk's HTTP server, such as http://127.0.0.1:8088.";
        }

        if (App.Length == 0 || !App.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            yield return $"Gateway:Ari:App is '{App}': give letters, digits, '-' and '_'.";
        }

        if (RateOf(Format) == 0)
        {
            yield return $"Gateway:Ari:Format is '{Format}': give slin, slin16, slin24 or slin48.";
        }

        if (MaxCalls is < 1 or > 10_000)
        {
            yield return $"Gateway:Ari:MaxCalls is {MaxCalls}: give 1 to 10000.";
        }

        if (!Dial.Contains("{number}", StringComparison.Ordinal))
        {
            yield return $"Gateway:Ari:Dial is '{Dial}': let it hold {{number}}.";
        }

        if (Timeout.TotalSeconds is not (>= 0.1 and <= 60))
        {
            yield return $"Gateway:Ari:Timeout is {Timeout}: give 0.1 to 60 s, as hh:mm:ss.";
        }
    }

    /// <summary>Samples a second of a signed linear format; 0 for another.</summary>
    internal static int RateOf(string format) => format switch { "slin" => 8_000, "slin16" => 16_000, "slin24" => 24_000, "slin48" => 48_000, _ => 0 };
}
