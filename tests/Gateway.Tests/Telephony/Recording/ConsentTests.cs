using Conversation.Gateway.Telephony.Recording;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Telephony.Recording;

public sealed class ConsentTests
{
    private readonly Consent consent = new("9");

    [Fact]
    public void Heard_to_its_last_sample_it_is_given()
    {
        Begin();
        consent.Heard(1, 5_000);
        Assert.Equal(ConsentState.Saying, consent.State);
        consent.Take(new SessionEvent.NoticeMade(1, 8_000));
        consent.Heard(1, 7_999);
        Assert.Equal(ConsentState.Saying, consent.State);
        consent.Heard(1, 8_000);
        Assert.Equal(ConsentState.Given, consent.State);
    }

    [Fact]
    public void Cut_short_it_is_not_given_whatever_is_heard_later()
    {
        Begin();
        consent.Take(new SessionEvent.NoticeMade(1, 8_000));
        consent.Heard(1, 7_000);
        consent.Take(new SessionEvent.PlayoutCancelled(1, "interrupted"));
        consent.Heard(1, 8_000);
        Assert.Equal(ConsentState.Missed, consent.State);
    }

    [Fact]
    public void Another_reply_in_its_place_is_no_notice()
    {
        Begin();
        consent.Take(new SessionEvent.ReplyStarted(1, 2, "apology"));
        consent.Take(new SessionEvent.NoticeMade(2, 1));
        consent.Heard(2, 10);
        Assert.Equal(ConsentState.Missed, consent.State);
    }

    [Fact]
    public void The_key_counts_as_the_first_one_until_the_answer()
    {
        Given();
        Assert.True(consent.Press('9'));
        Assert.Equal(ConsentState.Refused, consent.State);
        Assert.False(consent.Press('9'));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Later_the_key_is_the_dialogs(bool afterAnotherKey)
    {
        Given();
        if (afterAnotherKey)
        {
            Assert.False(consent.Press('5'));
        }
        else
        {
            consent.Take(new SessionEvent.ReplyStarted(1, 2, "answer"));
        }

        Assert.False(consent.Press('9'));
        Assert.Equal(ConsentState.Given, consent.State);
    }

    [Theory]
    [InlineData("I don't want to be recorded.", true)]
    [InlineData("i don\u2019t want this call to be recorded", true)]
    [InlineData("Please do not record this.", true)]
    [InlineData("Don't record me", true)]
    [InlineData("I'd rather not be recorded, thanks", true)]
    [InlineData("Stop recording.", true)]
    [InlineData("can you stop the recording please", true)]
    [InlineData("No recording please", true)]
    [InlineData("Please turn off the recording", true)]
    [InlineData("I object to being recorded", true)]
    [InlineData("I do not consent to recording", true)]
    [InlineData("delete that recording", true)]
    [InlineData("You did not record my booking", false)]
    [InlineData("I want to buy a record player", false)]
    [InlineData("Do you have no records by Miles Davis", false)]
    [InlineData("Table for four on Friday", false)]
    [InlineData("I don't want that", false)]
    [InlineData("", false)]
    public void Who_objects_in_words_is_understood(string text, bool objects)
    {
        Assert.Equal(objects, Objection.IsIn(text, first: false));
        Given();
        consent.Take(new SessionEvent.HypothesisFinal(1, "Hello"));
        consent.Take(new SessionEvent.HypothesisFinal(2, text));
        Assert.Equal(objects ? ConsentState.Refused : ConsentState.Given, consent.State);
    }

    [Theory]
    [InlineData("I don't want that.", ConsentState.Refused)]
    [InlineData("I object", ConsentState.Refused)]
    [InlineData("I do not agree to this", ConsentState.Refused)]
    [InlineData("I don't want that table", ConsentState.Given)]
    public void Right_after_the_notice_that_is_the_recording(string text, object state)
    {
        Given();
        consent.Take(new SessionEvent.HypothesisFinal(1, text));
        Assert.Equal(state, consent.State);
    }

    private void Begin() => consent.Take(new SessionEvent.ReplyStarted(0, 1, "greeting"));

    private void Given()
    {
        Begin();
        consent.Take(new SessionEvent.NoticeMade(1, 100));
        consent.Heard(1, 100);
        Assert.Equal(ConsentState.Given, consent.State);
    }
}
