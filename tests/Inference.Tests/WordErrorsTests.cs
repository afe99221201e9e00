using Conversation.TestKit;

namespace Conversation.Inference.Tests;

public class WordErrorsTests
{
    [Theory]
    [InlineData("Press 1, please.", "press one please")]
    [InlineData("At 9:05 a.m. on the 21st", "at nine oh five a m on the twenty first")]
    [InlineData("1,250 items and 3.5 %", "one thousand two hundred fifty items and three point five percent")]
    [InlineData("in 1995 at 0171", "in nineteen ninety five at zero one seven one")]
    [InlineData("May 3, 2026; 1905; 2000", "may three twenty twenty six nineteen oh five two thousand")]
    [InlineData("1,250,000 or 12,000", "one million two hundred fifty thousand or twelve thousand")]
    [InlineData("You're Dr. Smith’s", "you're doctor smith's")]
    public void Spellings_are_made_equal(string a, string b) => Assert.Equal(TextNormalizer.Split(b), TextNormalizer.Split(a));

    [Theory]
    [InlineData("one two three", "one two three", 0, 0, 0)]
    [InlineData("one two three", "one too three", 1, 0, 0)]
    [InlineData("one two three", "one three", 0, 1, 0)]
    [InlineData("one two three", "so one two three", 0, 0, 1)]
    [InlineData("one two", "", 0, 2, 0)]
    [InlineData("the mail box", "the mailbox", 0, 0, 0)]
    [InlineData("the mailbox", "the mail box", 0, 0, 0)]
    public void Errors_are_counted(string reference, string heard, int substitutions, int deletions, int insertions)
    {
        var errors = WordErrors.Between(reference, heard);
        Assert.Equal((substitutions, deletions, insertions), (errors.Substitutions, errors.Deletions, errors.Insertions));
        Assert.Equal(TextNormalizer.Split(reference).Length, errors.ReferenceWords);
    }
}
