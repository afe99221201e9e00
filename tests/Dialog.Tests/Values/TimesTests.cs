using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Tests.Values;

/// <summary>Read between 8:00 and 17:59.</summary>
public sealed class TimesTests
{
    [Theory]
    [InlineData("Half past nine.", "09:30")]
    [InlineData("half nine", "09:30")]
    [InlineData("Quarter to four.", "15:45")]
    [InlineData("a quarter to four", "15:45")]
    [InlineData("A quarter past eleven.", "11:15")]
    [InlineData("quarter after ten", "10:15")]
    [InlineData("quarter of three", "14:45")]
    [InlineData("ten past nine", "09:10")]
    [InlineData("twenty five to ten", "09:35")]
    [InlineData("Twenty to five.", "16:40")]
    [InlineData("five minutes to three", "14:55")]
    [InlineData("ten to one", "12:50")]
    [InlineData("Nine thirty.", "09:30")]
    [InlineData("nine oh five", "09:05")]
    [InlineData("nine fifteen", "09:15")]
    [InlineData("two forty five", "14:45")]
    [InlineData("9:30", "09:30")]
    [InlineData("9.30", "09:30")]
    [InlineData("2:15.", "14:15")]
    [InlineData("930", "09:30")]
    [InlineData("1430", "14:30")]
    [InlineData("2 pm", "14:00")]
    [InlineData("2 p.m.", "14:00")]
    [InlineData("2 PM.", "14:00")]
    [InlineData("2pm", "14:00")]
    [InlineData("9am", "09:00")]
    [InlineData("Nine a.m.", "09:00")]
    [InlineData("eleven AM", "11:00")]
    [InlineData("twelve pm", "12:00")]
    [InlineData("9:45 a.m.", "09:45")]
    [InlineData("seven in the evening", "19:00")]
    [InlineData("Eight at night", "20:00")]
    [InlineData("two in the afternoon", "14:00")]
    [InlineData("nine in the morning", "09:00")]
    [InlineData("half past two this afternoon", "14:30")]
    [InlineData("Fourteen hundred.", "14:00")]
    [InlineData("fourteen hundred hours", "14:00")]
    [InlineData("fourteen thirty", "14:30")]
    [InlineData("nine hundred hours", "09:00")]
    [InlineData("16:00", "16:00")]
    [InlineData("Noon.", "12:00")]
    [InlineData("at midday", "12:00")]
    [InlineData("twelve noon", "12:00")]
    [InlineData("midnight", "00:00")]
    [InlineData("Nine o'clock.", "09:00")]
    [InlineData("Nine o\u2019clock", "09:00")]
    [InlineData("four o clock", "16:00")]
    [InlineData("nine", "09:00")]
    [InlineData("Two.", "14:00")]
    [InlineData("at ten", "10:00")]
    [InlineData("At five.", "17:00")]
    [InlineData("around three", "15:00")]
    [InlineData("How about eleven thirty?", "11:30")]
    [InlineData("around lunchtime", "12:00")]
    public void Reads(string said, string expected) => Assert.Equal(expected, Assert.Single(Find(said)).Value);

    [Theory]
    [InlineData("In the morning.", "morning")]
    [InlineData("The afternoon, please.", "afternoon")]
    [InlineData("in the evening", "evening")]
    [InlineData("first thing", "first")]
    [InlineData("as early as possible", "first")]
    [InlineData("Any time.", "any")]
    [InlineData("I don't mind.", "any")]
    [InlineData("after two", "after:14:00")]
    [InlineData("Before ten.", "before:10:00")]
    [InlineData("the end of the day", "last")]
    public void Narrows(string said, string expected)
    {
        var found = Assert.Single(Find(said));
        Assert.Equal(expected, found.Value);
        Assert.True(found.Partial);
    }

    [Theory]
    [InlineData("ten", true)]
    [InlineData("at ten", false)]
    [InlineData("ten o'clock", false)]
    [InlineData("ten thirty", false)]
    [InlineData("ten am", false)]
    public void KnowsWhatIsBare(string said, bool bare) => Assert.Equal(bare, Assert.Single(Find(said)).Bare);

    [Theory]
    [InlineData("Good morning.")]
    [InlineData("Good afternoon!")]
    [InlineData("I'd like an appointment.")]
    [InlineData("ninety")]
    [InlineData("")]
    public void ReadsNothing(string said) => Assert.Empty(Find(said));

    private static Found[] Find(string said) => [.. Times.Find(Words.Split(said), new TimeOnly(8, 0), new TimeOnly(17, 59))];
}
