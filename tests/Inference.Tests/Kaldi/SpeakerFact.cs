using Conversation.TestKit;

namespace Conversation.Inference.Tests.Kaldi;

/// <summary>A test that needs the speaker model, which is fetched on request only: skipped where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SpeakerFactAttribute : FactAttribute
{
    public SpeakerFactAttribute() =>
        Skip = Directory.Exists(Folder) ? null! : "the speaker model is not there: pull the group 'speaker'";

    public static string Folder { get; } = Path.Combine(Weights.Root, "speaker-xvector");
}
