using Conversation.Core;
using Conversation.Dialog;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Store;
using Conversation.Sessions.Tenants;
using Conversation.Speech;

namespace Conversation.Sessions.Composition;

/// <summary>Everything a host can set, by configuration section.</summary>
internal sealed record ConversationOptions
{
    /// <summary>Section <c>Sessions</c>.</summary>
    public SessionHostOptions Sessions { get; init; } = new();

    /// <summary>Section <c>Engines</c>.</summary>
    public EngineOptions Engines { get; init; } = new();

    /// <summary>Section <c>Turns</c>.</summary>
    public CoreOptions Turns { get; init; } = new();

    /// <summary>Section <c>Speech</c>.</summary>
    public SpeechOptions Speech { get; init; } = new();

    /// <summary>Section <c>Dialog</c>.</summary>
    public DialogOptions Dialog { get; init; } = new();

    /// <summary>Section <c>Tenants</c>: by name, which clients send; empty for the host's own, where that is to have limits too.</summary>
    public Dictionary<string, TenantOptions> Tenants { get; init; } = [];

    /// <summary>Section <c>Store</c>. An empty path keeps sessions in memory only. Default <c>data/sessions.db</c>, taken from the working folder.</summary>
    public SqliteSessionStoreOptions Store { get; init; } = new() { Path = Path.Combine("data", "sessions.db") };

    /// <summary>Throws <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> with every fault at once.</summary>
    public ConversationOptions Validated()
    {
        List<string> faults = [.. Sessions.Validate(), .. Engines.Validate(), .. Turns.Faults(), .. Dialog.Validate(), .. Tenants.SelectMany(tenant => tenant.Value.Validate(tenant.Key))];
        if (Store.Path.Length > 0)
        {
            faults.AddRange(Store.Validate());
        }

        return faults.Count == 0 ? this : throw new Microsoft.Extensions.Options.OptionsValidationException("Conversation", typeof(ConversationOptions), faults);
    }
}
