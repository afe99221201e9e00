namespace Conversation.Core.Recognition;

/// <summary>When recognition is asked for and when its words are believed.</summary>
public sealed record RecognitionOptions
{
    /// <summary>Speech needed before the first quick recognition. Default 320 ms, 100 to 2000.</summary>
    public TimeSpan FirstAfter { get; init; } = TimeSpan.FromMilliseconds(320);

    /// <summary>Media time between quick recognitions while the caller speaks. Default 400 ms, 100 to 5000.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>The interval is at least so many times the last result's delay, so that a slow recogniser is asked less. Default 2, 1 to 10.</summary>
    public double DelayFactor { get; init; } = 2;

    /// <summary>The interval grows by itself for every such length of audio to decode, so that cost stays even while the utterance grows. Default 10 s, 1 to 60.</summary>
    public TimeSpan StretchOver { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Audio taken from before speech was detected. Default 300 ms, 0 to 1000.</summary>
    public TimeSpan PreRoll { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The pause after which the better recognition is asked for, on whose words the reply is prepared. Default 64 ms, 32 to 500.</summary>
    public TimeSpan FinalAfter { get; init; } = TimeSpan.FromMilliseconds(64);

    /// <summary>How long past the end of the turn the better recognition is awaited while there are words to go by. Default 600 ms, 0 to 5000.</summary>
    public TimeSpan FinalWait { get; init; } = TimeSpan.FromMilliseconds(600);

    /// <summary>A recognition that takes longer counts as failed. Default 5 s, 500 ms to 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From this length on, a pause freezes the words so far and only later audio is decoded again. Default 12 s, 2 to 25.</summary>
    public TimeSpan FreezeAfter { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>At this length words are frozen without a pause, at the softest moment since <see cref="FreezeAfter"/>. Default 20 s, above <see cref="FreezeAfter"/>, at most 30.</summary>
    public TimeSpan FreezeAt { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Words less sure than this are not answered. Default 0.4, 0 to 1.</summary>
    public float LeastConfidence { get; init; } = 0.4f;

    /// <summary>The same for one or two words where any answer is expected: noises are recognised as such. Default 0.55, <see cref="LeastConfidence"/> to 1.</summary>
    public float LeastConfidenceShort { get; init; } = 0.55f;

    internal void Validate(OptionFaults faults)
    {
        faults.Check(FirstAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), "Recognition.FirstAfter");
        faults.Check(Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), "Recognition.Interval");
        faults.Check(DelayFactor, 1, 10, "Recognition.DelayFactor");
        faults.Check(StretchOver, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), "Recognition.StretchOver");
        faults.Check(PreRoll, TimeSpan.Zero, TimeSpan.FromSeconds(1), "Recognition.PreRoll");
        faults.Check(FinalAfter, TimeSpan.FromMilliseconds(32), TimeSpan.FromMilliseconds(500), "Recognition.FinalAfter");
        faults.Check(FinalWait, TimeSpan.Zero, TimeSpan.FromSeconds(5), "Recognition.FinalWait");
        faults.Check(Timeout, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(60), "Recognition.Timeout");
        faults.Check(FreezeAfter, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(25), "Recognition.FreezeAfter");
        faults.Check(FreezeAt, FreezeAfter + TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), "Recognition.FreezeAt");
        faults.Check(LeastConfidence, 0, 1, "Recognition.LeastConfidence");
        faults.Check(LeastConfidenceShort, LeastConfidence, 1, "Recognition.LeastConfidenceShort");
    }
}
