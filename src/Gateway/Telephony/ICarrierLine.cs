using Conversation.Sessions;

namespace Conversation.Gateway.Telephony;

/// <summary>
/// A carrier's call as this side drives it: the one seam that every carrier fills in. Called from the pacing thread and from the session's; must
/// neither block nor throw. What the carrier says goes to <see cref="CarrierCall"/>: <c>Audio</c>, <c>Digit</c>, <c>MarkPlayed</c>, <c>Gone</c>.
/// </summary>
internal interface ICarrierLine
{
    /// <summary>Frames of 20 ms that may lie at the carrier, sent and not yet played.</summary>
    int Ahead { get; }

    /// <summary>Whether the carrier must be sent silence where there is nothing to say. Such a line is sent exactly one frame a tick.</summary>
    bool NeedsSilence { get; }

    /// <summary>Whether what was sent is being played. False where the carrier will say when it begins and has not yet.</summary>
    bool IsPlaying => true;

    /// <summary>Whether the carrier asked to be sent nothing for a while: it is waited for, and not taken for gone.</summary>
    bool IsHeld => false;

    /// <summary>Sends one frame of 20 ms. False where the carrier takes none at present: the same frame is offered again.</summary>
    bool TrySend(ReadOnlySpan<short> frame);

    /// <summary>Has the carrier drop what it holds and has not played; false where it cannot.</summary>
    bool TryFlush();

    /// <summary>Asks to be told when all that was sent so far has been played; the answer is <see cref="CarrierCall.MarkPlayed"/>. False where the carrier knows no marks.</summary>
    bool TryMark(int generation, long position);

    /// <summary>Has the carrier do what the dialog asks for: hand the call over ("transfer"), or end it with what was learned ("hangup"). Its last words have been played and the session is over. False where it cannot: the call is hung up. True: this line sees to it that the call ends.</summary>
    bool TryAct(SessionEvent.ActionRequested action) => false;

    /// <summary>20 ms have passed, and what was due has been sent.</summary>
    void Tick()
    {
    }

    /// <summary>The session is over and asks for nothing: the carrier's call ends with it. The reason is the session's.</summary>
    void Close(string reason) => HangUp();

    /// <summary>Ends the carrier's call. May be called again.</summary>
    void HangUp();
}
