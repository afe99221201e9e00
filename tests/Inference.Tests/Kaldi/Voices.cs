using Conversation.Audio;

namespace Conversation.Inference.Tests.Kaldi;

/// <summary>The recordings beside this file.</summary>
internal static class Voices
{
    public static float[] Read(string name) => WavFile.Read(Path.Combine(AppContext.BaseDirectory, "Kaldi", "Voices", name + ".wav")).Samples;

    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Kaldi", "Voices", name));
}
