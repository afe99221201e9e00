using System.Globalization;

namespace Conversation.Inference.Kaldi;

/// <summary>Kaldi's options of cepstral features that this model's mfcc.conf may change; what it cannot change is Kaldi's default.</summary>
internal sealed record MfccOptions
{
    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 16_000;

    /// <summary>Where the lowest mel band begins, in Hz.</summary>
    public float LowFrequency { get; init; } = 20;

    /// <summary>Where the highest mel band ends, in Hz; zero or less counts from half the sample rate.</summary>
    public float HighFrequency { get; init; }

    /// <summary>Mel bands.</summary>
    public int Bands { get; init; } = 23;

    /// <summary>Numbers in a frame.</summary>
    public int Cepstra { get; init; } = 13;

    public static MfccOptions Read(string path)
    {
        MfccOptions options = new();
        foreach (var line in File.ReadLines(path).Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            var parts = line.TrimStart('-').Split('=', 2);
            options = (parts[0], parts[^1]) switch
            {
                ("sample-frequency", var value) => options with { SampleRate = (int)Number(value) },
                ("low-freq", var value) => options with { LowFrequency = Number(value) },
                ("high-freq", var value) => options with { HighFrequency = Number(value) },
                ("num-mel-bins", var value) => options with { Bands = (int)Number(value) },
                ("num-ceps", var value) => options with { Cepstra = (int)Number(value) },

                // Said where audio of a higher rate is let in.
                ("allow-downsample", _) => options,
                _ => throw new InvalidDataException($"'{path}': '{line}' is not understood."),
            };
        }

        return options.SampleRate > 0 && options.Cepstra <= options.Bands ? options : throw new InvalidDataException($"'{path}' makes no sense: {options}.");
    }

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}
