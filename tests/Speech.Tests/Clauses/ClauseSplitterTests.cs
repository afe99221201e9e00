using Conversation.Speech.Clauses;

namespace Conversation.Speech.Tests.Clauses;

public class ClauseSplitterTests
{
    private static readonly string[] Texts =
    [
        "",
        " ",
        "Hello.",
        "Hello! How are you today? I am fine, thank you.",
        "Sure, I can help you with that, and then we will look at the other thing. It costs $1,250.50 in total.",
        "Dr. Smith and Mr. J. Jones live on 12 Main St. in Springfield, U.S. Call 555-1234. They open at 9 a.m. on Monday.",
        "See www.example.com/a,b?c=d or mail me at jane.doe@example.co.uk. Thanks.",
        "On November 20, 2026, at 9:30 a.m., we meet. Version 2.1.3 is out, e.g. today, i.e. now, etc. And so on.",
        "1. First do this.\n2. Then do that.\n\nDone",
        "- one\n- two\n- three\n\nThat is all: really, all.",
        "A very long sentence without any mark that goes on and on because the person who wrote it did not care about commas or full stops and simply kept writing words until somebody told them to stop which nobody ever did",
        new string('x', 700),
        "Wait... what?! \"No.\" (Yes.) He said “go.” Then he went — quickly — away.",
        "No. 5 is alive. No. That is wrong. Vitamin C. is good.",
        "🎉🎉🎉 Great 🎉. **Bold**, _it_ `code`.",
        "  leading spaces and\ttabs,   many   spaces.  Two after a stop.  ",
    ];

    [Fact]
    public void Joined_the_clauses_are_the_text() =>
        Assert.All(Texts, text => Assert.Equal(text, string.Concat(Split(text, [text.Length]))));

    [Fact]
    public void Any_chunking_gives_the_same_clauses()
    {
        var random = new Random(11);
        foreach (var text in Texts)
        {
            var whole = Split(text, [text.Length]);
            for (var round = 0; round < 40; round++)
            {
                var sizes = Enumerable.Range(0, text.Length + 1).Select(_ => random.Next(1, round < 5 ? 2 : 12)).ToArray();
                Assert.Equal(whole, Split(text, sizes));
            }
        }
    }

    [Theory]
    [InlineData("Dr. Smith is in. Please wait.", "Dr. Smith is in. |Please wait.")]
    [InlineData("It costs $1,250.50 in all, sir. Good.", "It costs $1,250.50 in all, |sir. |Good.")]
    [InlineData("We meet at 9 a.m. on Monday. Bye.", "We meet at 9 a.m. on Monday. |Bye.")]
    [InlineData("We meet at 9 a.m. Monday is fine.", "We meet at 9 a.m. |Monday is fine.")]
    [InlineData("Use www.example.com. It works.", "Use www.example.com. |It works.")]
    [InlineData("On November 20, 2026, we open.", "On November 20, 2026, |we open.")]
    [InlineData("Sure, I can do that for you. Wait.", "Sure, I can do that for you. |Wait.")]
    [InlineData("I can do that, of course, for you. Then, as you know, more.", "I can do that, |of course, for you. |Then, as you know, more.")]
    [InlineData("He said \"Stop.\" Then he left.", "He said \"Stop.\" |Then he left.")]
    [InlineData("1. Eggs\n2. Milk", "1. Eggs\n|2. Milk")]
    [InlineData("J. K. Rowling wrote it. Yes.", "J. K. Rowling wrote it. |Yes.")]
    [InlineData("I take vitamin C. It helps.", "I take vitamin C. |It helps.")]
    [InlineData("She lives in the U.S. and works. Fine.", "She lives in the U.S. and works. |Fine.")]
    public void Cuts(string text, string clauses) => Assert.Equal(clauses.Split('|'), Split(text, [text.Length]));

    [Fact]
    public void No_clause_is_longer_than_its_limit_and_words_stay_whole()
    {
        var options = new ClauseOptions();
        var text = Texts[10] + " " + Texts[10];
        var clauses = Split(text, [text.Length]);
        Assert.True(clauses.Count >= 3);
        Assert.InRange(clauses[0].Length, 20, options.LongestFirst);
        Assert.InRange(clauses[1].Length, 20, options.LongestSecond);
        Assert.All(clauses.SkipLast(1), c => Assert.EndsWith(" ", c, StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_clause_is_out_as_soon_as_its_end_is_seen()
    {
        var splitter = new ClauseSplitter(new ClauseOptions());
        splitter.Append("I can certainly help,");
        Assert.Null(splitter.TryTake());
        splitter.Append(" ");
        Assert.Equal("I can certainly help, ", splitter.TryTake());
    }

    [Theory]
    [InlineData("Let me check that for you.", true)]
    [InlineData("Really?", true)]
    [InlineData("Let me check", false)]
    [InlineData("Ask Dr.", false)]
    [InlineData("That is 3.", false)]
    public void A_pausing_text_is_taken_only_where_it_reads_as_finished(string text, bool finished)
    {
        var splitter = new ClauseSplitter(new ClauseOptions());
        splitter.Append(text);
        Assert.Null(splitter.TryTake());
        Assert.Equal(finished ? text : null, splitter.TakeIfFinished());
    }

    [Fact]
    public void Faults_of_options_are_reported_together() =>
        Assert.Equal(2, new ClauseOptions { Shortest = 0, Longest = 5 }.Validate().Count);

    private static List<string> Split(string text, int[] sizes)
    {
        var splitter = new ClauseSplitter(new ClauseOptions());
        var clauses = new List<string>();
        for (int at = 0, i = 0; at < text.Length; i++)
        {
            var size = Math.Min(sizes[i % sizes.Length], text.Length - at);
            splitter.Append(text.Substring(at, size));
            at += size;
            while (splitter.TryTake() is { } clause)
            {
                clauses.Add(clause);
            }
        }

        while (splitter.Flush() is { } clause)
        {
            clauses.Add(clause);
        }

        return clauses;
    }
}
