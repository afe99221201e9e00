namespace Conversation.Gateway.Telephony.Recording;

/// <summary>Where a recording is written to.</summary>
internal interface IStereoFile : IDisposable
{
    /// <summary>Appends samples, left and right alternating, and behind them those that may still change: the next call writes over these. False where it holds no more.</summary>
    bool TryWrite(ReadOnlySpan<short> settled, ReadOnlySpan<short> unsettled);
}
