namespace Conversation.Gateway.Telephony.Answering;

/// <summary>Who or what answered a call that the platform made.</summary>
internal enum AnsweredBy
{
    /// <summary>Nothing was heard in time that tells.</summary>
    Unknown,

    /// <summary>A person, who waits for an answer.</summary>
    Human,

    /// <summary>A machine: a recorded greeting, a mailbox, a menu.</summary>
    Machine,
}
