using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>The fast tier: VITS at 22.05 kHz, tens of milliseconds for a clause on two cores.</summary>
public sealed class VitsSynthesizer : ISynthesizer, IDisposable
{
    private readonly SpeechLane _lane;

    /// <summary>Loads the model; throws <see cref="ArgumentException"/> naming every fault of the options.</summary>
    public VitsSynthesizer(VitsOptions options, LaneServices services)
    {
        SynthesisFaults.Throw("The fast voice's options", options.Validate());
        _lane = new SpeechLane(new VitsModel(options, services.Loggers.CreateLogger(typeof(VitsSynthesizer).FullName!)), options.Lane, services);
    }

    /// <inheritdoc/>
    public string Engine => VitsVoices.Engine;

    /// <inheritdoc/>
    public IReadOnlyList<Voice> Voices => VitsVoices.All;

    /// <summary>Its lane.</summary>
    public IReadOnlyList<ILane> Lanes => _lane.Lanes;

    /// <inheritdoc/>
    public Task<Ports.Synthesis> SynthesizeAsync(SynthesisRequest request, CancellationToken cancellation)
    {
        _ = VitsVoices.Speaker(request.Voice);
        return _lane.SpeakAsync(request, cancellation);
    }

    /// <summary>Speaks a few clauses into nothing, so that the first caller waits for none of it.</summary>
    public Task WarmUpAsync(CancellationToken cancellation) => _lane.WarmUpAsync("", cancellation);

    /// <inheritdoc/>
    public void Dispose() => _lane.Dispose();
}
