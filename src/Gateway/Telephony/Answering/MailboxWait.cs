namespace Conversation.Gateway.Telephony.Answering;

/// <summary>When a message may be spoken to a machine: after its beep, or where none comes, after a silence as long as people leave none in a greeting. Its only clock is the audio. Not thread-safe.</summary>
internal sealed class MailboxWait(AnswerOptions options)
{
    // After the tone itself; some mailboxes begin to record a little later than it ends.
    private const int AfterBeepMs = 200;
    private const int SilenceMs = 2_500;
    private int now;
    private int quiet;
    private bool beeped;

    /// <summary>The next 20 ms. Says why the message may begin, or null.</summary>
    public string? Take(bool loud, bool inTone, bool beep)
    {
        now += AnswerJudge.FrameMs;
        beeped |= beep;
        quiet = loud || inTone ? 0 : quiet + AnswerJudge.FrameMs;
        return beeped && quiet >= AfterBeepMs ? "beep"
            : quiet >= SilenceMs ? "silence"
            : now >= options.BeepWithin.TotalMilliseconds ? "patience"
            : null;
    }
}
