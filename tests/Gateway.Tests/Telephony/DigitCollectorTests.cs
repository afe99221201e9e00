using Conversation.Gateway.Telephony;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Telephony;

public sealed class DigitCollectorTests
{
    private readonly DigitCollector digits = new();
    private readonly List<string> typed = [];

    [Fact]
    public void Where_nothing_is_wanted_a_hash_or_two_seconds_complete()
    {
        Press("41");
        Tick(DigitCollector.PauseTicks - 1);
        Press("5#");
        Press("#7");
        Tick(DigitCollector.PauseTicks);
        Assert.Equal(["415", "7"], typed);
    }

    [Fact]
    public void A_menu_is_complete_at_once()
    {
        Expect(1, "", 3);
        Press("2");
        Assert.Equal(["2"], typed);
        Expect(1, "", 3);
        Press("#");
        Assert.Equal(["2", "#"], typed);
    }

    [Theory]
    [InlineData("0930", "0930")]
    [InlineData("930#", "930")]
    [InlineData("#930#", "930")]
    [InlineData("0930#", "0930")]
    public void A_number_is_complete_at_its_length_or_its_terminator(string keys, string expected)
    {
        Expect(4, "#", 3);
        Press(keys);
        Expect(4, "#", 3);
        Tick(1_000);
        Assert.Equal([expected], typed);
    }

    [Fact]
    public void Or_when_no_key_follows()
    {
        Expect(4, "#", 3);
        Press("09");
        Tick(149);
        Assert.Empty(typed);
        Tick(1);
        Assert.Equal(["09"], typed);
    }

    [Fact]
    public void What_is_pressed_ahead_waits_for_what_is_wanted_next()
    {
        Expect(1, "", 3);
        Press("1112");
        Assert.True(digits.IsAwaiting);
        Press("42");
        Assert.Equal(["1"], typed);
        digits.Begin();
        Expect(4, "#", 3);
        Assert.Equal(["1", "1124"], typed);
        digits.Begin();
        Expect(1, "", 3);
        Assert.Equal(["1", "1124", "2"], typed);
    }

    [Fact]
    public void An_answer_that_says_nothing_of_keys_is_not_waited_for_for_ever()
    {
        Expect(1, "", 3);
        Press("12");
        Tick(249);
        Assert.Equal(["1"], typed);
        Tick(1);
        Assert.Equal(["1", "2"], typed);
    }

    [Fact]
    public void A_key_held_down_is_no_more_than_a_number()
    {
        Press(new string('1', 500));
        Tick(DigitCollector.PauseTicks);
        Assert.Equal([new string('1', 64)], typed);
    }

    [Fact]
    public void Whatever_is_pressed_and_wanted_no_key_is_typed_that_was_not_pressed()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var collector = new DigitCollector();
            var (pressed, given) = (new System.Text.StringBuilder(), new System.Text.StringBuilder());
            for (var step = 0; step < 200; step++)
            {
                var key = "0123456789*#ABCDxyz\0"[random.Next(20)];
                var all = random.Next(5) switch
                {
                    0 => collector.Expect(new SessionEvent.KeysWanted(1, random.Next(-1, 6), new[] { "", "#", "*#", "5" }[random.Next(4)], new[] { 0, 0.5, 3, double.NaN, 1e9, -1 }[random.Next(6)])),
                    1 => collector.Tick(),
                    _ => Pressed(key),
                };
                Assert.NotEqual("", all);
                given.Append(all);

                string? Pressed(char pressedKey)
                {
                    pressed.Append(pressedKey);
                    return collector.Press(pressedKey);
                }
            }

            // What was typed is what was pressed, in order, with some left out.
            var at = 0;
            var source = pressed.ToString();
            foreach (var key in given.ToString())
            {
                at = source.IndexOf(key, at) + 1;
                Assert.True(at > 0, $"seed {seed}: {given} of {source}");
            }
        }
    }

    [Fact]
    public void Where_another_answers_the_keys_of_the_one_before_do_not_count()
    {
        Expect(1, "", 3);
        digits.Begin();
        Expect(0, "", 0);
        Press("12");
        Assert.Empty(typed);
        Press("#");
        Assert.Equal(["12"], typed);

        // And what is pressed while it makes its answer is not kept for keys that it will not tell.
        digits.Begin();
        Assert.False(digits.IsAwaiting);
    }

    private void Expect(int most, string terminators, double timeout) => Note(digits.Expect(new SessionEvent.KeysWanted(1, most, terminators, timeout)));

    private void Press(string keys)
    {
        foreach (var key in keys)
        {
            Note(digits.Press(key));
        }
    }

    private void Tick(int ticks)
    {
        for (; ticks > 0; ticks--)
        {
            Note(digits.Tick());
        }
    }

    private void Note(string? all)
    {
        if (all is not null)
        {
            typed.Add(all);
        }
    }
}
