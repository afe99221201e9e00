namespace Conversation.Grains.Composition;

/// <summary>Where grains keep what is stored: the silo's program says what is behind each name.</summary>
internal static class StorageNames
{
    /// <summary>Sessions, as of their last completed turn.</summary>
    public const string Sessions = "sessions";

    /// <summary>Tenants: settings and what they have used.</summary>
    public const string Tenants = "tenants";

    /// <summary>Orleans' own: who listens to which stream.</summary>
    public const string PubSub = "PubSubStore";
}

/// <summary>Streams of what may lag.</summary>
internal static class StreamNames
{
    /// <summary>Transcripts and turns, a stream for each tenant.</summary>
    public const string Events = "events";
}
