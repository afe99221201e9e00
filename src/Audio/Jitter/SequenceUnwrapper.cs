namespace Conversation.Audio;

/// <summary>Turns 16-bit sequence numbers that wrap (RTP, RFC 3550 appendix A.1) into numbers that only grow: each is taken to lie within half the range of the newest so far.</summary>
public sealed class SequenceUnwrapper
{
    private const int Range = 1 << 16;
    private long _newest = -1;

    /// <summary>The unwrapped number. The first is given as <paramref name="sequence"/> + 65,536, so that what comes earlier stays positive.</summary>
    public long Unwrap(ushort sequence)
    {
        if (_newest < 0)
        {
            return _newest = sequence + Range;
        }

        var number = _newest + (short)(sequence - (ushort)_newest);
        _newest = Math.Max(_newest, number);
        return number;
    }
}
