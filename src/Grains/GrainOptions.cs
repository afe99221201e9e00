namespace Conversation.Grains;

/// <summary>How the grains of a silo work.</summary>
internal sealed record GrainOptions
{
    /// <summary>Whether grain storage named "sessions" and reminders are there for all silos; else each silo's own store is used. Default false.</summary>
    public bool SharedStorage { get; init; }

    /// <summary>Where people's browsers reach this silo's gateway, for the other silos to tell; empty where it is not told. Default empty.</summary>
    public string HttpAddress { get; init; } = "";

    /// <summary>Whether transcript and turn events are put on the stream "conversation.events" for supervisors, recorders and analytics. Default true.</summary>
    public bool Events { get; init; } = true;
}
