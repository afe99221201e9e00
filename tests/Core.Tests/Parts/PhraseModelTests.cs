using Conversation.Core.Endpointing;

namespace Conversation.Core.Tests.Parts;

public sealed class PhraseModelTests
{
    [Theory]
    [InlineData("I have been waiting for.")]
    [InlineData("If you would like to see a doctor.")]
    [InlineData("To hear your messages.")]
    [InlineData("When I called this morning.")]
    [InlineData("I have a question about it.")]
    [InlineData("Press two.")]
    [InlineData("My daughter.")]
    [InlineData("The number I am calling from.")]
    [InlineData("I want to see Dr.")]
    [InlineData("Please enter your number")]
    [InlineData("That is fine. And could you.")]
    [InlineData("Can you tell me what?")]
    [InlineData("How much does it?")]
    [InlineData("How long does it?")]
    [InlineData("I would like to book")]
    public void Goes_on(string words) => Assert.InRange(Score(words), 0, 0.5f);

    [Theory]
    [InlineData("Can you put me through to reception?")]
    [InlineData("When are you open?")]
    [InlineData("I'd like to speak to someone.")]
    [InlineData("My name is Robert Miller.")]
    [InlineData("Yes, please.")]
    [InlineData("No, thank you.")]
    [InlineData("That is fine. My name is Robert Miller.")]
    [InlineData("What are your opening hours on Friday?")]
    [InlineData("Do you have anything in the afternoon?")]
    [InlineData("Can I pay by card?")]
    [InlineData("To-morrow at nine would be fine.")]
    public void Is_whole(string words) => Assert.InRange(Score(words), 0.85f, 1);

    [Fact]
    public void The_same_words_get_the_same_score()
    {
        var first = Score("I would like to move my appointment to Thursday.");
        Assert.Equal(first, Score("I would like to move my appointment to Thursday."));
        Assert.Equal(first, Score("i would like to move my appointment to thursday."));
    }

    [Theory]
    [InlineData("Where are you")]
    [InlineData("My account is locked")]
    [InlineData("Can I change the size")]
    public void Of_punctuation_a_question_mark_counts_for_the_end_and_none_against_it(string words)
    {
        Assert.True(Score(words) < Score(words + "."));
        Assert.True(Score(words + ".") < Score(words + "?"));
    }

    [Fact]
    public void An_answer_that_was_asked_for_is_whole()
    {
        Assert.InRange(PhraseCompleteness.Instance.Score("The third of March.", ExpectedAnswer.DateOrTime), 0.9f, 1);
        Assert.InRange(PhraseCompleteness.Instance.Score("No.", ExpectedAnswer.YesNo), 0.9f, 1);
    }

    [Fact]
    public void Any_words_have_a_score()
    {
        foreach (var words in new[] { "", ".", "?", "...", "a", "1", "'s", "I", "….", "é è ê.", new string('a', 4_000) + ".", string.Concat(Enumerable.Repeat("and then ", 500)) + "." })
        {
            Assert.InRange(Score(words), 0, 1);
        }
    }

    [Fact]
    public void A_file_of_another_size_is_no_model() => Assert.Throws<ArgumentException>(() => new PhraseModel(new byte[100]));

    [Fact]
    public void Features_fit_their_room()
    {
        Span<int> features = stackalloc int[PhraseFeatures.Most];
        string[] words = ["if", "you", "would", "like", "to", "book", "2", "appointments", "press", "12"];
        for (var count = 1; count <= words.Length; count++)
        {
            foreach (var feature in features[..PhraseFeatures.Write(words.AsSpan(0, count), features)])
            {
                Assert.InRange(feature, 0, PhraseFeatures.Slots - 1);
            }
        }
    }

    private static float Score(string words) => PhraseCompleteness.Instance.Score(words, ExpectedAnswer.Open);
}
