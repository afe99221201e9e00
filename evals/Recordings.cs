using Conversation.Audio;

namespace Conversation.Evals;

/// <summary>Recordings as a caller's audio reaches recognition: 16 kHz mono.</summary>
internal static class Recordings
{
    public const int Rate = 16_000;

    public static float[] Read(string path, bool g711 = false, double gainDb = 0)
    {
        var wav = WavFile.Read(path);
        var samples = Resampler.Convert(wav.Samples, wav.SampleRate, Rate);
        Pcm.Gain(samples, (float)Math.Pow(10, gainDb / 20));
        return g711 ? ThroughTelephone(samples) : ThroughPcm16(samples);
    }

    /// <summary>As a telephone would carry it: 8 kHz mu-law and back.</summary>
    public static float[] ThroughTelephone(float[] samples)
    {
        var narrow = Resampler.Convert(samples, Rate, 8_000);
        var pcm = new short[narrow.Length];
        Pcm.ToShort(narrow, pcm);
        for (var i = 0; i < pcm.Length; i++)
        {
            pcm[i] = G711.DecodeMuLaw(G711.EncodeMuLaw(pcm[i]));
        }

        Pcm.ToFloat(pcm, narrow);
        return Resampler.Convert(narrow, 8_000, Rate);
    }

    private static float[] ThroughPcm16(float[] samples)
    {
        var pcm = new short[samples.Length];
        Pcm.ToShort(samples, pcm);
        Pcm.ToFloat(pcm, samples);
        return samples;
    }
}
