namespace Conversation.Gateway.Telephony.Recording;

/// <summary>Where a recording is written to.</summary>
internal interface IStereoFile : IDisposable
{
    /// <summary>Appends samples, left and right alternating. False where it holds no more.</summary>
    bool TryAppend(ReadOnlySpan<short> samples);
}
