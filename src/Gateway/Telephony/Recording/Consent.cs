using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Recording;

/// <summary>Whether a call may be recorded, by what the session tells of its notice and what the caller says to it. Not thread-safe.</summary>
internal sealed class Consent(string key)
{
    private int generation = -1;
    private long? end;
    private int turns;
    private bool pressed;
    private bool answered;

    /// <summary>Where it stands.</summary>
    public ConsentState State { get; private set; } = ConsentState.Unsaid;

    /// <summary>Whether the notice is still to be said, or to be said to its end.</summary>
    public bool IsOpen => State is ConsentState.Unsaid or ConsentState.Saying;

    /// <summary>The session tells something.</summary>
    public void Take(SessionEvent message)
    {
        switch (message)
        {
            case SessionEvent.ReplyStarted started when State == ConsentState.Unsaid:
                (State, generation) = (ConsentState.Saying, started.Generation);
                break;
            case SessionEvent.ReplyStarted started when started.Generation > generation:
                answered |= started.Kind == "answer";
                Miss();
                break;
            case SessionEvent.NoticeMade made when made.Generation == generation:
                end = made.Samples;
                break;
            case SessionEvent.PlayoutCancelled cancelled when cancelled.Generation >= generation:
                Miss();
                break;
            case SessionEvent.HypothesisFinal said when State != ConsentState.Refused && Objection.IsIn(said.Text, first: turns == 0):
                State = ConsentState.Refused;
                break;
            case SessionEvent.HypothesisFinal:
                turns++;
                break;
        }
    }

    /// <summary>The caller has heard so much of a reply.</summary>
    public void Heard(int reply, long samples)
    {
        if (State == ConsentState.Saying && reply == generation && samples >= end)
        {
            State = ConsentState.Given;
        }
    }

    /// <summary>A key; true where it was the one that objects, and nothing else. Only the first key counts, and only until the caller was answered: after that it is the dialog's.</summary>
    public bool Press(char digit)
    {
        var objects = !pressed && !answered && State != ConsentState.Refused && key.Contains(digit, StringComparison.Ordinal);
        pressed = true;
        if (objects)
        {
            State = ConsentState.Refused;
        }

        return objects;
    }

    private void Miss()
    {
        if (State == ConsentState.Saying)
        {
            State = ConsentState.Missed;
        }
    }
}

/// <summary>How far a consent has come.</summary>
internal enum ConsentState
{
    /// <summary>The notice has not begun.</summary>
    Unsaid,

    /// <summary>It is being said.</summary>
    Saying,

    /// <summary>It was heard to its end, and nobody objected.</summary>
    Given,

    /// <summary>The caller objected.</summary>
    Refused,

    /// <summary>It was cut short.</summary>
    Missed,
}
