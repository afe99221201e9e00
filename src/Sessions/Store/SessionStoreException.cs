namespace Conversation.Sessions.Store;

/// <summary>The storage failed; the conversation need not.</summary>
public sealed class SessionStoreException : Exception
{
    /// <summary>A failure with what caused it.</summary>
    public SessionStoreException(SessionFault fault, Exception? inner = null)
        : base($"{fault.Code}: {fault.Message}", inner) => Fault = fault;

    /// <summary>What happened, fit for an <c>error</c> event: store_full, store_locked, store_read_only, store_corrupt, store_version or store_failed.</summary>
    public SessionFault Fault { get; }
}
