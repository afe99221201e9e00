using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>
/// From a piece of audio to words, or to none where they are taken for an invention. Pieces before the last of a long utterance are remembered by their content:
/// the hypotheses of a caller who talks for minutes then cost no more than those of the last sixteen seconds.
/// </summary>
internal sealed class PieceRecognition(MoonshineModel model, LlamaVocabulary vocabulary, RejectionOptions rejection)
{
    private const int Rate = 16_000;
    private const double LeastToInsist = 1.5;
    private const int Remembered = 1024;

    private readonly ThreadLocal<AudioPreparation> _preparation = new(() => new AudioPreparation());
    private readonly LruCache<UInt128, (string, float)> _earlier = new(Remembered);
    private long _decoded;

    /// <summary>Pieces that the model was run on.</summary>
    public long Decoded => Interlocked.Read(ref _decoded);

    public (string Text, float Confidence) Recognize(ReadOnlySpan<float> piece, bool final, CancellationToken cancellation)
    {
        if (final)
        {
            return Decode(piece, cancellation);
        }

        var key = Key(piece);
        if (!_earlier.TryGet(key, out var known))
        {
            _earlier.Add(key, known = Decode(piece, cancellation));
        }

        return known;
    }

    private static UInt128 Key(ReadOnlySpan<float> piece)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(piece), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    private (string Text, float Confidence) Decode(ReadOnlySpan<float> piece, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _decoded);
        var seconds = (double)piece.Length / Rate;
        var decoding = model.Decode(_preparation.Value!.Prepare(piece), seconds, seconds < LeastToInsist ? 0 : rejection.MinSilence, cancellation);
        var text = vocabulary.Decode(decoding.Tokens);
        return HallucinationFilter.Rejects(text, decoding, rejection) ? ("", Math.Min(decoding.Confidence, rejection.MinConfidence)) : (text, decoding.Confidence);
    }
}
