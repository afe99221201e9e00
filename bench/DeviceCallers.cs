using System.Diagnostics;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;

namespace Conversation.Bench;

/// <summary>What the callers of one load measured, in milliseconds, and what was lost.</summary>
internal sealed class DeviceTimes
{
    private readonly Lock _gate = new();
    private readonly List<double> _quick = [];
    private readonly List<double> _final = [];
    private readonly List<double> _speech = [];
    private readonly Dictionary<string, (double Queued, double Computed)> _lanes = [];

    public int Lost { get; private set; }

    public int WindowsLost { get; private set; }

    public int FinalsByQuick { get; private set; }

    public IReadOnlyList<double> Quick => Sorted(_quick);

    public IReadOnlyList<double> Final => Sorted(_final);

    public IReadOnlyList<double> Speech => Sorted(_speech);

    /// <summary>The recognition lane in which requests waited longest for their turn, and how that compares with the work itself.</summary>
    public string Longest
    {
        get
        {
            lock (_gate)
            {
                return _lanes.Count == 0 ? "nothing ran" : _lanes.OrderByDescending(lane => lane.Value.Queued).Select(lane => FormattableString.Invariant($"{lane.Key}: {100 * lane.Value.Queued / (lane.Value.Queued + lane.Value.Computed):0} % of the time spent waiting")).First();
            }
        }
    }

    public void Heard(RecognitionTier tier, double took, Recognition heard)
    {
        lock (_gate)
        {
            (tier == RecognitionTier.Quick ? _quick : _final).Add(took);
            FinalsByQuick += tier == RecognitionTier.Accurate && heard.Model == "moonshine-tiny" ? 1 : 0;
            Lane(heard.Model, heard.Queued, heard.Computed);
        }
    }

    public void Spoke(double took)
    {
        lock (_gate)
        {
            _speech.Add(took);
        }
    }

    public void Lose()
    {
        lock (_gate)
        {
            Lost++;
        }
    }

    public void LoseWindow()
    {
        lock (_gate)
        {
            WindowsLost++;
        }
    }

    private void Lane(string name, TimeSpan queued, TimeSpan computed)
    {
        var (before, work) = _lanes.GetValueOrDefault(name);
        _lanes[name] = (before + queued.TotalSeconds, work + computed.TotalSeconds);
    }

    private List<double> Sorted(List<double> times)
    {
        lock (_gate)
        {
            return [.. times.Order()];
        }
    }
}

/// <summary>
/// One live session in time steps of a window: the caller says a sentence, is answered, and says the next; 45 % of the time is the caller's speech. While it lasts,
/// a quick recognition of all of it so far each 600 ms; at its end an accurate one, then one clause of the reply in the fast voice.
/// </summary>
internal sealed class DeviceCaller(int number, DeviceEngines engines, IVoiceActivityStream windows, IReadOnlyList<SpokenSentence> sentences, DeviceTimes times) : IDisposable
{
    private const double Talks = 0.45;
    private const int QuickEach = 9_600;

    private readonly string _session = $"session {number}";
    private readonly float[] _silence = new float[IVoiceActivity.WindowSamples];
    private int _turn = number;
    private long _position;

    // Somewhere in a turn, so that they do not all begin at once; one who begins in the answer has asked already.
    private int _at = (int)(number * 0.618034 % 1 * Length(sentences[number % sentences.Count]));
    private bool _asked = number * 0.618034 % 1 > Talks;

    private SpokenSentence Sentence => sentences[_turn % sentences.Count];

    /// <summary>The next 32 ms.</summary>
    public void Step(bool counts)
    {
        var samples = Sentence.Samples;
        var speaks = _at + IVoiceActivity.WindowSamples <= samples.Length;
        _position += IVoiceActivity.WindowSamples;
        if (!windows.TrySubmit(speaks ? samples.AsSpan(_at, IVoiceActivity.WindowSamples) : _silence, _position) && counts)
        {
            times.LoseWindow();
        }

        var before = _at;
        _at += IVoiceActivity.WindowSamples;
        if (speaks && before / QuickEach != _at / QuickEach)
        {
            _ = HearAsync(samples.AsMemory(0, _at), RecognitionTier.Quick, counts);
        }
        else if (!speaks && !_asked)
        {
            _asked = true;
            _ = AnswerAsync(Sentence, counts);
        }

        if (_at >= Length(Sentence))
        {
            (_turn, _at, _asked) = (_turn + 1, 0, false);
        }
    }

    public void Dispose() => windows.Dispose();

    private static int Length(SpokenSentence sentence) => (int)(sentence.Samples.Length / Talks);

    private async Task AnswerAsync(SpokenSentence sentence, bool counts)
    {
        await HearAsync(sentence.Samples, RecognitionTier.Accurate, counts);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await engines.Fast.SynthesizeAsync(new SynthesisRequest(_session, sentence.Phonemes, ""), default).ConfigureAwait(false);
            if (counts)
            {
                times.Spoke(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
        catch (Exception error) when (error is LaneFullException or ObjectDisposedException or OperationCanceledException)
        {
            // The load has ended.
        }
    }

    private async Task HearAsync(ReadOnlyMemory<float> samples, RecognitionTier tier, bool counts)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var heard = await engines.Recognizer.RecognizeAsync(samples, new RecognitionRequest(_session, tier), default).ConfigureAwait(false);
            if (counts)
            {
                times.Heard(tier, Stopwatch.GetElapsedTime(start).TotalMilliseconds, heard);
            }
        }
        catch (Exception error) when (error is LaneFullException or OperationCanceledException or ObjectDisposedException)
        {
            if (counts)
            {
                times.Lose();
            }
        }
    }
}

/// <summary>Scores nobody waits for.</summary>
internal sealed class NoScores : ISpeechScoreSink
{
    public void OnScore(long endPosition, float probability)
    {
    }
}
