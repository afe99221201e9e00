namespace Conversation.Core.Interruption;

/// <summary>What words spoken over a reply mean.</summary>
internal enum SpeechMeaning
{
    /// <summary>No words.</summary>
    Nothing,

    /// <summary>The caller signals listening.</summary>
    Backchannel,

    /// <summary>The caller says something.</summary>
    Content,

    /// <summary>The caller wants silence, now.</summary>
    Stop,
}
