namespace Conversation.Inference.Kaldi;

/// <summary>Which frames are loud enough to be speech: within 30 dB of the loudest tenth, or two frames from one that is. Pauses say nothing of a voice.</summary>
internal static class LoudFrames
{
    private const float Decibel = 0.230258509f; // in the logarithm of energy

    private const float Within = 30 * Decibel;

    // 60 dB below a sine at full scale, in a frame of 200 samples.
    private const float Least = 25.4f - (60 * Decibel);

    private const int Around = 2;

    /// <summary>Moves the frames worth keeping to the front, at most so many, and says how many they are. Number zero of a frame is the logarithm of its energy.</summary>
    public static int Keep(Span<float> features, int dimensions, int most)
    {
        var frames = features.Length / dimensions;
        if (frames == 0)
        {
            return 0;
        }

        var energies = new float[frames];
        for (var i = 0; i < frames; i++)
        {
            energies[i] = features[i * dimensions];
        }

        float[] sorted = [.. energies];
        Array.Sort(sorted);
        var threshold = Math.Max(sorted[frames * 9 / 10] - Within, Least);
        var (kept, looked, loud) = (0, 0, -1 - Around);
        for (var frame = 0; frame < frames && kept < most; frame++)
        {
            for (; looked <= frame + Around && looked < frames; looked++)
            {
                loud = energies[looked] >= threshold ? looked : loud;
            }

            // The last loud one is behind, or ahead by what the look has run ahead.
            if (loud >= frame - Around)
            {
                features.Slice(frame * dimensions, dimensions).CopyTo(features[(kept * dimensions)..]);
                kept++;
            }
        }

        return kept;
    }
}
