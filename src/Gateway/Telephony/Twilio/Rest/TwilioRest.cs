using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Conversation.Gateway.Telephony.Twilio.Access;

namespace Conversation.Gateway.Telephony.Twilio.Rest;

/// <summary>How a request went: the carrier's name for the call, or why not; whether it may have been performed all the same.</summary>
internal readonly record struct RestAnswer(string CallId, string? Fault, bool Answered)
{
    public bool Done => Fault is null;
}

/// <summary>The carrier's REST interface: hang up, transfer, call. A request that fails says why, and throws nothing.</summary>
internal sealed class TwilioRest : IDisposable
{
    private const int Tries = 3;
    private const int MostBytes = 65_536;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    // Told to wait longer, a caller who is to be transferred would long have hung up.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private readonly TwilioOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly HttpClient http;
    private readonly string root;

    public TwilioRest(GatewayOptions options, TimeProvider time, ILogger<TwilioRest> logger)
    {
        this.options = options.Twilio;
        this.time = time;
        this.logger = logger;
        root = (this.options.ApiUrl ?? (this.options.IsTelnyx ? "https://api.telnyx.com" : "https://api.twilio.com")).TrimEnd('/');
        http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };
        http.DefaultRequestHeaders.Authorization = this.options.IsTelnyx
            ? new AuthenticationHeaderValue("Bearer", this.options.ApiKey)
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{this.options.AccountSid}:{this.options.AuthToken}")));
    }

    /// <summary>Whether there is an account to ask with.</summary>
    public bool Enabled => options.IsTelnyx ? options.ApiKey.Length > 0 : options.AccountSid.Length > 0 && options.AuthToken.Length > 0;

    /// <summary>Ends a call.</summary>
    public Task<RestAnswer> HangUpAsync(string call) => options.IsTelnyx
        ? SendAsync("hang up", Telnyx(call, "hangup"), () => Json(new Dictionary<string, string>()), again: true)
        : SendAsync("hang up", Twilio(call), () => Form([("Status", "completed")]), again: true);

    /// <summary>Hands a call over to a number or a SIP address. Tried again only where it surely has not begun: else it might ring twice.</summary>
    public Task<RestAnswer> TransferAsync(string call, string target) => options.IsTelnyx
        ? SendAsync("transfer", Telnyx(call, "transfer"), () => Json(new Dictionary<string, string> { ["to"] = target }), again: false)
        : SendAsync("transfer", Twilio(call), () => Form([("Twiml", Twiml.Dial(target))]), again: false);

    /// <summary>Calls somebody. Tried again only where Twilio surely has not begun: else two calls might be made.</summary>
    public Task<RestAnswer> CallAsync(IEnumerable<(string Name, string Value)> fields) =>
        SendAsync("call", $"/2010-04-01/Accounts/{Uri.EscapeDataString(options.AccountSid)}/Calls.json", () => Form(fields), again: false);

    public void Dispose() => http.Dispose();

    private string Twilio(string call) => $"/2010-04-01/Accounts/{Uri.EscapeDataString(options.AccountSid)}/Calls/{Uri.EscapeDataString(call)}.json";

    private static string Telnyx(string call, string action) => $"/v2/calls/{Uri.EscapeDataString(call)}/actions/{action}";

    private static FormUrlEncodedContent Form(IEnumerable<(string Name, string Value)> fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static ByteArrayContent Json(Dictionary<string, string> fields) => new(JsonSerializer.SerializeToUtf8Bytes(fields)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private async Task<RestAnswer> SendAsync(string what, string path, Func<HttpContent> content, bool again)
    {
        var wait = FirstWait;
        for (var attempt = 1; ; attempt++)
        {
            var (answer, mayRetry, asked) = await TryAsync(path, content, again).ConfigureAwait(false);
            if (answer.Done || !mayRetry || attempt == Tries || asked > LongestWait)
            {
                if (!answer.Done)
                {
                    TwilioLog.RestFailed(logger, what, answer.Fault!);
                }

                return answer;
            }

            await Task.Delay(asked ?? wait, time).ConfigureAwait(false);
            wait *= 4;
        }
    }

    private async Task<(RestAnswer Answer, bool MayRetry, TimeSpan? Asked)> TryAsync(string path, Func<HttpContent> content, bool again)
    {
        using var patience = new CancellationTokenSource(options.ApiTimeout, time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, root + path) { Content = content() };
            using var answer = await http.SendAsync(request, patience.Token).ConfigureAwait(false);
            var body = await answer.Content.ReadAsByteArrayAsync(patience.Token).ConfigureAwait(false);
            var (sid, message) = Read(body);
            return answer.IsSuccessStatusCode
                ? (new RestAnswer(sid, null, true), false, null)
                // Told to wait, it has not been done; failed within, it may have been.
                : (new RestAnswer("", $"{(int)answer.StatusCode} {message}".Trim(), true), answer.StatusCode == HttpStatusCode.TooManyRequests || (again && (int)answer.StatusCode >= 500), answer.Headers.RetryAfter?.Delta);
        }
        catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException or IOException)
        {
            var never = failed is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };
            return (new RestAnswer("", failed is OperationCanceledException ? "no answer in time" : failed.Message, false), again || never, null);
        }
    }

    /// <summary>Of an answer: the call's name, and what the carrier says.</summary>
    private static (string Sid, string Message) Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? (Text("sid"), Text("message")) : ("", "");

            string Text(string name) => document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= 500 } text ? text : "";
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return ("", "");
        }
    }
}
