namespace Conversation.Gateway.Telephony.Answering;

/// <summary>Cuts a call's audio into 20 ms and says of each what the judgement goes by. Not thread-safe.</summary>
internal sealed class AnswerEar(int rate)
{
    private readonly short[] frame = new short[rate / 50];
    private readonly ToneDetector tone = new(rate);
    private readonly LoudnessGate gate = new();
    private int filled;

    /// <summary>Whether the last 20 ms were loud, a tone apart from that.</summary>
    public bool IsLoud { get; private set; }

    /// <summary>Whether they are of a tone.</summary>
    public bool InTone => tone.InTone;

    /// <summary>Whether the tone is a beep by now.</summary>
    public bool IsBeep => tone.IsBeep;

    /// <summary>Takes what makes the next 20 ms complete, off the front. False where it is not enough.</summary>
    public bool TryTake(ref ReadOnlySpan<short> pcm)
    {
        var part = Math.Min(pcm.Length, frame.Length - filled);
        pcm[..part].CopyTo(frame.AsSpan(filled));
        pcm = pcm[part..];
        filled += part;
        if (filled < frame.Length)
        {
            return false;
        }

        filled = 0;
        tone.Take(frame);
        IsLoud = gate.IsLoud(frame) && !tone.InTone;
        return true;
    }
}
