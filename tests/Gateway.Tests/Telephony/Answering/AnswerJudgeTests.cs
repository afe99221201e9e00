using Conversation.Gateway.Telephony.Answering;

namespace Conversation.Gateway.Tests.Telephony.Answering;

/// <summary>The decision alone, over timelines written here: no clock, no socket, no audio.</summary>
public sealed class AnswerJudgeTests
{
    private static readonly AnswerOptions Options = new();

    [Fact]
    public void A_hello_and_a_pause_are_a_person_who_is_answered_at_once()
    {
        var verdict = Run(10_000, Speech(600, 1_000), words: [(1_200, "Hello")]);
        Assert.Equal((AnsweredBy.Human, "words"), (verdict.By, verdict.Reason));
        Assert.InRange(verdict.AfterMs, 1_400, 1_600);
    }

    [Fact]
    public void A_short_word_that_nobody_understood_is_a_person_too() =>
        Assert.Equal(AnsweredBy.Human, Run(10_000, Speech(600, 900)).By);

    [Theory]
    [InlineData("Hi, you've reached the Millers")]
    [InlineData("please leave a message after the tone")]
    [InlineData("The person you are calling is not available")]
    [InlineData("Your call has been forwarded to a voice mail")]
    [InlineData("For opening hours, press one")]
    public void A_machine_is_known_by_its_words_while_it_speaks(string words)
    {
        var verdict = Run(10_000, Speech(200, 9_000), words: [(1_500, words)]);
        Assert.Equal((AnsweredBy.Machine, "words", 1_500), (verdict.By, verdict.Reason, verdict.AfterMs));
    }

    [Fact]
    public void Who_talks_on_is_a_machine()
    {
        var verdict = Run(10_000, Speech(200, 9_000));
        Assert.Equal((AnsweredBy.Machine, "length"), (verdict.By, verdict.Reason));
        Assert.InRange(verdict.AfterMs, 3_980, 4_040);
    }

    [Fact]
    public void A_receptionist_may_talk_longer_for_what_is_asked_at_the_end()
    {
        var verdict = Run(10_000, Speech(200, 4_000), words: [(2_000, "Miller and Sons, Anna speaking")]);
        Assert.Equal(AnsweredBy.Human, verdict.By);
    }

    [Fact]
    public void A_greeting_with_a_breath_in_it_goes_on()
    {
        // 400 ms of pause after the first word, as before "you've reached".
        var verdict = Run(10_000, ms => Speech(300, 700)(ms) || Speech(1_100, 9_000)(ms), words: [(900, "Hi"), (2_100, "Hi. You have reached")]);
        Assert.Equal((AnsweredBy.Machine, 2_100), (verdict.By, verdict.AfterMs));
    }

    [Fact]
    public void A_beep_is_a_machine() =>
        Assert.Equal((AnsweredBy.Machine, "beep"), Of(Run(10_000, _ => false, beepAt: 800)));

    [Fact]
    public void Silence_stays_unknown_when_patience_ends()
    {
        var verdict = Run(10_000, _ => false);
        Assert.Equal((AnsweredBy.Unknown, "silence", 4_000), (verdict.By, verdict.Reason, verdict.AfterMs));
    }

    [Fact]
    public void Noise_that_is_no_speech_is_not_taken_for_it() =>
        Assert.Equal((AnsweredBy.Unknown, "silence"), Of(Run(10_000, ms => ms % 700 < 300, speech: false)));

    [Fact]
    public void It_never_takes_longer_than_it_may()
    {
        var random = new Random(11);
        for (var n = 0; n < 2_000; n++)
        {
            var (on, off, starts) = (random.Next(20, 3_000), random.Next(20, 3_000), random.Next(0, 4_000));
            var verdict = Run(20_000, ms => ms >= starts && (ms - starts) % (on + off) < on, words: [(random.Next(8_000), n % 2 == 0 ? "so can I help you" : "well then")]);
            // Twice the patience, where one who asks as people do twice as much again.
            Assert.InRange(verdict.AfterMs, 20, 4_000 + 8_000);
        }
    }

    [Fact]
    public void A_message_waits_for_the_end_of_the_beep()
    {
        var wait = new MailboxWait(Options);
        var at = 0;
        string? why = null;
        for (; why is null && at < 60_000; at += 20)
        {
            // Speech to 5 s, a beep of 400 ms a second later.
            why = wait.Take(at < 5_000, at is >= 6_000 and < 6_400, at is >= 6_160 and < 6_400);
        }

        Assert.Equal("beep", why);
        Assert.InRange(at, 6_580, 6_640);
    }

    [Theory]
    [InlineData(3_000, "silence", 5_500)]
    [InlineData(99_000, "patience", 30_000)]
    public void Without_a_beep_it_waits_for_silence_or_for_so_long(int speaks, string why, int after)
    {
        var wait = new MailboxWait(Options);
        string? told = null;
        var at = 0;
        for (; told is null; at += 20)
        {
            told = wait.Take(at < speaks, false, false);
        }

        Assert.Equal((why, after), (told, at));
    }

    [Fact]
    public void Each_fault_of_the_options_names_its_setting()
    {
        Assert.Empty(Options.Faults());
        var faults = new AnswerOptions { WhenMachine = "shout", Patience = TimeSpan.Zero, LongestGreeting = TimeSpan.FromMinutes(1), BeepWithin = TimeSpan.FromSeconds(1) }.Faults().ToArray();
        Assert.Equal(["WhenMachine", "Patience", "LongestGreeting", "BeepWithin"], faults.Select(fault => fault.Split(' ')[0].Split(':')[^1]));
    }

    private static (AnsweredBy, string) Of(AnswerVerdict verdict) => (verdict.By, verdict.Reason);

    private static Func<int, bool> Speech(int from, int to) => ms => ms >= from && ms < to;

    private static AnswerVerdict Run(int until, Func<int, bool> loud, (int At, string Words)[]? words = null, int beepAt = int.MaxValue, bool speech = true)
    {
        var judge = new AnswerJudge(Options);
        for (var ms = 20; ms <= until; ms += 20)
        {
            if (speech && loud(ms))
            {
                judge.SpeechStarted();
            }

            foreach (var (at, text) in words ?? [])
            {
                if (at <= ms && at > ms - 20)
                {
                    judge.Heard(text);
                }
            }

            if (judge.Take(loud(ms), ms >= beepAt) is { } verdict)
            {
                return verdict;
            }
        }

        throw new InvalidOperationException("no verdict");
    }
}
