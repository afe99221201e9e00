using System.Reflection;

namespace Conversation.Core.Endpointing;

/// <summary>
/// A logistic regression over <see cref="PhraseFeatures"/>: how likely a sentence that has come so far ends here. Its weights, one signed byte each, were fitted by
/// "evals -- endpointing-train" on sentences that customers wrote and said, whole and cut at random words.
/// </summary>
internal sealed class PhraseModel
{
    private const int Header = 8;
    private readonly byte[] _file;
    private readonly float _scale;
    private readonly float _bias;

    /// <summary>The file: scale and bias as little-endian floats, then the weights.</summary>
    public PhraseModel(byte[] file)
    {
        if (file.Length != Header + PhraseFeatures.Slots)
        {
            throw new ArgumentException($"A phrase model has {Header + PhraseFeatures.Slots} bytes, not {file.Length}.", nameof(file));
        }

        _file = file;
        _scale = System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(file);
        _bias = System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(4));
    }

    /// <summary>The one that ships.</summary>
    public static PhraseModel Instance { get; } = Load();

    /// <summary>The log-odds that the sentence made of these words is whole.</summary>
    public float LogOdds(ReadOnlySpan<string> sentence)
    {
        Span<int> features = stackalloc int[PhraseFeatures.Most];
        var sum = 0;
        foreach (var feature in features[..PhraseFeatures.Write(sentence, features)])
        {
            sum += (sbyte)_file[Header + feature];
        }

        return _bias + (_scale * sum);
    }

    private static PhraseModel Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("phrase-model.bin") ?? throw new InvalidOperationException("The phrase model is missing from this assembly.");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return new(file);
    }
}
