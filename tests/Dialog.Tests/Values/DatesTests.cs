using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Tests.Values;

/// <summary>Today is Friday, 20 November 2026.</summary>
public sealed class DatesTests
{
    [Theory]
    [InlineData("Today.", "2026-11-20")]
    [InlineData("This afternoon, please.", "2026-11-20")]
    [InlineData("Tomorrow.", "2026-11-21")]
    [InlineData("tomorrow morning", "2026-11-21")]
    [InlineData("The day after tomorrow.", "2026-11-22")]
    [InlineData("Monday.", "2026-11-23")]
    [InlineData("On Monday, please.", "2026-11-23")]
    [InlineData("This Monday.", "2026-11-23")]
    [InlineData("Next Monday.", "2026-11-23")]
    [InlineData("Next Tuesday.", "2026-11-24")]
    [InlineData("this Saturday", "2026-11-21")]
    [InlineData("next Saturday", "2026-11-28")]
    [InlineData("Friday.", "2026-11-27")]
    [InlineData("this Friday", "2026-11-20")]
    [InlineData("next Friday", "2026-11-27")]
    [InlineData("Monday week.", "2026-11-30")]
    [InlineData("Tuesday week would be good.", "2026-12-01")]
    [InlineData("A week from Tuesday.", "2026-12-01")]
    [InlineData("A week on Wednesday.", "2026-12-02")]
    [InlineData("Two weeks from Monday.", "2026-12-07")]
    [InlineData("Monday after next.", "2026-11-30")]
    [InlineData("Wednesday next week", "2026-11-25")]
    [InlineData("a week today", "2026-11-27")]
    [InlineData("a week tomorrow", "2026-11-28")]
    [InlineData("tomorrow week", "2026-11-28")]
    [InlineData("In two weeks.", "2026-12-04")]
    [InlineData("In a week.", "2026-11-27")]
    [InlineData("in 3 days", "2026-11-23")]
    [InlineData("In three days' time.", "2026-11-23")]
    [InlineData("in about ten days", "2026-11-30")]
    [InlineData("In a month.", "2026-12-20")]
    [InlineData("in a fortnight", "2026-12-04")]
    [InlineData("three days from now", "2026-11-23")]
    [InlineData("The 3rd of March.", "2027-03-03")]
    [InlineData("The third of March.", "2027-03-03")]
    [InlineData("March third.", "2027-03-03")]
    [InlineData("March 3rd", "2027-03-03")]
    [InlineData("March the 3rd.", "2027-03-03")]
    [InlineData("March the third", "2027-03-03")]
    [InlineData("3 March", "2027-03-03")]
    [InlineData("March 3.", "2027-03-03")]
    [InlineData("December twenty first", "2026-12-21")]
    [InlineData("December twenty-first.", "2026-12-21")]
    [InlineData("the twenty second of December", "2026-12-22")]
    [InlineData("January 5th, 2027", "2027-01-05")]
    [InlineData("the 5th of January 2028", "2028-01-05")]
    [InlineData("Tuesday the 3rd of March.", "2027-03-03")]
    [InlineData("Tuesday, the 24th.", "2026-11-24")]
    [InlineData("Tuesday, November 24th", "2026-11-24")]
    [InlineData("Tuesday, December 1.", "2026-12-01")]
    [InlineData("Monday the 30th", "2026-11-30")]
    [InlineData("The 25th.", "2026-11-25")]
    [InlineData("the third", "2026-12-03")]
    [InlineData("the 5th of next month", "2026-12-05")]
    [InlineData("the 28th of this month", "2026-11-28")]
    [InlineData("12/3", "2026-12-03")]
    [InlineData("12/3/2027", "2027-12-03")]
    [InlineData("25/12", "2026-12-25")]
    [InlineData("2026-12-03", "2026-12-03")]
    [InlineData("Could you do Thursday?", "2026-11-26")]
    [InlineData("I'd like to come in next Tuesday at nine.", "2026-11-24")]
    public void Reads(string said, string expected) => Assert.Equal(expected, Assert.Single(Find(said)));

    [Theory]
    [InlineData("next week", "week:2026-11-23")]
    [InlineData("Sometime next week, I think.", "week:2026-11-23")]
    [InlineData("this week", "week:2026-11-16")]
    public void Narrows(string said, string expected) => Assert.Equal(expected, Assert.Single(Find(said)));

    [Theory]
    [InlineData("I'd like an appointment.")]
    [InlineData("First thing, please.")]
    [InlineData("The first one.")]
    [InlineData("nine thirty")]
    [InlineData("It takes two weeks.")]
    [InlineData("I may come back.")]
    [InlineData("just a second")]
    [InlineData("the sun and the wed")]
    [InlineData("")]
    [InlineData("the 31st of February")]
    [InlineData("45/80")]
    public void ReadsNothing(string said) => Assert.Empty(Find(said));

    [Fact]
    public void ReadsDayFirstWhereAsked() => Assert.Equal("2027-03-12", Assert.Single(Dates.Find(Words.Split("12/3"), new DateReading(FixedTime.Today, DayFirst: true))).Value);

    [Fact]
    public void ReadsBackWhereAsked() => Assert.Equal("2026-11-17", Assert.Single(Dates.Find(Words.Split("Tuesday"), new DateReading(FixedTime.Today, Past: true))).Value);

    private static string[] Find(string said) => [.. Dates.Find(Words.Split(said), new DateReading(FixedTime.Today)).Select(f => f.Value)];
}
