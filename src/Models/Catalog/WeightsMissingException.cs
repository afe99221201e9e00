namespace Conversation.Models;

/// <summary>A weight file that a command needs is not on this machine.</summary>
public sealed class WeightsMissingException(string artifact, string file, string directory)
    : IOException($"The weights {(file.Length == 0 ? artifact : $"{artifact}/{file}")} are not in {directory}. Run ./run --setup once to fetch them.")
{
    /// <summary>The artifact's id in models/manifest.json.</summary>
    public string Artifact { get; } = artifact;

    /// <summary>The file within the artifact; empty when the whole artifact is missing.</summary>
    public string FileName { get; } = file;
}
