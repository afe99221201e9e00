using System.Runtime.InteropServices;

namespace Conversation.ClusterBench.Load;

/// <summary>What callers send: eight seconds at 16 kHz, over and over. A talker speaks 3.6 of them (45 %) in a real voice, and listens to the answer.</summary>
internal static class CallerAudio
{
    public const int Rate = 16_000;
    public const int Frame = Rate / 50;
    private const int Cycle = 8 * Rate;
    private const int Header = 44;

    /// <summary>A room in which nobody speaks.</summary>
    public static short[] Quiet { get; } = Room();

    public static short[] Talk { get; } = Spoken();

    private static short[] Room()
    {
        var random = new Random(5);
        var samples = new short[Cycle];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (short)random.Next(-8, 9);
        }

        return samples;
    }

    private static short[] Spoken()
    {
        using var file = typeof(CallerAudio).Assembly.GetManifestResourceStream("caller.wav") ?? throw new InvalidOperationException("The caller's voice is not in the program.");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var voice = MemoryMarshal.Cast<byte, short>(bytes.AsSpan(Header));
        var samples = Room();
        voice.CopyTo(samples);
        voice[..(36 * Rate / 10 - voice.Length)].CopyTo(samples.AsSpan(voice.Length));
        return samples;
    }
}
