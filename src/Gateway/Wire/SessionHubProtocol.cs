using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Conversation.Gateway.Wire;

/// <summary>
/// SignalR's JSON protocol, less its silences. An unknown method or arguments that do not fit would, in a message that asks for no answer,
/// be answered by a line in the server's log; here they reach the hub as a <see cref="Refusal"/>. Errors leave as <c>CODE: text</c>,
/// without SignalR's wrapping and without any inside detail.
/// </summary>
internal sealed class SessionHubProtocol(IOptions<JsonHubProtocolOptions> options, GatewayOptions limits) : IHubProtocol
{
    private const string HubExceptionMark = "HubException: ";
    private static readonly HashSet<string> Methods = new(["Open", "Audio", "Played", "Text", "Configure", "Close"], StringComparer.OrdinalIgnoreCase);
    private readonly JsonHubProtocol inner = new(options);

    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        if (!inner.TryParseMessage(ref input, binder, out message))
        {
            return false;
        }

        message = message switch
        {
            InvocationBindingFailureMessage failed => Refuse(failed.InvocationId, failed.Target, failed.BindingFailure.SourceException),
            StreamInvocationMessage stream => Refuse(stream.InvocationId, stream.Target, null),
            // SignalR watches over a client only once it has pinged; the hub watches over every one.
            PingMessage => new InvocationMessage(nameof(Hub.SessionHub.Alive), []),
            InvocationMessage { StreamIds.Length: > 0 } stream => Refuse(stream.InvocationId, stream.Target, null),
            _ => message,
        };
        return true;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(Plain(message), output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(Plain(message));

    private static InvocationMessage Refuse(string? id, string? target, Exception? why)
    {
        var refusal = target is null || !Methods.Contains(target) ? Refusal.Unknown(target ?? "")
            : (why as JsonException ?? why?.InnerException as JsonException) is { } json ? Refusal.Arguments(target, json.Path is { } path ? $"the value at {path} is of the wrong kind." : "a value is of the wrong kind.")
            : Refusal.Arguments(target, why is InvalidDataException ? "wrong number or kind of arguments." : "it takes no streams.");
        return new InvocationMessage(id, Refusal.Method, [refusal with { Answered = id is not null }]);
    }

    private HubMessage Plain(HubMessage message) => message switch
    {
        CompletionMessage { Error: { } error, InvocationId: var id } => CompletionMessage.WithError(id!, Plain(error)),
        CloseMessage { Error: { } error } close => new CloseMessage(PlainClose(error), close.AllowReconnect),
        _ => message,
    };

    private static string Plain(string error)
    {
        var mark = error.IndexOf(HubExceptionMark, StringComparison.Ordinal);
        return mark >= 0 ? error[(mark + HubExceptionMark.Length)..] : "internal: The server failed at this; the session goes on.";
    }

    private string PlainClose(string error) =>
        error.Contains("maximum message size", StringComparison.Ordinal) ? $"message_too_large: A message may hold {limits.MaxMessageBytes} bytes; send audio in pieces of 20 to 40 ms."
        : error.Contains(nameof(InvalidDataException), StringComparison.Ordinal) || error.Contains(nameof(JsonException), StringComparison.Ordinal) ? "bad_message: The connection sent what is not a SignalR JSON message."
        : "internal: The server closed this connection; open another and resume.";
}
