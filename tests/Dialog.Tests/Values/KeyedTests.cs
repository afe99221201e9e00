using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Tests.Values;

public sealed class KeyedTests
{
    private static readonly DateOnly Today = new(2026, 11, 19);

    [Theory]
    [InlineData("1124", "MMdd", false, "2026-11-24")]
    [InlineData("1119", "MMdd", false, "2026-11-19")]
    [InlineData("1118", "MMdd", false, "2027-11-18")]
    [InlineData("1118", "MMdd", true, "2026-11-18")]
    [InlineData("0312", "MMdd", false, "2027-03-12")]
    [InlineData("0312", "ddMM", false, "2026-12-03")]
    [InlineData("0229", "MMdd", false, "2028-02-29")]
    [InlineData("03122030", "MMddyyyy", false, "2030-03-12")]
    [InlineData("1332", "MMdd", false, null)]
    [InlineData("0230", "MMdd", false, null)]
    [InlineData("112", "MMdd", false, null)]
    public void ReadsDays(string keys, string format, bool past, string? day) => Assert.Equal(day, Keyed.Date(keys, format, Today, past) is { } date ? Days.Iso(date) : null);

    [Theory]
    [InlineData("0930", "09:30")]
    [InlineData("930", "09:30")]
    [InlineData("9", "09:00")]
    [InlineData("0230", "14:30")]
    [InlineData("1430", "14:30")]
    [InlineData("1200", "12:00")]
    [InlineData("2000", "20:00")]
    [InlineData("2460", null)]
    [InlineData("0975", null)]
    [InlineData("09300", null)]
    [InlineData("9*", null)]
    public void ReadsTimes(string keys, string? time) => Assert.Equal(time, Keyed.Time(keys, new TimeOnly(8, 0), new TimeOnly(17, 59)) is { } read ? Times.Text(read) : null);

    [Theory]
    [InlineData("one", "1")]
    [InlineData("Number two.", "2")]
    [InlineData("Press 3", "3")]
    [InlineData("option zero", "0")]
    [InlineData("at two", null)]
    [InlineData("twelve", null)]
    [InlineData("two please", null)]
    public void KnowsAKeyThatIsSaid(string said, string? key) => Assert.Equal(key, Keyed.Said(Words.Split(said)));

    [Theory]
    [InlineData("0930", true)]
    [InlineData("*", true)]
    [InlineData("415 555", false)]
    [InlineData("2.", false)]
    [InlineData("", false)]
    public void KnowsKeysFromWords(string text, bool keys) => Assert.Equal(keys, Keyed.Is(text));
}
