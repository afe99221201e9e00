using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;

namespace Conversation.Inference.Kaldi;

/// <summary>
/// Voices as vectors of 128 numbers, computed as Vosk computes them. How alike two vectors of one voice are grows with their speech: a median of 0.5 for 1.5 s, 0.7 for 3 s, 0.85 for 10 s (two voices: 0.3 to 0.5),
/// so that a threshold holds for one length only: see evals, likeness. Good to tell a caller from others in the room; no proof of who somebody is.
/// </summary>
public sealed class SpeakerEmbedder : ISpeakerEmbedder, IDisposable
{
    private const int SampleRate = 16_000;

    private readonly SpeakerModel _model;
    private readonly Mfcc _mfcc;
    private readonly int _least;
    private readonly int _most;
    private readonly int _longest;
    private readonly Lane<ReadOnlyMemory<float>, float[]?> _lane;

    /// <summary>Loads the model and starts its lane.</summary>
    public SpeakerEmbedder(SpeakerOptions options, LaneServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        var faults = options.Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }

        var mfcc = MfccOptions.Read(options.MfccPath);
        _model = new SpeakerModel(options.NetworkPath, options.MeanPath, options.TransformPath);
        if (mfcc.SampleRate != SampleRate / 2 || mfcc.Cepstra != _model.Inputs)
        {
            throw new InvalidDataException($"'{options.MfccPath}' gives {mfcc.Cepstra} numbers at {mfcc.SampleRate} Hz; {_model.Inputs} at {SampleRate / 2} Hz are needed.");
        }

        _mfcc = new Mfcc(mfcc);
        _least = Math.Max(_mfcc.Frames((int)(options.MinSpeech.TotalSeconds * mfcc.SampleRate)), _model.Context + 1);
        _most = _mfcc.Frames((int)(options.MaxSpeech.TotalSeconds * mfcc.SampleRate));
        _longest = (int)(3 * options.MaxSpeech.TotalSeconds * SampleRate);
        _lane = Lane<ReadOnlyMemory<float>, float[]?>.OneByOne(options.Lane, services, item => Embed(item.Request.Span, item.Cancellation));
    }

    /// <inheritdoc/>
    public int Dimensions => _model.Dimensions;

    /// <summary>The lane, for health checks.</summary>
    public ILane Lane => _lane;

    /// <summary>Runs the model once, so that the first caller does not pay for it.</summary>
    public Task WarmUpAsync(CancellationToken cancellation) =>
        EmbedAsync(Enumerable.Range(0, 2 * _least * SampleRate / 100).Select(i => MathF.Sin(i * 0.07f)).ToArray(), "warm up", cancellation);

    /// <inheritdoc/>
    public Task<float[]?> EmbedAsync(ReadOnlyMemory<float> samples16k, string session, CancellationToken cancellation) => _lane.SubmitAsync(session, samples16k, 0, cancellation);

    /// <summary>Stops the lane.</summary>
    public void Dispose() => _lane.Dispose();

    private float[]? Embed(ReadOnlySpan<float> samples, CancellationToken cancellation)
    {
        var features = _mfcc.Compute(Features.Halve(samples[..Math.Min(samples.Length, _longest)]));
        var count = LoudFrames.Keep(features, _mfcc.Cepstra, _most);
        if (count < _least)
        {
            return null;
        }

        var speech = features.AsSpan(0, count * _mfcc.Cepstra);
        Features.TakeOffMean(speech, _mfcc.Cepstra);
        return _model.Embed(speech, count, int.MaxValue, cancellation);
    }
}
