using System.Text.Json;

namespace Conversation.Core.Trace;

/// <summary>
/// The text of a recorded session: a header, then one line for each input (<c>12.345 &gt; SpeechScored end=…</c>) and each output (<c>12.345 &lt; PausePlayout generation=3</c>).
/// Times are seconds on the session's monotonic clock. Invariant and exact: what is read is what was written.
/// </summary>
public static class SessionTrace
{
    /// <summary>First line of every recording, with the version of the format.</summary>
    public const string Signature = "# conversation trace 1";

    private const string OptionsMark = "# options ";
    private const string ConfigureMark = " > Configure ";

    /// <summary>The two header lines, without a line end after the second.</summary>
    public static string Header(CoreOptions options) => Signature + "\n" + OptionsMark + JsonSerializer.Serialize(options, TraceJson.Plain);

    /// <summary>The options a header line holds.</summary>
    public static CoreOptions ReadOptions(string line) => line.StartsWith(OptionsMark, StringComparison.Ordinal)
        ? ParseOptions(line[OptionsMark.Length..])
        : throw new FormatException("The recording names no options.");

    /// <summary>The line of a change of options.</summary>
    public static string Configured(CoreOptions options, TimeSpan now) => TraceText.Time(now) + ConfigureMark + JsonSerializer.Serialize(options, TraceJson.Plain);

    /// <summary>The line of an input.</summary>
    public static string Write(in SessionInput input, TimeSpan now) => $"{TraceText.Time(now)} > {InputText.Write(input)}";

    /// <summary>The line of an output.</summary>
    public static string Write(SessionOutput output, TimeSpan now) => $"{TraceText.Time(now)} < {OutputText.Write(output)}";

    /// <summary>Reads an input's line; throws <see cref="FormatException"/> where it is none.</summary>
    public static (TimeSpan Now, SessionInput Input) ReadInput(string line)
    {
        var (now, direction, rest) = Split(line);
        if (direction != '>')
        {
            throw new FormatException($"No input: '{line}'.");
        }

        try
        {
            return (now, InputText.Read(rest));
        }
        catch (Exception fault) when (fault is JsonException or OverflowException or ArgumentException)
        {
            throw new FormatException($"A damaged line: '{line}': {fault.Message}", fault);
        }
    }

    /// <summary>Whether the line is an input or a change of options.</summary>
    internal static bool IsInput(string line) => Split(line).Direction == '>';

    /// <summary>The options of a line that changes them; null where it is another line.</summary>
    internal static CoreOptions? ReadConfigured(string line) =>
        line.IndexOf(ConfigureMark, StringComparison.Ordinal) is var at && at > 0 && !line.AsSpan(0, at).Contains(' ') ? ParseOptions(line[(at + ConfigureMark.Length)..]) : null;

    private static CoreOptions ParseOptions(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<CoreOptions>(json, TraceJson.Plain) ?? throw new FormatException("The options are null.");
        }
        catch (JsonException fault)
        {
            throw new FormatException("The options are no valid JSON: " + fault.Message, fault);
        }
    }

    private static (TimeSpan Now, char Direction, string Body) Split(string line)
    {
        var space = line.IndexOf(' ');
        if (space <= 0 || line.Length < space + 4 || line[space + 2] != ' ' || line[space + 1] is not ('<' or '>')
            || !decimal.TryParse(line.AsSpan(0, space), System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var seconds)
            || seconds > 100_000_000)
        {
            throw new FormatException($"No line of a trace: '{line}'.");
        }

        return (TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)), line[space + 1], line[(space + 3)..]);
    }
}
