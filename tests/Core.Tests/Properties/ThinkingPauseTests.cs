using System.Globalization;
using Conversation.Core.Tests.World;

namespace Conversation.Core.Tests.Properties;

/// <summary>Sentences a caller of a clinic might say, with a pause of 700 ms after each of their words in turn.</summary>
public sealed class ThinkingPauseTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private static readonly string[] Sentences =
    [
        "I'd like to book an appointment for Tuesday morning.", "Can I move my appointment to Friday afternoon please?", "I need to see a doctor about my knee.",
        "Could you tell me when you are open on Saturdays?", "My name is John Smith and I was born in May.", "I have had a headache since the weekend.",
        "Is there anything free next week after four?", "I want to cancel the appointment that I made yesterday.", "Do you know if Doctor Brown is in today?",
        "It hurts when I walk up the stairs.", "I'm calling because my daughter has a fever.", "What do I need to bring with me?",
        "Please put me through to someone at the front desk.", "The third of June at half past nine would be good.", "I can come on Monday or on Wednesday.",
        "No, I meant the other doctor.", "How long does it take to get the results?", "I lost the letter you sent me last week.",
    ];

    [Theory]
    [InlineData(700, 0.95, 0.7)]
    [InlineData(500, 0.98, 0.7)]
    public void The_turn_is_not_cut(int pause, double leastJoined, double leastUntouched)
    {
        int cuts = 0, joined = 0, untouched = 0;
        foreach (var sentence in Sentences)
        {
            var words = sentence.Split(' ');
            for (var cut = 1; cut < words.Length; cut++)
            {
                var first = cut * 0.3;
                var script = string.Create(CultureInfo.InvariantCulture, $"""
                    set judge shipped
                    reply "Of course, I will see to that for you right away."
                    at 1 say {first:0.##} "{string.Join(' ', words[..cut])}"
                    at {1 + first + (pause / 1000.0):0.###} say {(words.Length - cut) * 0.3:0.##} "{string.Join(' ', words[cut..])}"
                    until {words.Length * 0.3 + 10:0.##}
                    """);
                var trace = Room.Play(Script.Parse(script), out _);
                cuts++;
                var one = trace.Contains($"TurnCompleted turn=1 interrupted=false user=\"{sentence}\"", StringComparison.Ordinal);
                joined += one ? 1 : 0;
                untouched += one && Count(trace, "CommitReply") == 1 ? 1 : 0;
                if (!one)
                {
                    output.WriteLine($"cut: {string.Join(' ', words[..cut])} | {string.Join(' ', words[cut..])}");
                }
            }
        }

        output.WriteLine($"{pause} ms: {joined} of {cuts} are one turn, {untouched} of them without a reply begun in the pause");
        Assert.True(joined >= leastJoined * cuts, $"{joined} of {cuts}");
        Assert.True(untouched >= leastUntouched * cuts, $"{untouched} of {cuts}");
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
