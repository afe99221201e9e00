namespace Conversation.Inference.Remote;

/// <summary>Why a remote engine did not do it.</summary>
internal enum RemoteCause
{
    /// <summary>Not in time: no answer, or no first sound.</summary>
    Timeout,

    /// <summary>The answer began and then stood still.</summary>
    Stalled,

    /// <summary>The answer began and ended too early.</summary>
    Broken,

    /// <summary>No connection.</summary>
    Unreachable,

    /// <summary>401 or 403.</summary>
    KeyRefused,

    /// <summary>404 or 405: no such address, or no such model.</summary>
    NotFound,

    /// <summary>429.</summary>
    TooMany,

    /// <summary>Another 4xx, or a redirection: it does not like the request.</summary>
    BadRequest,

    /// <summary>5xx.</summary>
    ServerError,

    /// <summary>An answer, and not one of this API: another content type, a format that is not read here, garbage.</summary>
    BadAnswer,

    /// <summary>An answer without words or sound in it.</summary>
    Empty,

    /// <summary>An answer beyond what is believed.</summary>
    TooLarge,

    /// <summary>As many requests are out as may be.</summary>
    Busy,

    /// <summary>It failed before and is left alone for a while.</summary>
    Open,
}

/// <summary>A remote engine did not do it; whoever asked does it here.</summary>
internal sealed class RemoteException(RemoteCause cause, string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public RemoteCause Cause => cause;

    /// <summary>When to come back, where the server said so.</summary>
    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>The cause as metrics name it.</summary>
    public static string NameOf(RemoteCause cause) => cause switch
    {
        RemoteCause.Timeout => "timeout",
        RemoteCause.Stalled => "stalled",
        RemoteCause.Broken => "broken",
        RemoteCause.Unreachable => "unreachable",
        RemoteCause.KeyRefused => "key_refused",
        RemoteCause.NotFound => "not_found",
        RemoteCause.TooMany => "too_many",
        RemoteCause.BadRequest => "bad_request",
        RemoteCause.ServerError => "server_error",
        RemoteCause.BadAnswer => "bad_answer",
        RemoteCause.Empty => "empty",
        RemoteCause.TooLarge => "too_large",
        RemoteCause.Busy => "busy",
        _ => "open",
    };
}
