namespace Conversation.Core.Interruption;

/// <summary>What speech over a reply means. The reply is paused first and judged then.</summary>
public sealed record InterruptionOptions
{
    /// <summary>Windows of speech (32 ms each) that pause the reply; a sure one does so alone. Default 2, 1 to 10.</summary>
    public int PauseAfterWindows { get; init; } = 2;

    /// <summary>Speech needed before the first recognition. Default 280 ms, 100 to 1000.</summary>
    public TimeSpan FirstAfter { get; init; } = TimeSpan.FromMilliseconds(280);

    /// <summary>Speech this long interrupts on words heard once; shorter speech needs them heard twice, or its end. Default 700 ms, 100 to 5000.</summary>
    public TimeSpan LongSpeech { get; init; } = TimeSpan.FromMilliseconds(700);

    /// <summary>A decision comes within this time after the speech ended. Default 1.1 s, 200 ms to 5 s.</summary>
    public TimeSpan DecideWithin { get; init; } = TimeSpan.FromMilliseconds(1_100);

    /// <summary>Sound that goes on for so long without words lets the reply go on. Default 3 s, 500 ms to 20 s.</summary>
    public TimeSpan WordlessFor { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The caller going on when so little of the reply was heard is the same turn going on. Default 400 ms, 0 to 5000.</summary>
    public TimeSpan SameTurnHeard { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>The caller going on so soon after stopping is the same turn going on. Default 900 ms, 0 to 5000.</summary>
    public TimeSpan SameTurnGap { get; init; } = TimeSpan.FromMilliseconds(900);

    /// <summary>From this share of a question on, a word such as "yes" answers it instead of only signalling listening. Default 0.8, 0 to 1.</summary>
    public double AnswerFrom { get; init; } = 0.8;

    /// <summary>Words that signal listening and let the reply go on. Compared without case and punctuation.</summary>
    public IReadOnlyList<string> Backchannels { get; init; } =
    [
        "mm", "mmm", "mhm", "mm-hm", "mm-hmm", "mhmm", "hm", "hmm", "hmmm", "huh", "uh-huh", "uh-hum", "aha", "as high", "uh high", "ah high", "ah", "oh", "ooh",
        "yes", "yeah", "yep", "yup", "ya", "okay", "ok", "k", "right", "alright", "all right", "sure", "fine", "good", "great", "cool", "nice",
        "perfect", "wow", "really", "exactly", "indeed", "of course", "i see", "i know", "i understand", "got it", "gotcha", "understood",
        "that's right", "that's fine", "that's good", "sounds good", "very good", "thanks", "thank you", "thank you very much", "cheers", "no problem", "no worries",
        "m", "hum", "um-hum", "uhm", "mm-mm", "a-ha", "ahuh", "yah", "yea", "aye", "okay then", "alrighty", "lovely", "brilliant", "fair enough", "makes sense",
        "that makes sense", "i get it", "i got it", "go on", "go ahead", "carry on", "all good", "very well", "good idea", "true", "correct", "interesting",
    ];

    /// <summary>Words that interrupt at once. Compared without case and punctuation.</summary>
    public IReadOnlyList<string> Stops { get; init; } =
    [
        "stop", "wait", "no", "nope", "hold on", "hang on", "sorry", "pardon", "excuse me", "what", "one moment", "one second", "just a second",
        "just a moment", "never mind", "cancel that", "be quiet", "shut up", "enough",
    ];

    internal void Validate(OptionFaults faults)
    {
        faults.Check(PauseAfterWindows, 1, 10, "Interruption.PauseAfterWindows");
        faults.Check(FirstAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), "Interruption.FirstAfter");
        faults.Check(LongSpeech, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), "Interruption.LongSpeech");
        faults.Check(DecideWithin, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), "Interruption.DecideWithin");
        faults.Check(WordlessFor, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(20), "Interruption.WordlessFor");
        faults.Check(SameTurnHeard, TimeSpan.Zero, TimeSpan.FromSeconds(5), "Interruption.SameTurnHeard");
        faults.Check(SameTurnGap, TimeSpan.Zero, TimeSpan.FromSeconds(5), "Interruption.SameTurnGap");
        faults.Check(AnswerFrom, 0, 1, "Interruption.AnswerFrom");
        faults.Require(Backchannels is not null, "Interruption.Backchannels is missing.");
        faults.Require(Stops is not null, "Interruption.Stops is missing.");
    }
}
