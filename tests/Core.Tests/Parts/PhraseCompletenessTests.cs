using Conversation.Core.Endpointing;

namespace Conversation.Core.Tests.Parts;

public sealed class PhraseCompletenessTests
{
    [Theory]
    [InlineData("I would like to.")]
    [InlineData("I'd like to book a.")]
    [InlineData("I want to see the doctor on.")]
    [InlineData("I need an appointment for my.")]
    [InlineData("My name is.")]
    [InlineData("Tuesday or.")]
    [InlineData("I called yesterday because.")]
    [InlineData("I'd like.")]
    [InlineData("Could you.")]
    [InlineData("It's the doctor's.")]
    [InlineData("Well, um.")]
    [InlineData("I was thinking of Tuesday,")]
    [InlineData("On the third of.")]
    [InlineData("I want.")]
    [InlineData("I'd like to see Dr.")]
    [InlineData("So I.")]
    [InlineData("I think that...")]
    [InlineData("At half past.")]
    [InlineData("My number is oh seven double.")]
    [InlineData("")]
    public void Unfinished(string words) => Assert.InRange(Score(words), 0, 0.2f);

    [Theory]
    [InlineData("I'd like to book an appointment.")]
    [InlineData("When are you open?")]
    [InlineData("Can I move my appointment to Friday?")]
    [InlineData("Yes please.")]
    [InlineData("Thank you.")]
    [InlineData("No, that's all thanks.")]
    [InlineData("I think so.")]
    [InlineData("Goodbye.")]
    [InlineData("Could you tell me your opening hours please?")]
    [InlineData("I need to cancel my appointment on Monday.")]
    public void Complete(string words) => Assert.InRange(Score(words), 0.8f, 1);

    [Theory]
    [InlineData("Tuesday.")]
    [InlineData("Where are you from?")]
    [InlineData("Yes I do.")]
    [InlineData("I want to do that.")]
    [InlineData("What is it for?")]
    [InlineData("I don't know.")]
    public void Left_open_or_better(string words) => Assert.InRange(Score(words), 0.45f, 1);

    [Theory]
    [InlineData("Yes.", ExpectedAnswer.YesNo)]
    [InlineData("No, thanks.", ExpectedAnswer.YesNo)]
    [InlineData("Mm-hmm.", ExpectedAnswer.YesNo)]
    [InlineData("On Tuesday at nine.", ExpectedAnswer.DateOrTime)]
    [InlineData("The third of May.", ExpectedAnswer.DateOrTime)]
    [InlineData("John Smith.", ExpectedAnswer.Name)]
    [InlineData("0771 234 5678.", ExpectedAnswer.Digits)]
    [InlineData("oh seven seven one two three four five six seven.", ExpectedAnswer.Digits)]
    [InlineData("I don't have one, sorry, can we skip that please?", ExpectedAnswer.Digits)]
    public void As_expected(string words, ExpectedAnswer expected) => Assert.InRange(RulePhraseCompleteness.Instance.Score(words, expected), 0.8f, 1);

    [Theory]
    [InlineData("0771.", ExpectedAnswer.Digits)]
    [InlineData("oh seven seven.", ExpectedAnswer.Digits)]
    [InlineData("555 123.", ExpectedAnswer.Digits)]
    [InlineData("No, I.", ExpectedAnswer.YesNo)]
    [InlineData("On the.", ExpectedAnswer.DateOrTime)]
    [InlineData("My name is.", ExpectedAnswer.Name)]
    public void Not_yet_as_expected(string words, ExpectedAnswer expected) => Assert.InRange(RulePhraseCompleteness.Instance.Score(words, expected), 0, 0.25f);

    [Fact]
    public void Scores_stay_within_their_range_whatever_the_text()
    {
        var random = new Random(7);
        string[] pieces = ["to", "the", "I", "um", "?", ".", ",", "…", "'", "yes", "twenty", "march", " ", "—", "is", "4", "double", "so", "that", "you", "in", "é", "\u00a0"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.InRange(RulePhraseCompleteness.Instance.Score(text, (ExpectedAnswer)random.Next(5)), 0, 1);
        }
    }

    private static float Score(string words) => RulePhraseCompleteness.Instance.Score(words, ExpectedAnswer.Open);
}
