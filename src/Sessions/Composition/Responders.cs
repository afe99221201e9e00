using Conversation.Dialog;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;

namespace Conversation.Sessions.Composition;

/// <summary>Until the dialog room has its own options.</summary>
internal sealed record DialogOptions;

/// <summary>The responders of this host.</summary>
internal static class Responders
{
    public static Task<IReadOnlyDictionary<string, IResponder>> LoadAsync(DialogOptions options, ITextEmbedder embedder, ILoggerFactory logging, TimeProvider time, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, IResponder>>(new Dictionary<string, IResponder> { ["clinic"] = Pump.ApologyResponder.Instance });
}
