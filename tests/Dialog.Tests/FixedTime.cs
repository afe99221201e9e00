namespace Conversation.Dialog.Tests;

/// <summary>A clock that stands still: Friday 20 November 2026, 10:00, in UTC.</summary>
internal sealed class FixedTime : TimeProvider
{
    public static readonly DateOnly Today = new(2026, 11, 20);

    public override DateTimeOffset GetUtcNow() => new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
}
