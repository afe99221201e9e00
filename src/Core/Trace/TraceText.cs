using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Conversation.Core.Trace;

/// <summary>How values stand in a trace: invariant, exact, one line.</summary>
internal static class TraceText
{
    public static string Time(TimeSpan time) => (time.Ticks / 10_000_000m).ToString("0.000####", CultureInfo.InvariantCulture);

    public static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Quote(string text) => JsonSerializer.Serialize(text, TraceJson.Plain);

    public static string Words(IReadOnlyList<SpokenWord> words)
    {
        var text = new StringBuilder("[");
        foreach (var word in words)
        {
            text.Append(text.Length > 1 ? " " : "").Append(Quote(word.Text)).Append('@').Append(Number(word.Start.Value)).Append('-').Append(Number(word.End.Value));
        }

        return text.Append(']').ToString();
    }
}
