using System.Collections.ObjectModel;
using Conversation.Dialog.Chat;
using Conversation.Dialog.Flows;
using Conversation.Dialog.Flows.Definition;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;

namespace Conversation.Dialog;

/// <summary>The responders of a host, by name. Disposing it ends the MCP servers that were started for them.</summary>
public sealed class Responders : ReadOnlyDictionary<string, IResponder>, IAsyncDisposable
{
    private readonly IReadOnlyList<IAsyncDisposable> _owned;

    private Responders(Dictionary<string, IResponder> responders, IReadOnlyList<IAsyncDisposable> owned)
        : base(responders) => _owned = owned;

    /// <summary>Reads flows, embeds their examples, starts MCP servers.</summary>
    /// <param name="options">Which responders.</param>
    /// <param name="embedder">Compares what callers say with the flows' examples.</param>
    /// <param name="logging">For the responders' logs.</param>
    /// <param name="time">For waits and timeouts.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="actions">Actions for flows beside the built-in ones.</param>
    /// <exception cref="ArgumentException">Settings are wrong; all are named.</exception>
    /// <exception cref="FlowException">A flow's file is wrong; all faults are named, by line.</exception>
    public static async Task<Responders> LoadAsync(DialogOptions options, ITextEmbedder embedder, ILoggerFactory logging, TimeProvider time, CancellationToken cancellation, IEnumerable<IFlowAction>? actions = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logging);
        var faults = options.Validate().ToArray();
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        }

        var responders = new Dictionary<string, IResponder>(StringComparer.Ordinal);
        var owned = new List<IAsyncDisposable>();
        try
        {
            foreach (var (name, responder) in options.Responders)
            {
                switch (responder.Type)
                {
                    case "flow":
                        responders[name] = await FlowFactory.LoadAsync(name, responder, embedder, [.. actions ?? []], logging, time, cancellation).ConfigureAwait(false);
                        break;
                    case "echo":
                        responders[name] = new EchoResponder();
                        break;
                    default:
                        var tools = await McpToolbox.StartAsync(name, responder.McpServers, logging, cancellation).ConfigureAwait(false);
                        owned.Add(tools);
                        responders[name] = new ChatResponder(name, ChatClients.Create(name, responder, time), responder, tools.Tools, time, logging.CreateLogger<ChatResponder>());
                        break;
                }
            }
        }
        catch
        {
            foreach (var one in owned)
            {
                await one.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        return new Responders(responders, owned);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var one in _owned)
        {
            await one.DisposeAsync().ConfigureAwait(false);
        }
    }
}
