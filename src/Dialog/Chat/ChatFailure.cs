namespace Conversation.Dialog.Chat;

/// <summary>A chat server did not answer as it should. The pump speaks an apology; <see cref="Setting"/> is what an operator would change.</summary>
public sealed class ChatFailedException : Exception
{
    /// <summary>A failure, the setting it points to, and its cause.</summary>
    public ChatFailedException(string message, string setting, Exception? inner = null)
        : base(message, inner) => Setting = setting;

    /// <summary>The setting to look at first.</summary>
    public string Setting { get; }
}
