using System.Buffers;

namespace Conversation.Gateway.Telephony.AudioSocket;

/// <summary>What a message is; docs/specs/audiosocket.md.</summary>
internal enum AudioSocketKind : byte
{
    HangUp = 0x00,
    Id = 0x01,
    Digit = 0x03,
    Audio8 = 0x10,
    Audio12 = 0x11,
    Audio16 = 0x12,
    Audio24 = 0x13,
    Audio32 = 0x14,
    Audio44 = 0x15,
    Audio48 = 0x16,
    Audio96 = 0x17,
    Audio192 = 0x18,
    Error = 0xFF,
}

/// <summary>One message. The payload lies in the buffer it was read from.</summary>
internal readonly record struct AudioSocketMessage(AudioSocketKind Kind, ReadOnlySequence<byte> Payload)
{
    /// <summary>Samples a second of this message's audio, where sessions take it; 0 where it is no audio, or of another rate.</summary>
    public int Rate => Kind switch
    {
        AudioSocketKind.Audio8 => 8_000,
        AudioSocketKind.Audio16 => 16_000,
        AudioSocketKind.Audio24 => 24_000,
        AudioSocketKind.Audio48 => 48_000,
        _ => 0,
    };

    /// <summary>The kind of audio at a rate.</summary>
    public static AudioSocketKind KindOf(int rate) => rate switch
    {
        16_000 => AudioSocketKind.Audio16,
        24_000 => AudioSocketKind.Audio24,
        48_000 => AudioSocketKind.Audio48,
        _ => AudioSocketKind.Audio8,
    };

    /// <summary>True for audio of any rate.</summary>
    public bool IsAudio => Kind is >= AudioSocketKind.Audio8 and <= AudioSocketKind.Audio192;
}
