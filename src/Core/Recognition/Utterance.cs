using Conversation.Core.Endpointing;

namespace Conversation.Core.Recognition;

/// <summary>What the caller says in one turn, as far as it is known: where it is in the audio, its words, and how sure they are.</summary>
internal sealed class Utterance(SampleCount start, SampleCount spanStart)
{
    private double _probability;
    private int _windows;
    private float _softest = float.MaxValue;

    /// <summary>Its turn, once it has one.</summary>
    public int? Turn { get; set; }

    /// <summary>Where speech began.</summary>
    public SampleCount Start { get; } = start;

    /// <summary>Where speech last sounded.</summary>
    public SampleCount End { get; set; } = start;

    /// <summary>From here on audio is decoded again each time; what came before is in <see cref="Head"/>.</summary>
    public SampleCount SpanStart { get; private set; } = spanStart;

    /// <summary>Words that are settled.</summary>
    public string Head { get; private set; } = "";

    /// <summary>Words of the span by the latest hypothesis.</summary>
    public string Tail { get; private set; } = "";

    /// <summary>All words by the latest hypothesis.</summary>
    public string Text { get; private set; } = "";

    /// <summary>How sure the recogniser is of <see cref="Tail"/>.</summary>
    public float Confidence { get; private set; } = 1;

    /// <summary>Where speech ended when the latest final recognition was asked for; its words stand while speech does not go on.</summary>
    public SampleCount? FinalFor { get; set; }

    /// <summary>How far the audio reached on which <see cref="Text"/> was heard.</summary>
    public SampleCount HeardUntil { get; set; } = start;

    /// <summary>How far the audio reached when the latest new word was heard.</summary>
    public SampleCount NewWordAt { get; private set; } = start;

    /// <summary>Final recognitions that failed since speech last sounded.</summary>
    public int Failures { get; set; }

    /// <summary>Windows above the leave threshold.</summary>
    public int SpeechWindows { get; private set; }

    /// <summary>Said over a reply and not yet judged: nothing of it is told.</summary>
    public bool Held { get; set; }

    /// <summary>The client has ended it; only its words are still out.</summary>
    public bool Told { get; set; }

    /// <summary>Where the client has ended it.</summary>
    public SampleCount ToldAt { get; set; }

    /// <summary>It was committed, and went on: it must be answered whatever comes now.</summary>
    public bool Reopened { get; set; }

    /// <summary>It cut a reply short: where its words come to nothing the caller is asked again.</summary>
    public bool TookTurn { get; set; }

    /// <summary>The answer that was expected when it was committed.</summary>
    public ExpectedAnswer Expected { get; set; }

    /// <summary>Text that may be told once it is not held any more.</summary>
    public string Untold { get; set; } = "";

    /// <summary>A prepared reply was thrown away.</summary>
    public bool Revised { get; set; }

    /// <summary>The pause after it was told.</summary>
    public bool StopTold { get; set; }

    /// <summary>When the next quick recognition is due.</summary>
    public SampleCount NextQuick { get; set; }

    /// <summary>Quick recognitions in a row that heard nothing.</summary>
    public int Empty { get; set; }

    /// <summary>Where the words since <see cref="SpanStart"/> may be cut with the least harm.</summary>
    public SampleCount Softest { get; private set; } = start;

    public HypothesisStream Stream { get; } = new();

    /// <summary>How likely it is that it is over; kept, so that a window of silence costs nothing.</summary>
    public EndOfTurn? Estimate { get; set; }

    public bool FinalIsCurrent => FinalFor is { } end && end == End;

    /// <summary>No recognition has said anything of it yet, not even that there was nothing.</summary>
    public bool Unheard => Empty == 0 && Text.Length == 0 && FinalFor is null;

    public TimeSpan Speech => (End - Start).ToTime();

    public float MeanProbability => _windows == 0 ? 1 : (float)(_probability / _windows);

    /// <summary>A window between its start and its end so far.</summary>
    public void TakeWindow(SampleCount end, float probability, float levelDb, int speechWindows, TimeSpan softestAfter)
    {
        _windows++;
        _probability += probability;
        SpeechWindows += speechWindows;
        var softness = probability + (levelDb / 100);
        if (softness < _softest && (end - SpanStart).ToTime() >= softestAfter)
        {
            _softest = softness;
            Softest = end;
        }
    }

    /// <summary>A hypothesis of the span.</summary>
    public void Hear(string text, float confidence)
    {
        var before = Text;
        Tail = text;
        Confidence = confidence;
        Text = PhraseText.Join(Head, Tail);
        Estimate = null;
        if (!PhraseText.Same(before, Text))
        {
            NewWordAt = End;
        }
    }

    /// <summary>Settles <paramref name="text"/> for what was said before <paramref name="at"/>.</summary>
    public void Freeze(string text, SampleCount at)
    {
        Head = PhraseText.Join(Head, text);
        SpanStart = at;
        Tail = "";
        Text = Head;
        _softest = float.MaxValue;
        Softest = at;
        Estimate = null;
    }

    /// <summary>It is the rest of a turn of which this was said before.</summary>
    public void GoesOnFrom(string text)
    {
        Head = PhraseText.Join(text, Head);
        Text = PhraseText.Join(Head, Tail);
    }

    /// <summary>Forgets old audio in which nothing was heard.</summary>
    public void Skip(SampleCount to)
    {
        SpanStart = to;
        _softest = float.MaxValue;
    }

    /// <summary>The caller went on: <paramref name="rest"/> belongs to this. Together they are decoded again, unless that is too long.</summary>
    public void GoOn(Utterance rest, TimeSpan freezeAfter)
    {
        if ((rest.End - SpanStart).ToTime() >= freezeAfter)
        {
            Freeze(Tail, rest.SpanStart);
            Hear(rest.Text, rest.Confidence);
            FinalFor = rest.FinalFor;
        }
        else
        {
            Hear(PhraseText.Join(Tail, rest.Text), rest.Text.Length > 0 ? Math.Min(Confidence, rest.Confidence) : Confidence);
            FinalFor = null;
        }

        End = rest.End;
        NewWordAt = rest.NewWordAt;
        HeardUntil = rest.Text.Length > 0 ? rest.HeardUntil : HeardUntil;
        SpeechWindows += rest.SpeechWindows;
        _windows += rest._windows;
        _probability += rest._probability;
        NextQuick = rest.NextQuick;
        StopTold = rest.StopTold;
        Failures = 0;
        Reopened = true;
        Revised = true;
    }
}
