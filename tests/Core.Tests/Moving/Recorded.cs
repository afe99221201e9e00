using Conversation.Core.Endpointing;
using Conversation.Core.Trace;

namespace Conversation.Core.Tests.Moving;

/// <summary>A recorded session taken apart: each input or change of options, with what came of it.</summary>
internal sealed class Recorded
{
    private readonly IPhraseCompleteness? _judge;

    /// <summary>A recording as <see cref="RecordingCore"/> writes it.</summary>
    public Recorded(string text, IPhraseCompleteness? judge = null)
    {
        _judge = judge;
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Options = SessionTrace.ReadOptions(lines[1]);
        foreach (var line in lines[2..])
        {
            if (SessionTrace.IsInput(line))
            {
                Steps.Add(new(line, []));
            }
            else
            {
                Steps[^1].Outputs.Add(line);
            }
        }
    }

    public CoreOptions Options { get; }

    public List<Step> Steps { get; } = [];

    /// <summary>What comes of the same inputs, written down by a fresh session.</summary>
    public static Recorded Of(CoreOptions options, IEnumerable<string> inputs, IPhraseCompleteness? judge = null)
    {
        var text = new StringWriter();
        var core = new RecordingCore(new SessionCore(options, judge), options, text);
        foreach (var line in inputs)
        {
            Feed(core, line);
        }

        return new(text.ToString(), judge);
    }

    public SessionCore NewCore() => new(Options, _judge);

    public IPhraseCompleteness? Judge => _judge;

    /// <summary>Feeds one line and gives the lines that come of it.</summary>
    public static List<string> Feed(IConfigurableCore core, string line, List<SessionOutput>? taken = null)
    {
        var (now, input) = (TimeSpan.Zero, default(SessionInput));
        if (SessionTrace.ReadConfigured(line) is { } options)
        {
            core.Configure(options);
        }
        else
        {
            (now, input) = SessionTrace.ReadInput(line);
            core.Handle(input, now);
        }

        var outputs = new List<string>();
        while (core.TryTake(out var output))
        {
            taken?.Add(output);
            outputs.Add(SessionTrace.Write(output, now));
        }

        return outputs;
    }

    internal sealed record Step(string Line, List<string> Outputs);
}
