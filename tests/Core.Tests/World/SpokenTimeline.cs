namespace Conversation.Core.Tests.World;

/// <summary>What the caller says and when, on the media clock, and what a recogniser makes of any span of it.</summary>
internal sealed class SpokenTimeline
{
    private readonly List<(string Word, double Start, double End, float Confidence)> _words = [];
    private readonly List<(double Start, double End, float Probability, float Level, string Pitch)> _sounds = [];

    public void Say(double at, double seconds, string text, float confidence, float probability, string pitch)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            _words.Add((words[i], at + (seconds * i / words.Length), at + (seconds * (i + 1) / words.Length), confidence));
        }

        _sounds.Add((at, at + seconds, probability, -20, pitch));
    }

    public (float Probability, float Level, float Pitch) Window(double start, double end)
    {
        var middle = (start + end) / 2;
        foreach (var sound in _sounds)
        {
            if (middle >= sound.Start && middle < sound.End)
            {
                var left = sound.End - middle;
                var pitch = sound.Pitch switch { "fall" => 120f - (left < 0.5 ? (float)(0.5 - left) * 70 : 0), "level" => 120f, _ => 0f };
                return (sound.Probability, sound.Level, pitch);
            }
        }

        return (0.02f, -65, 0);
    }

    /// <summary>A recogniser hears words of which most lies in the span, and ends whatever it hears with a full stop.</summary>
    public (string Text, float Confidence) Hear(double start, double end)
    {
        var heard = _words.Where(w => Math.Min(w.End, end) - Math.Max(w.Start, start) > (w.End - w.Start) * 0.7).ToList();
        if (heard.Count == 0)
        {
            return ("", 0);
        }

        var text = string.Join(' ', heard.Select(w => w.Word));
        return (text[^1] is '.' or '?' or '!' ? text : text.TrimEnd(',') + ".", heard.Min(w => w.Confidence));
    }
}
