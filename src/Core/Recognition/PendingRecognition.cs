namespace Conversation.Core.Recognition;

/// <summary>What a recognition is for.</summary>
internal enum RecognitionPurpose
{
    /// <summary>To show what is being heard.</summary>
    Quick,

    /// <summary>To answer on, asked in a pause.</summary>
    Final,

    /// <summary>To fix the words of a long utterance so far.</summary>
    Freeze,
}

/// <summary>A recognition that was asked for. <paramref name="SpeechEnd"/>: where speech ended when it was asked.</summary>
internal readonly record struct PendingRecognition(int Id, RecognitionPurpose Purpose, SampleCount Start, SampleCount End, SampleCount SpeechEnd, TimeSpan AskedAt)
{
    /// <summary>Whether it gave words already: they stand should better ones not come.</summary>
    public bool Provisional { get; init; }
}
