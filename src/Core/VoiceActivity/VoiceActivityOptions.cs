namespace Conversation.Core.VoiceActivity;

/// <summary>When audio counts as speech. Probabilities are those of the detector, 0 to 1, one for every window of 32 ms.</summary>
public sealed record VoiceActivityOptions
{
    /// <summary>Speech begins at this probability. Default 0.5, 0.05 to 0.99.</summary>
    public float Enter { get; init; } = 0.5f;

    /// <summary>Speech begins at this probability while a reply plays, when echo of it may be in the microphone. Default 0.6, 0.05 to 0.99.</summary>
    public float EnterOverReply { get; init; } = 0.6f;

    /// <summary>Speech lasts while the probability is at least this. Default 0.35, 0.01 to <see cref="Enter"/>.</summary>
    public float Leave { get; init; } = 0.35f;

    /// <summary>A single window this sure begins or resumes speech without waiting for a second. Default 0.85, <see cref="Enter"/> to 1.</summary>
    public float Sure { get; init; } = 0.85f;

    /// <summary>Quieter windows are never speech, whatever the detector says. Default -60 dBFS, -120 to -20.</summary>
    public float LeastLevelDb { get; init; } = -60;

    /// <summary>Stretches with less speech in them are ignored. Default 96 ms, 0 to 500.</summary>
    public TimeSpan ShortestSpeech { get; init; } = TimeSpan.FromMilliseconds(96);

    /// <summary>A turn whose windows are on average less likely speech than this is not answered. Default 0.55, 0 to 1.</summary>
    public float LeastMeanProbability { get; init; } = 0.55f;

    /// <summary>With no audio for so long the caller counts as silent and time runs by the clock. Default 500 ms, 100 to 5000.</summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    internal void Validate(OptionFaults faults)
    {
        faults.Check(Enter, 0.05, 0.99, "VoiceActivity.Enter");
        faults.Check(EnterOverReply, 0.05, 0.99, "VoiceActivity.EnterOverReply");
        faults.Check(Leave, 0.01, Math.Min(Enter, EnterOverReply), "VoiceActivity.Leave");
        faults.Check(Sure, Math.Max(Enter, EnterOverReply), 1, "VoiceActivity.Sure");
        faults.Check(LeastLevelDb, -120, -20, "VoiceActivity.LeastLevelDb");
        faults.Check(ShortestSpeech, TimeSpan.Zero, TimeSpan.FromMilliseconds(500), "VoiceActivity.ShortestSpeech");
        faults.Check(LeastMeanProbability, 0, 1, "VoiceActivity.LeastMeanProbability");
        faults.Check(StallAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), "VoiceActivity.StallAfter");
    }
}
