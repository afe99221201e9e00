namespace Conversation.Gateway.Telephony.Recording;

/// <summary>Whose audio: the channel of a recording.</summary>
internal enum CallSide
{
    /// <summary>Left: what came from the caller.</summary>
    Caller,

    /// <summary>Right: what was sent to the caller.</summary>
    Platform,
}
