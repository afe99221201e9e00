using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>
/// Recognition with two lanes: the small model while the caller speaks, the larger for the final words. Where the larger is busy or full the small one answers;
/// there the final words still go first. A newer hypothesis of a session takes the place of its older one that has not begun (<see cref="SupersededException"/>).
/// Text taken for a hallucination comes back empty, with the confidence that it had.
/// </summary>
public sealed class MoonshineRecognizer : IRecognizer, IDisposable
{
    private const int QuickPriority = 0;
    private const int AccuratePriority = 1;

    private readonly MoonshineOptions _options;
    private readonly TimeProvider _time;
    private readonly LlamaVocabulary _vocabulary;
    private readonly List<MoonshineModel> _models = [];
    private readonly List<PieceRecognition> _pieces = [];
    private readonly Lane<ReadOnlyMemory<float>, Recognition> _quick;
    private readonly Lane<ReadOnlyMemory<float>, Recognition>? _accurate;

    /// <summary>Loads the models and starts the lanes. Call <see cref="WarmUpAsync"/> before the first caller.</summary>
    public MoonshineRecognizer(MoonshineOptions options, LaneServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        var faults = options.Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }

        (_options, _time) = (options, services.Time);
        _vocabulary = LlamaVocabulary.Load(options.VocabularyPath);
        _quick = Start(options.Quick, "recognition-quick", "moonshine-tiny", services);
        _accurate = options.Accurate is { } accurate ? Start(accurate, "recognition-accurate", "moonshine-base", services) : null;
    }

    /// <summary>The lanes, for health checks.</summary>
    public IReadOnlyList<ILane> Lanes => _accurate is null ? [_quick] : [_quick, _accurate];

    internal long PiecesDecoded => _pieces.Sum(pieces => pieces.Decoded);

    /// <summary>Runs every model once, so that the first caller does not pay for it.</summary>
    public async Task WarmUpAsync(CancellationToken cancellation)
    {
        var second = new float[16_000];
        await _quick.SubmitAsync("warm-up", second, AccuratePriority, cancellation).ConfigureAwait(false);
        if (_accurate is not null)
        {
            await _accurate.SubmitAsync("warm-up", second, AccuratePriority, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<Recognition> RecognizeAsync(ReadOnlyMemory<float> samples, RecognitionRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Tier == RecognitionTier.Quick)
        {
            return await _quick.SubmitAsync(request.Session, samples, QuickPriority, cancellation, supersede: true).ConfigureAwait(false);
        }

        if (_accurate is not null && _accurate.Status is { Hung: false } status && status.Waiting < _options.FallBackFrom)
        {
            try
            {
                return await _accurate.SubmitAsync(request.Session, samples, AccuratePriority, cancellation).ConfigureAwait(false);
            }
            catch (Exception error) when (error is LaneFullException or LaneHungException)
            {
                // Lesser words in time are worth more than none.
            }
        }

        return await _quick.SubmitAsync(request.Session, samples, AccuratePriority, cancellation).ConfigureAwait(false);
    }

    /// <summary>Stops the lanes and frees the models.</summary>
    public void Dispose()
    {
        _quick.Dispose();
        _accurate?.Dispose();
        if (Lanes.All(lane => lane.IsStopped))
        {
            _models.ForEach(model => model.Dispose());
        }
    }

    private Lane<ReadOnlyMemory<float>, Recognition> Start(MoonshineModelOptions options, string lane, string name, LaneServices services)
    {
        var model = new MoonshineModel(options, services.Loggers.CreateLogger("Conversation.Inference.Recognition"));
        _models.Add(model);
        var pieces = new PieceRecognition(model, _vocabulary, _options.Rejection);
        _pieces.Add(pieces);
        return Lane<ReadOnlyMemory<float>, Recognition>.OneByOne(options.Lane(lane), services, item => Recognize(pieces, name, item), model.Device);
    }

    private Recognition Recognize(PieceRecognition pieces, string name, LaneItem<ReadOnlyMemory<float>, Recognition> item)
    {
        var started = _time.GetTimestamp();
        var texts = new List<string>();
        var confidence = 0f;
        var rest = item.Request.Span;
        do
        {
            var length = Segmenter.Next(rest);
            var (text, certain) = pieces.Recognize(rest[..length], final: length == rest.Length, item.Cancellation);
            rest = rest[length..];
            if (text.Length > 0)
            {
                confidence = texts.Count == 0 ? certain : Math.Min(confidence, certain);
                texts.Add(text);
            }
            else if (texts.Count == 0)
            {
                confidence = certain;
            }
        }
        while (!rest.IsEmpty);

        return new Recognition(string.Join(' ', texts), confidence, item.Queued, _time.GetElapsedTime(started), name);
    }
}
