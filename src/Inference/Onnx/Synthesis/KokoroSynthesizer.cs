using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>The expressive tier: Kokoro-82M at 24 kHz.</summary>
public sealed class KokoroSynthesizer : ISynthesizer, IDisposable
{
    private readonly KokoroModel _model;
    private readonly SpeechLane _lane;

    /// <summary>Loads the model; throws <see cref="ArgumentException"/> naming every fault of the options.</summary>
    public KokoroSynthesizer(KokoroOptions options, LaneServices services)
    {
        SynthesisFaults.Throw("The expressive voice's options", options.Validate());
        _model = new KokoroModel(options, services.Loggers.CreateLogger(typeof(KokoroSynthesizer).FullName!));
        _lane = new SpeechLane(_model, options.Lane, services);
    }

    /// <inheritdoc/>
    public string Engine => KokoroVoices.Engine;

    /// <inheritdoc/>
    public IReadOnlyList<Voice> Voices => _model.Voices.All;

    /// <summary>Its lane.</summary>
    public IReadOnlyList<ILane> Lanes => _lane.Lanes;

    /// <inheritdoc/>
    public Task<Ports.Synthesis> SynthesizeAsync(SynthesisRequest request, CancellationToken cancellation)
    {
        _ = _model.Voices.Style(request.Voice);
        return _lane.SpeakAsync(request, cancellation);
    }

    /// <summary>Speaks a few clauses into nothing, so that the first caller waits for none of it.</summary>
    public Task WarmUpAsync(CancellationToken cancellation) => _lane.WarmUpAsync("", cancellation);

    /// <inheritdoc/>
    public void Dispose() => _lane.Dispose();
}
