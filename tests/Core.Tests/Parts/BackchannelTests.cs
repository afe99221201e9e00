using Conversation.Core.Interruption;

namespace Conversation.Core.Tests.Parts;

public sealed class BackchannelTests
{
    private readonly BackchannelLexicon _lexicon = new(new InterruptionOptions());

    [Theory]
    [InlineData("Mm-hmm.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("Mm hm.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("Hmm.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("Uh-huh.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("Uh huh, okay.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("Okay, right.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("Yeah.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("I see.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("OK, thanks.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("No problem.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("Um.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("Oh, I see, sure.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("Him.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("In him.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("In there.", nameof(SpeechMeaning.Content))]
    [InlineData("Imham.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("As high.", nameof(SpeechMeaning.Backchannel))]
    [InlineData("I told him, I am him.", nameof(SpeechMeaning.Content))]
    [InlineData("Stop.", nameof(SpeechMeaning.Stop))]
    [InlineData("Okay, stop.", nameof(SpeechMeaning.Stop))]
    [InlineData("No, Tuesday.", nameof(SpeechMeaning.Stop))]
    [InlineData("Um, wait a minute I have another question", nameof(SpeechMeaning.Stop))]
    [InlineData("Hold on.", nameof(SpeechMeaning.Stop))]
    [InlineData("Sorry?", nameof(SpeechMeaning.Stop))]
    [InlineData("I see a problem with that.", nameof(SpeechMeaning.Content))]
    [InlineData("Right, but on Tuesday.", nameof(SpeechMeaning.Content))]
    [InlineData("Can I book?", nameof(SpeechMeaning.Content))]
    [InlineData("...", nameof(SpeechMeaning.Nothing))]
    [InlineData("", nameof(SpeechMeaning.Nothing))]
    public void Meaning(string text, string expected) => Assert.Equal(expected, _lexicon.Judge(text).ToString());
}
