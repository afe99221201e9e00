using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;

namespace Conversation.Gateway.Telephony.Ari;

/// <summary>How a request to Asterisk went: its answer, or why there is none.</summary>
internal readonly record struct AriAnswer(ReadOnlyMemory<byte> Body, string? Fault)
{
    public bool Done => Fault is null;

    /// <summary>Whether there was an answer at all, if only a refusal.</summary>
    public bool Answered { get; init; }
}

/// <summary>Asterisk's REST interface. A request that fails says why, and throws nothing.</summary>
internal sealed partial class AriClient : IDisposable
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(5);
    private readonly AriOptions options;
    private readonly ILogger logger;
    private readonly HttpClient http;
    private readonly string root;
    private readonly string authorization;

    public AriClient(GatewayOptions options, ILogger<AriClient> logger)
    {
        this.options = options.Ari;
        this.logger = logger;
        root = (this.options.Url ?? "http://localhost").TrimEnd('/');
        authorization = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{this.options.User}:{this.options.Password}"));
        http = new HttpClient { Timeout = this.options.Timeout };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", authorization);
    }

    /// <summary>Whether there is an Asterisk to ask.</summary>
    public bool Enabled => options.Url is not null;

    /// <summary>The application's events. Throws what a WebSocket throws.</summary>
    public Task<ClientWebSocket> ConnectEventsAsync(CancellationToken cancellation) => ConnectAsync($"/ari/events?app={options.App}", null, cancellation);

    /// <summary>The audio of a channel made by <see cref="MediaAsync"/>. Throws what a WebSocket throws.</summary>
    public Task<ClientWebSocket> ConnectMediaAsync(string connection, CancellationToken cancellation) => ConnectAsync("/media/" + Uri.EscapeDataString(connection), "media", cancellation);

    public Task<AriAnswer> AnswerAsync(string channel) => SendAsync(HttpMethod.Post, $"channels/{Escape(channel)}/answer");

    /// <summary>A channel whose audio goes over a WebSocket to which this side connects; it enters the application once that is there.</summary>
    public Task<AriAnswer> MediaAsync(string id) => SendAsync(HttpMethod.Post, "channels/externalMedia", [("channelId", id), ("app", options.App), ("external_host", "INCOMING"), ("encapsulation", "none"), ("transport", "websocket"),
        ("connection_type", "server"), ("format", options.Format), ("transport_data", "f(json)")]);

    public Task<AriAnswer> BridgeAsync(string id) => SendAsync(HttpMethod.Post, "bridges", [("type", "mixing"), ("bridgeId", id)]);

    public Task<AriAnswer> AddAsync(string bridge, string channels) => SendAsync(HttpMethod.Post, $"bridges/{Escape(bridge)}/addChannel", [("channel", channels)]);

    public Task<AriAnswer> EndBridgeAsync(string id) => SendAsync(HttpMethod.Delete, "bridges/" + Escape(id));

    public Task<AriAnswer> HangUpAsync(string channel) => SendAsync(HttpMethod.Delete, "channels/" + Escape(channel));

    public Task<AriAnswer> ChannelAsync(string channel) => SendAsync(HttpMethod.Get, "channels/" + Escape(channel));

    public Task<AriAnswer> ChannelsAsync() => SendAsync(HttpMethod.Get, "channels");

    public Task<AriAnswer> MembersAsync() => SendAsync(HttpMethod.Get, "applications/" + options.App);

    /// <summary>A channel of the application goes on in the dialplan: at an extension, or where there is none behind <c>Stasis()</c>.</summary>
    public Task<AriAnswer> ContinueAsync(string channel, string context = "", string extension = "") =>
        SendAsync(HttpMethod.Post, $"channels/{Escape(channel)}/continue", context.Length == 0 ? [] : [("context", context), ("extension", extension), ("priority", "1")]);

    /// <summary>Calls someone; the channel enters the application when it is answered.</summary>
    public Task<AriAnswer> OriginateAsync(string id, string endpoint, string callerId, string argument, TimeSpan ring) => SendAsync(HttpMethod.Post, "channels", [("endpoint", endpoint), ("app", options.App), ("appArgs", argument),
        ("callerId", callerId), ("channelId", id), ("timeout", ((int)ring.TotalSeconds).ToString(CultureInfo.InvariantCulture))]);

    /// <summary>Sets a variable of a channel in the application.</summary>
    public Task<AriAnswer> SetAsync(string channel, string name, string value) => SendAsync(HttpMethod.Post, $"channels/{Escape(channel)}/variable", [("variable", name), ("value", value)]);

    /// <summary>Sets a variable of any channel, by its name, that the dialplan reads as <c>${SHARED(NAME)}</c>: others can be set in the application only. It goes with the channel.</summary>
    public Task<AriAnswer> ShareAsync(string channelName, string name, string value) => SendAsync(HttpMethod.Post, "asterisk/variable", [("variable", $"SHARED({name},{channelName})"), ("value", value)]);

    /// <summary>The channel whose present application of the dialplan was given this; null where there is none, or none was told of in time.</summary>
    public async Task<AriChannel?> FindByDataAsync(string data)
    {
        var answer = Enabled ? await ChannelsAsync().ConfigureAwait(false) : default;
        return AriWire.ReadChannels(answer.Body).FirstOrDefault(channel => channel.ApplicationData.Contains(data, StringComparison.OrdinalIgnoreCase));
    }

    public void Dispose() => http.Dispose();

    private static string Escape(string part) => Uri.EscapeDataString(part);

    private async Task<AriAnswer> SendAsync(HttpMethod method, string path, (string Name, string Value)[]? query = null)
    {
        var address = $"{root}/ari/{path}{(query is { Length: > 0 } ? "?" : "")}{string.Join('&', (query ?? []).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"))}";
        using var request = new HttpRequestMessage(method, address);
        string fault;
        var answered = false;
        try
        {
            using var answer = await http.SendAsync(request).ConfigureAwait(false);
            var body = await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                return new AriAnswer(body, null) { Answered = true };
            }

            answered = true;
            fault = $"{(int)answer.StatusCode} {AriWire.ReadFault(body)}";
            if (answer.StatusCode == HttpStatusCode.NotFound && method == HttpMethod.Delete)
            {
                // Gone already: as it should be.
                return new AriAnswer(default, null) { Answered = true };
            }
        }
        catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException or IOException)
        {
            fault = failed is TaskCanceledException ? "no answer in time" : failed.Message;
        }

        LogFailed(method.Method, path, fault);
        return new AriAnswer(default, fault) { Answered = answered };
    }

    private async Task<ClientWebSocket> ConnectAsync(string path, string? protocol, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Basic " + authorization);
        socket.Options.KeepAliveInterval = Ping;
        socket.Options.KeepAliveTimeout = Ping;
        if (protocol is not null)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(options.Timeout);
            await socket.ConnectAsync(new Uri("ws" + root["http".Length..] + path), patience.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LoggerMessage(70, LogLevel.Warning, "Asterisk refused {Method} {Path}: {Fault}")]
    private partial void LogFailed(string method, string path, string fault);
}
