using Conversation.Sessions.Hosting;

namespace Conversation.Sessions.Composition;

/// <summary>Where a host gets what makes its sessions.</summary>
internal interface ISessionSource
{
    /// <summary>Told to whoever comes before the models are there.</summary>
    static SessionFault Starting { get; } = new("starting", "The models are still being loaded. Try again in a few seconds.");

    /// <summary>Makes sessions; null while the models are being loaded.</summary>
    SessionFactory? Factory { get; }
}
