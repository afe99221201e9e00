using Conversation.Core.Recognition;

namespace Conversation.Core.Tests.Parts;

public sealed class HypothesisStreamTests
{
    private readonly HypothesisStream _stream = new();

    [Fact]
    public void A_word_is_told_when_two_hypotheses_agree_and_the_newest_is_held_back()
    {
        Assert.Null(_stream.Take("I'd like", ended: false));
        Assert.Equal("I'd", _stream.Take("I'd like.", ended: false));
        Assert.Equal(" like", _stream.Take("I'd like to four.", ended: false));
        Assert.Equal(" to", _stream.Take("I'd like to fourteen things.", ended: false));
        Assert.Equal(" fourteen things", _stream.Take("I'd like to fourteen things", ended: true));
    }

    [Fact]
    public void Punctuation_is_told_with_the_next_word_and_contradicts_nothing()
    {
        _stream.Take("I want.", ended: false);
        Assert.Equal("I want", _stream.Take("I want.", ended: true));
        Assert.Null(_stream.Take("I want, please.", ended: false));
        Assert.Equal(", please", _stream.Take("I want, please now", ended: false));
    }

    [Fact]
    public void What_was_told_is_never_taken_back()
    {
        _stream.Take("book me in", ended: true);
        Assert.Equal("book me in", _stream.Take("book me in", ended: true));
        _stream.Take("look at him on Tuesday", ended: true);
        Assert.Null(_stream.Take("look at him on Tuesday", ended: true));
        _stream.Take("Brooke me in on Tuesday", ended: true);
        Assert.Equal(" on Tuesday", _stream.Take("Brooke me in on Tuesday", ended: true));
    }

    [Fact]
    public void After_a_turn_goes_on_deltas_follow_the_final_text()
    {
        _stream.Take("Book me in.", ended: true);
        _stream.Replace("Book me in.");
        _stream.Take("Book me in on Tuesday", ended: true);
        Assert.Equal(" on Tuesday", _stream.Take("Book me in on Tuesday", ended: true));
    }

    [Fact]
    public void Random_hypotheses_give_text_that_only_grows_by_whole_words()
    {
        var random = new Random(3);
        string[] words = ["one", "Two,", "three.", "—", "four?", "five"];
        for (var run = 0; run < 2_000; run++)
        {
            var stream = new HypothesisStream();
            var told = "";
            for (var i = 0; i < 12; i++)
            {
                var text = string.Join(' ', Enumerable.Range(0, random.Next(7)).Select(n => random.Next(4) == 0 ? words[random.Next(words.Length)] : words[n % words.Length]));
                if (stream.Take(text, random.Next(2) == 0) is { } delta)
                {
                    Assert.True(told.Length == 0 ? char.IsLetter(delta[0]) : !char.IsLetter(delta[0]), delta);
                    Assert.True(char.IsLetter(delta[^1]), delta);
                    told += delta;
                }
            }
        }
    }
}
