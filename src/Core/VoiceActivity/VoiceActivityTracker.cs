namespace Conversation.Core.VoiceActivity;

/// <summary>Hysteresis over speech probabilities, with starts and ends dated back to where they truly were. A pause never ends by itself: the session calls <see cref="Reset"/>.</summary>
internal sealed class VoiceActivityTracker
{
    private static readonly SampleCount Window = new(512);
    private bool _rising;

    public VoiceActivityState State { get; private set; }

    /// <summary>Where the present stretch began.</summary>
    public SampleCount Start { get; private set; }

    /// <summary>Where speech last sounded: the end of the last window above the leave threshold.</summary>
    public SampleCount End { get; private set; }

    /// <summary>Where speech began again after the latest pause.</summary>
    public SampleCount Resumed { get; private set; }

    /// <summary>The end of the last window seen.</summary>
    public SampleCount Last { get; private set; }

    /// <summary>Windows of speech since <see cref="Start"/>.</summary>
    public int SpeechWindows { get; private set; }

    /// <summary>One window of possible speech was seen in a pause: the next will tell.</summary>
    public bool Rising => _rising && State == VoiceActivityState.Stopping;

    /// <summary>How long it has been quiet on the media clock.</summary>
    public TimeSpan Pause => (Last - End).ToTime();

    public VoiceActivityChange Take(SampleCount end, float probability, float levelDb, float enter, VoiceActivityOptions options)
    {
        var begin = end - Window > Last ? end - Window : Last;
        Last = end;
        var p = levelDb < options.LeastLevelDb ? 0 : probability;
        return State switch
        {
            VoiceActivityState.Quiet => Quiet(begin, p, enter, options),
            VoiceActivityState.Starting => Starting(p, options),
            VoiceActivityState.Speaking => Speaking(p, options),
            _ => Stopping(begin, p, enter, options),
        };
    }

    /// <summary>The audio stopped coming: what was begun counts as paused.</summary>
    public VoiceActivityChange Stall()
    {
        switch (State)
        {
            case VoiceActivityState.Starting:
                State = VoiceActivityState.Quiet;
                return VoiceActivityChange.Dropped;
            case VoiceActivityState.Speaking:
                State = VoiceActivityState.Stopping;
                _rising = false;
                return VoiceActivityChange.Paused;
            default:
                _rising = false;
                return VoiceActivityChange.None;
        }
    }

    /// <summary>It is silent, and so much audio was seen before: what else is kept is written before it is read.</summary>
    public void StartFrom(SampleCount last) => Last = last;

    /// <summary>The stretch is dealt with.</summary>
    public void Reset()
    {
        State = VoiceActivityState.Quiet;
        SpeechWindows = 0;
        _rising = false;
    }

    private VoiceActivityChange Quiet(SampleCount begin, float p, float enter, VoiceActivityOptions options)
    {
        if (p < enter)
        {
            return VoiceActivityChange.None;
        }

        Start = begin;
        End = Last;
        SpeechWindows = 1;
        State = p >= options.Sure ? VoiceActivityState.Speaking : VoiceActivityState.Starting;
        return State == VoiceActivityState.Speaking ? VoiceActivityChange.Began : VoiceActivityChange.None;
    }

    private VoiceActivityChange Starting(float p, VoiceActivityOptions options)
    {
        if (p < options.Leave)
        {
            State = VoiceActivityState.Quiet;
            return VoiceActivityChange.Dropped;
        }

        End = Last;
        SpeechWindows++;
        State = VoiceActivityState.Speaking;
        return VoiceActivityChange.Began;
    }

    private VoiceActivityChange Speaking(float p, VoiceActivityOptions options)
    {
        if (p >= options.Leave)
        {
            End = Last;
            SpeechWindows++;
            return VoiceActivityChange.None;
        }

        State = VoiceActivityState.Stopping;
        _rising = false;
        return VoiceActivityChange.Paused;
    }

    // A single doubtful window in a pause is often breath: it takes two, or a sure one, to go on.
    private VoiceActivityChange Stopping(SampleCount begin, float p, float enter, VoiceActivityOptions options)
    {
        if (p < enter && !(_rising && p >= options.Leave))
        {
            _rising = false;
            return VoiceActivityChange.None;
        }

        if (!_rising)
        {
            Resumed = begin;
        }

        if (!_rising && p < options.Sure)
        {
            _rising = true;
            return VoiceActivityChange.None;
        }

        SpeechWindows += _rising ? 2 : 1;
        _rising = false;
        End = Last;
        State = VoiceActivityState.Speaking;
        return VoiceActivityChange.Resumed;
    }
}
