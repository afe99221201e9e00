namespace Conversation.Models.Doctor;

/// <summary>One thing that was checked.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to do; null when nothing is to be done.</param>
internal sealed record Finding(Level Level, string Subject, string Detail, string? Advice = null);

internal enum Level
{
    Ok,

    /// <summary>It will run, with less.</summary>
    Warn,

    /// <summary>It will not run.</summary>
    Fail,
}
