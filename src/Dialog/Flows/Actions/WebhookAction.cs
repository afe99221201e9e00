using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Conversation.Dialog.Flows.Definition;

namespace Conversation.Dialog.Flows.Actions;

/// <summary>
/// An action performed by an HTTP server: POST {"action", "session", "key", "now", "arguments": {...}}, answered by {"outcome", "values": {...}}.
/// Any other status than 2xx, a timeout or an unreadable body is a failure. The key is also sent as Idempotency-Key.
/// </summary>
internal sealed class WebhookAction(WebhookDefinition definition, HttpClient http, TimeProvider time) : IFlowAction
{
    /// <summary>One client for all: it pools connections and follows changes of name resolution.</summary>
    public static readonly HttpClient SharedClient = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    public string Name => definition.Name;

    public bool HasEffect => definition.Effect;

    public IReadOnlyList<string> Outcomes => definition.Outcomes;

    public async ValueTask<FlowActionResult> RunAsync(FlowActionCall call, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(definition.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, definition.Url)
        {
            Content = JsonContent.Create(new { action = definition.Name, session = call.Session, key = call.Key, now = call.Time.GetLocalNow(), arguments = call.Arguments }),
        };
        request.Headers.Add("Idempotency-Key", call.Key);
        if (definition.TokenVariable is { } variable && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await http.SendAsync(request, both.Token).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        using var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false), cancellationToken: both.Token).ConfigureAwait(false);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (body.RootElement.TryGetProperty("values", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var value in given.EnumerateObject())
            {
                values[value.Name] = value.Value.ValueKind == JsonValueKind.String ? value.Value.GetString()! : value.Value.GetRawText();
            }
        }

        return new FlowActionResult(body.RootElement.GetProperty("outcome").GetString() ?? "failed", values);
    }
}
