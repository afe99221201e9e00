namespace Conversation.Core.Replies;

/// <summary>Why playout is held; it goes on when none is left.</summary>
[Flags]
internal enum PauseCause
{
    /// <summary>It is not held.</summary>
    None = 0,

    /// <summary>The caller speaks over it.</summary>
    Speech = 1,

    /// <summary>The client is gone.</summary>
    ClientLost = 2,
}
