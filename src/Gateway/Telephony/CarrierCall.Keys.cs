using Conversation.Sessions;

namespace Conversation.Gateway.Telephony;

/// <content>The caller's keys, and the silence of who says nothing.</content>
internal sealed partial class CarrierCall
{
    /// <summary>The caller pressed a key.</summary>
    public void Digit(char digit)
    {
        string? typed;
        bool silences;
        if (recorder?.Press(digit) == true)
        {
            return;
        }

        lock (inputGate)
        {
            // While the answer to what was said last is being made it must not be stopped: it would be lost.
            silences = !digits.IsAwaiting;
            typed = digits.Press(digit);
        }

        if (silences)
        {
            // Whoever presses a key has heard enough, and is there.
            Silence();
        }

        Type(typed);
    }

    /// <summary>Where nothing comes from the carrier, silence: the session's clock counts samples and must go on.</summary>
    private void Listen(bool begun, SessionEvent.KeysWanted? keys)
    {
        string? typed = null;
        var early = false;
        lock (inputGate)
        {
            if (begun)
            {
                digits.Begin();
            }

            if (keys is not null)
            {
                early = digits.HasKeys;
                typed = digits.Expect(keys);
            }

            typed ??= digits.Tick();
            // At first all that was waited for, so that a pause begins when it began.
            var missing = ++quietTicks == SilenceAfter ? SilenceAfter : quietTicks > SilenceAfter ? 1 : 0;
            for (; missing > 0; missing--)
            {
                session!.PushAudio(sequence++, silence);
                filled += silence.Length;
            }
        }

        if (early)
        {
            Silence();
        }

        Type(typed);
    }

    private void Type(string? typed)
    {
        if (typed is not null && !Holds(typed) && session!.Type(typed) is { } fault)
        {
            LogTypedRefused(call, fault.Code);
        }
    }
}
