namespace Conversation.Core;

/// <summary>A position or a length on a media clock, in samples. Input positions count at 16 kHz from the session's first sample; output positions count at the session's output rate from a reply's first sample.</summary>
public readonly record struct SampleCount(long Value) : IComparable<SampleCount>
{
    /// <summary>The rate of every input position, in hertz.</summary>
    public const int InputRate = 16_000;

    /// <inheritdoc/>
    public int CompareTo(SampleCount other) => Value.CompareTo(other.Value);

    /// <summary>The length in time at <paramref name="rate"/> samples a second.</summary>
    public TimeSpan ToTime(int rate = InputRate) => TimeSpan.FromTicks(Value * TimeSpan.TicksPerSecond / rate);

    /// <summary>The samples that <paramref name="time"/> holds at <paramref name="rate"/> samples a second.</summary>
    public static SampleCount FromTime(TimeSpan time, int rate = InputRate) => new(time.Ticks * rate / TimeSpan.TicksPerSecond);

    /// <summary>Sum.</summary>
    public static SampleCount operator +(SampleCount a, SampleCount b) => new(a.Value + b.Value);

    /// <summary>Difference.</summary>
    public static SampleCount operator -(SampleCount a, SampleCount b) => new(a.Value - b.Value);

    /// <summary>Order.</summary>
    public static bool operator <(SampleCount a, SampleCount b) => a.Value < b.Value;

    /// <summary>Order.</summary>
    public static bool operator >(SampleCount a, SampleCount b) => a.Value > b.Value;

    /// <summary>Order.</summary>
    public static bool operator <=(SampleCount a, SampleCount b) => a.Value <= b.Value;

    /// <summary>Order.</summary>
    public static bool operator >=(SampleCount a, SampleCount b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A word of a reply and where it sounds, in output samples from the reply's first sample.</summary>
public readonly record struct SpokenWord(string Text, SampleCount Start, SampleCount End);

/// <summary>Why the platform speaks.</summary>
public enum ReplyKind
{
    /// <summary>The session opens.</summary>
    Greeting,

    /// <summary>The caller said something.</summary>
    Answer,

    /// <summary>The caller has been silent for long.</summary>
    IdlePrompt,

    /// <summary>A turn failed inside; the caller is told and asked again.</summary>
    Apology,
}

/// <summary>What kind of answer the dialog waits for: lets endpointing be quick where the answer is short and patient where it is dictated.</summary>
public enum ExpectedAnswer
{
    /// <summary>Anything.</summary>
    Open,

    /// <summary>Yes or no.</summary>
    YesNo,

    /// <summary>Digits, a phone number, a code: said in groups with pauses between.</summary>
    Digits,

    /// <summary>A date or a time.</summary>
    DateOrTime,

    /// <summary>A name.</summary>
    Name,
}

/// <summary>Why a reply was cancelled.</summary>
public enum CancelReason
{
    /// <summary>It was speculative and the caller said something else, or went on.</summary>
    Revised,

    /// <summary>The caller spoke over it and meant it.</summary>
    Interrupted,

    /// <summary>It did not come in time or failed.</summary>
    Failed,

    /// <summary>The session closes.</summary>
    Closing,
}

/// <summary>How speech over a reply was judged.</summary>
public enum InterruptionOutcome
{
    /// <summary>The caller took the turn: the reply is cancelled.</summary>
    Interrupted,

    /// <summary>The caller only signalled listening ("mm-hm"): the reply goes on.</summary>
    Backchannel,

    /// <summary>It was no speech: the reply goes on.</summary>
    False,
}

/// <summary>What became of the reply prepared before the end of the turn was certain.</summary>
public enum Speculation
{
    /// <summary>None was prepared in time.</summary>
    None,

    /// <summary>It was played as prepared.</summary>
    Hit,

    /// <summary>It was thrown away and made anew.</summary>
    Revised,
}
