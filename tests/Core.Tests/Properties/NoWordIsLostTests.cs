using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Conversation.Core.Tests.World;
using FsCheck;
using FsCheck.Fluent;

namespace Conversation.Core.Tests.Properties;

/// <summary>A caller who says things at any moment, over replies, before them and right after their own turns: each word ends up in one turn, in order, and each turn is answered.</summary>
public sealed partial class NoWordIsLostTests
{
    [Fact]
    public void Every_word_is_in_a_turn() =>
        Check.One(Tries.Of(150, 3, 24), Prop.ForAll(Gen.Choose(0, int.MaxValue).ArrayOf().ToArbitrary(), Holds));

    [Fact]
    public void Said_over_replies_that_are_not_to_be_interrupted_every_word_is_answered() =>
        Check.One(Tries.Of(150, 3, 24), Prop.ForAll(Gen.Choose(0, int.MaxValue).ArrayOf().ToArbitrary(), numbers =>
        {
            var trace = Holds(numbers, "set interrupt no\n");
            Assert.DoesNotContain("heard=\"\"", trace, StringComparison.Ordinal);
        }));

    private static void Holds(int[] numbers) => Holds(numbers, "");

    private static string Holds(int[] numbers, string settings)
    {
        var script = settings + Timeline(numbers, out var said);
        var trace = Room.Play(Script.Parse(script), out _);
        var heard = string.Join(' ', Completed().Matches(trace).Select(m => m.Groups[1].Value)).Replace(".", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!said.SequenceEqual(heard))
        {
            throw new InvalidOperationException($"said {string.Join(' ', said)}\nheard {string.Join(' ', heard)}\n{script}\n{trace}");
        }

        return trace;
    }

    // Six numbers for the delays, then one for each thing said.
    internal static string Timeline(int[] numbers, out List<string> said)
    {
        said = [];
        int Number(int i, int below) => i < numbers.Length ? numbers[i] % below : 0;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"set quick {30 + Number(0, 300)}\nset final {60 + Number(1, 700)}\nset idle 300\n");
        text.Append(CultureInfo.InvariantCulture, $"reply \"{string.Join(' ', Enumerable.Repeat("reply", 1 + Number(2, 12)))}. And more. And more.\" think={Number(3, 1500)}\n");
        var at = 1.0;
        for (var i = 4; i < numbers.Length; i++)
        {
            var n = numbers[i];
            var words = 1 + (n % 6);
            var seconds = words * (0.25 + (n / 6 % 30 / 100.0));
            var first = said.Count;
            said.AddRange(Enumerable.Range(first, words).Select(w => "word" + w));
            text.Append(CultureInfo.InvariantCulture, $"at {at:0.###} say {seconds:0.###} \"{string.Join(' ', said.Skip(first))}.\"\n");
            at += seconds + 0.15 + (n / 180 % 100 is var gap && gap < 70 ? gap / 50.0 : gap / 15.0);
        }

        return text.Append(CultureInfo.InvariantCulture, $"until {at + 40:0.###}\n").ToString();
    }

    [GeneratedRegex("TurnCompleted turn=\\d+ interrupted=\\w+ user=\"([^\"]*)\"")]
    private static partial Regex Completed();
}
