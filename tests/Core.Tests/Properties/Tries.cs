using System.Globalization;
using FsCheck;

namespace Conversation.Core.Tests.Properties;

/// <summary>How often a property is tried. The same lists in every run, so that it is the change that is judged and not luck; CHAOS=20 tries twenty times as many, others each time.</summary>
internal static class Tries
{
    private static readonly int? Times = Environment.GetEnvironmentVariable("CHAOS") is { Length: > 0 } times ? int.Parse(times, CultureInfo.InvariantCulture) : null;

    public static Config Of(int tests, int startSize, int endSize)
    {
        var config = Config.QuickThrowOnFailure.WithStartSize(startSize).WithEndSize(endSize);
        return Times is { } times ? config.WithMaxTest(tests * times) : config.WithMaxTest(tests).WithReplay(20_261_121, 1);
    }
}
