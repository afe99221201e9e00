using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>A speech model behind its lane: clause by clause, sessions in turn, a cancelled clause stopped within one of the model's operators.</summary>
internal sealed class SpeechLane : IDisposable
{
    // Enough that a soft onset or ending is not clipped; pauses are added by the speaker.
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Tail = TimeSpan.FromMilliseconds(25);

    private readonly ISpeechModel _model;
    private readonly Lane<SynthesisRequest, Ports.Synthesis> _lane;
    private readonly TimeProvider _time;

    internal SpeechLane(ISpeechModel model, LaneOptions options, LaneServices services)
    {
        (_model, _time) = (model, services.Time);
        _lane = Lane<SynthesisRequest, Ports.Synthesis>.OneByOne(options, services, Run, model.Device);
    }

    internal IReadOnlyList<ILane> Lanes => [_lane];

    internal Task<Ports.Synthesis> SpeakAsync(SynthesisRequest request, CancellationToken cancellation) =>
        request.Speed is >= 0.25f and <= 4f
            ? _lane.SubmitAsync(request.Session, request, priority: 0, cancellation)
            : throw new ArgumentOutOfRangeException(nameof(request), $"Speed {request.Speed} is not within 0.25 to 4.");

    /// <summary>Runs clauses of several lengths, so that memory is planned and code compiled before the first caller speaks.</summary>
    internal async Task WarmUpAsync(string voice, CancellationToken cancellation)
    {
        const string Sentence = "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ";
        foreach (var phonemes in new[] { "həlˈO.", Sentence + ".", Sentence + ", ænd " + Sentence + ".", "həlˈO." })
        {
            await SpeakAsync(new SynthesisRequest("warm-up", phonemes, voice), cancellation).ConfigureAwait(false);
        }
    }

    private Ports.Synthesis Run(LaneItem<SynthesisRequest, Ports.Synthesis> item)
    {
        item.Cancellation.ThrowIfCancellationRequested();
        var started = _time.GetTimestamp();
        using var run = new RunOptions();
        using var stop = item.Cancellation.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, run);
        try
        {
            var request = item.Request;
            var speech = Silence.Trim(_model.Speak(request.Phonemes, request.Voice, request.Speed, run), _model.SampleRate, Lead, Tail);
            return new Ports.Synthesis(speech.Samples, _model.SampleRate, speech.PhonemeEnds, item.Queued, _time.GetElapsedTime(started));
        }
        catch (OnnxRuntimeException) when (item.Cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(item.Cancellation);
        }
    }

    public void Dispose()
    {
        _lane.Dispose();
        _model.Dispose();
    }
}
