namespace Conversation.Gateway.Telephony.Answering;

/// <summary>Who answered, what told it, and after how much of the call.</summary>
internal readonly record struct AnswerVerdict(AnsweredBy By, string Reason, int AfterMs);

/// <summary>
/// Tells from the first seconds who answered. People say a word or a short sentence and wait; machines talk on, say what machines say, or beep. So: a
/// beep or a machine's words are a machine at once; speech that goes on past <see cref="AnswerOptions.LongestGreeting"/> is one too; a pause after less
/// is a person who waits, the sooner the more it sounded like one; nothing at all within the patience stays unknown. Its only clock is the audio: no
/// sockets, no time. Not thread-safe.
/// </summary>
internal sealed class AnswerJudge(AnswerOptions options)
{
    /// <summary>Milliseconds of a frame.</summary>
    public const int FrameMs = 20;

    // Pauses after which a person waits: after a bare greeting; after what people ask or a short utterance; after longer ones. Developed on one half of the eval.
    private const int GreetingPause = 500, PersonPause = 500, ShortPause = 800, LongPause = 1_100;
    private const int ShortSpeech = 1_300;

    // Words come later than the audio: a pause this long with none is judged by lengths alone.
    private const int WordsWithin = 700;
    private const int PersonFactor = 2;
    private string words = "";
    private bool isSpeech;
    private bool stopped;
    private int now;
    private int began = -1;
    private int lastLoud;
    private AnswerVerdict? verdict;

    /// <summary>The verdict, once there is one.</summary>
    public AnswerVerdict? Verdict => verdict;

    /// <summary>The session hears speech: what is loud is a voice.</summary>
    public void SpeechStarted()
    {
        isSpeech = true;
        stopped = false;
    }

    /// <summary>The session hears that it stopped.</summary>
    public void SpeechStopped() => stopped = true;

    /// <summary>All that was understood so far.</summary>
    public void Heard(string text) => words = text;

    /// <summary>The next 20 ms: whether they are loud, and whether a beep has been heard.</summary>
    public AnswerVerdict? Take(bool loud, bool beep)
    {
        now += FrameMs;
        if (loud && !(stopped && isSpeech))
        {
            began = began < 0 ? now : began;
            lastLoud = now;
        }
        else if (!isSpeech && began >= 0 && now - lastLoud > 1_000)
        {
            // A click, a rustle: nobody spoke.
            began = -1;
        }

        verdict ??= Judge(beep);
        return verdict;
    }

    private AnswerVerdict? Judge(bool beep)
    {
        if (beep)
        {
            return Is(AnsweredBy.Machine, "beep");
        }

        if (words.Length > 0 && AnswerPhrases.IsMachine(words))
        {
            return Is(AnsweredBy.Machine, "words");
        }

        var patience = (int)options.Patience.TotalMilliseconds;
        if (!isSpeech || began < 0)
        {
            return now >= patience ? Is(AnsweredBy.Unknown, "silence") : null;
        }

        var spoke = lastLoud - began;
        var pause = now - lastLoud;
        var person = AnswerPhrases.IsPerson(words);
        if (spoke >= options.LongestGreeting.TotalMilliseconds * (person ? PersonFactor : 1))
        {
            return Is(AnsweredBy.Machine, "length");
        }

        if (pause >= PauseFor(spoke, person))
        {
            return Is(AnsweredBy.Human, person || AnswerPhrases.IsGreeting(words) ? "words" : "pause");
        }

        return now - began >= patience * (person ? PersonFactor : 1) ? Is(AnsweredBy.Unknown, "patience") : null;
    }

    private int PauseFor(int spoke, bool person) =>
        person ? PersonPause
        : AnswerPhrases.IsGreeting(words) ? GreetingPause
        : spoke <= ShortSpeech ? (words.Length == 0 ? WordsWithin : ShortPause)
        : LongPause;

    private AnswerVerdict Is(AnsweredBy by, string reason) => new(by, reason, now);
}
