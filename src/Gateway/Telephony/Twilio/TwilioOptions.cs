using System.Net;
using Conversation.Gateway.Telephony.Twilio.Access;

namespace Conversation.Gateway.Telephony.Twilio;

/// <summary>Calls by Twilio's Media Streams and by Telnyx's, at <c>/v1/twilio</c>; configuration section <c>Gateway:Twilio</c>.</summary>
public sealed record TwilioOptions
{
    /// <summary>Whether calls are taken. Default no.</summary>
    public bool Enabled { get; init; }

    /// <summary>Whose dialect is spoken: "twilio" or "telnyx". Default "twilio".</summary>
    public string Dialect { get; init; } = "twilio";

    /// <summary>Where the streams connect to; the webhook is at <c>/voice</c> below it. Default "/v1/twilio".</summary>
    public string Path { get; init; } = "/v1/twilio";

    /// <summary>The gateway as the carrier reaches it, such as https://talk.example.com, with the path that a proxy takes away if it does. Default none: as the request says, and as <c>X-Forwarded-*</c> says where a proxy that is trusted sent it; then a request that was signed for another server of the same account passes too.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Addresses of proxies whose <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c> count, besides this machine's own. Default none.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>Twilio's account ("AC…"), for hanging up, transferring and calling; streams of another are refused. Default empty.</summary>
    public string AccountSid { get; init; } = "";

    /// <summary>Twilio's auth token: it signs every request. Default empty: no signature is asked for, and only carriers on this machine are let in.</summary>
    public string AuthToken { get; init; } = "";

    /// <summary>Telnyx's API key, for hanging up and transferring. Default empty.</summary>
    public string ApiKey { get; init; } = "";

    /// <summary>Telnyx's public key, in base64, by which its webhooks are signed. Default empty: only from this machine.</summary>
    public string PublicKey { get; init; } = "";

    /// <summary>The carrier's REST interface. Default Twilio's or Telnyx's own.</summary>
    public string? ApiUrl { get; init; }

    /// <summary>How long one request to it may take. Default 5 s, from 0.1 to 60 s; it is tried three times.</summary>
    public TimeSpan ApiTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a stream must show the token that <c>/voice</c> gave it. Default yes: the signature of a stream is the same for each, and so alone it keeps nobody out who has seen one. No: for TwiML of your own.</summary>
    public bool RequireToken { get; init; } = true;

    /// <summary>How long the token holds. Default 30 s, from 5 to 60 s: each gateway of several knows for itself alone that it was used.</summary>
    public TimeSpan TokenLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Calls at once; further ones are told to be busy. Default 200, from 1 to 10,000.</summary>
    public int MaxCalls { get; init; } = 200;

    /// <summary>Frames of 20 ms that lie at the carrier ahead of being played. Default 20, from 5 to 500: more rides out more delay on the way; an interruption clears them.</summary>
    public int Ahead { get; init; } = 20;

    /// <summary>The number shown in calls made from here. Default empty: each request must give one.</summary>
    public string From { get; init; } = "";

    /// <summary>Whether Twilio listens for answering machines where a call made from here asks for it; it charges for that. Default no.</summary>
    public bool MachineDetection { get; init; }

    /// <summary>Whom a flow's transfer targets stand for: "sales" for a number or a SIP address.</summary>
    public IReadOnlyDictionary<string, string> Transfers { get; init; } = new Dictionary<string, string>();

    /// <summary>What may be dialled besides, where a dialog names a number or a SIP address itself: how the number must begin ("+1555", "+4930123"), or the host of the address ("@pbx.example.com"). Default none: only <see cref="Transfers"/>, for a transfer costs money and whoever writes a flow need not hold the account.</summary>
    public IReadOnlyList<string> TransferTo { get; init; } = [];

    /// <summary>Whom a call is for that names no route.</summary>
    public CarrierRoute Default { get; init; } = new();

    /// <summary>Whom calls are for, by the route they name: <c>/v1/twilio/voice?route=NAME</c>, or a custom parameter <c>route</c>. Default none.</summary>
    public IReadOnlyDictionary<string, CarrierRoute> Routes { get; init; } = new Dictionary<string, CarrierRoute>();

    /// <summary>Whether Telnyx's dialect is spoken.</summary>
    internal bool IsTelnyx => Dialect == "telnyx";

    /// <summary>The webhook's path.</summary>
    internal string VoicePath => Path + "/voice";

    /// <summary>A route by its name; empty is the default one.</summary>
    internal CarrierRoute? RouteOf(string? name) => string.IsNullOrEmpty(name) ? Default : Routes.GetValueOrDefault(name);

    internal IEnumerable<string> Faults()
    {
        if (Dialect is not ("twilio" or "telnyx"))
        {
            yield return $"Gateway:Twilio:Dialect is '{Dialect}': give twilio or telnyx.";
        }

        if (Path.Length < 2 || Path[0] != '/' || Path[^1] == '/' || Path.Contains('?'))
        {
            yield return $"Gateway:Twilio:Path is '{Path}': give a path such as /v1/twilio.";
        }

        foreach (var (value, setting) in new[] { (PublicUrl, nameof(PublicUrl)), (ApiUrl, nameof(ApiUrl)) })
        {
            if (value is not null && !(Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0))
            {
                yield return $"Gateway:Twilio:{setting} is '{value}': give an address such as https://talk.example.com.";
            }
        }

        if (Proxies.FirstOrDefault(proxy => !IPAddress.TryParse(proxy, out _)) is { } wrong)
        {
            yield return $"Gateway:Twilio:Proxies has '{wrong}': give IP addresses.";
        }

        if (PublicKey.Length > 0 && !(Convert.TryFromBase64String(PublicKey, new byte[PublicKey.Length], out var bytes) && bytes == 32))
        {
            yield return "Gateway:Twilio:PublicKey is not 32 bytes in base64: copy it from Telnyx's portal.";
        }

        if (IsTelnyx && PublicKey.Length > 0 && !RequireToken)
        {
            yield return "Gateway:Twilio:RequireToken is false: Telnyx signs no streams, so that without the token anybody would be let in.";
        }

        if (Transfers.FirstOrDefault(named => !Twiml.IsTarget(named.Value)) is { Key: not null } named)
        {
            yield return $"Gateway:Twilio:Transfers:{named.Key} is '{named.Value}': give a number such as +15557654321, or a SIP address.";
        }

        if (TransferTo.FirstOrDefault(entry => !TransferTarget.IsEntry(entry)) is { } entry)
        {
            yield return $"Gateway:Twilio:TransferTo has '{entry}': give how numbers begin, such as +1555, or a host of SIP addresses, such as @pbx.example.com.";
        }

        if (ApiTimeout.TotalSeconds is not (>= 0.1 and <= 60))
        {
            yield return $"Gateway:Twilio:ApiTimeout is {ApiTimeout}: give 0.1 to 60 s, as hh:mm:ss.";
        }

        if (TokenLife.TotalSeconds is not (>= 5 and <= 60))
        {
            yield return $"Gateway:Twilio:TokenLife is {TokenLife}: give 5 to 60 s, as hh:mm:ss.";
        }

        if (MaxCalls is < 1 or > 10_000)
        {
            yield return $"Gateway:Twilio:MaxCalls is {MaxCalls}: give 1 to 10000.";
        }

        if (Ahead is < 5 or > 500)
        {
            yield return $"Gateway:Twilio:Ahead is {Ahead}: give 5 to 500.";
        }
    }
}
