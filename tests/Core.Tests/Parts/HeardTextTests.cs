using Conversation.Core.Replies;

namespace Conversation.Core.Tests.Parts;

public sealed class HeardTextTests
{
    private static readonly List<SpokenWord> Words = [new("One", new(0), new(100)), new("two,", new(100), new(200)), new("three", new(300), new(400))];

    [Theory]
    [InlineData(0, "")]
    [InlineData(49, "")]
    [InlineData(50, "One")]
    [InlineData(149, "One")]
    [InlineData(150, "One two,")]
    [InlineData(349, "One two,")]
    [InlineData(350, "One two, three!")]
    [InlineData(9_999, "One two, three!")]
    public void A_word_counts_from_its_middle_on(long heard, string text) => Assert.Equal(text, HeardText.Cut("One two, three! four", Words, new(heard)));

    [Fact]
    public void Words_that_do_not_stand_in_the_text_are_left_out()
    {
        List<SpokenWord> words = [new("nine", new(0), new(100)), new("o'clock", new(100), new(200)), new("sharp", new(200), new(300))];
        Assert.Equal("9 o'clock", HeardText.Cut("9 o'clock sharp.", words, new(160)));
        Assert.Equal("", HeardText.Cut("9 o'clock sharp.", words, new(60)));
    }
}
