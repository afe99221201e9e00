namespace Conversation.Models.Pull;

/// <summary>Told how a pull goes, from several threads.</summary>
internal interface IPullProgress
{
    /// <summary>The bytes to be fetched in all.</summary>
    void Begin(long total);

    /// <summary>Bytes that arrived; negative when some had to be thrown away.</summary>
    void Add(long bytes);

    /// <summary>A line for the person.</summary>
    void Say(string line);
}
