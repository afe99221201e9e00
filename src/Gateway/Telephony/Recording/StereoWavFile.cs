using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Conversation.Gateway.Telephony.Recording;

/// <summary>A WAV file of PCM16 in two channels, playable at any moment: after each piece its header says how long it is. Whoever is killed leaves what was written by then.</summary>
internal sealed class StereoWavFile : IStereoFile
{
    /// <summary>Bytes before the samples.</summary>
    public const int HeaderLength = 44;

    // RIFF counts in 32 bits.
    private const long Most = uint.MaxValue - HeaderLength;
    private readonly FileStream file;
    private long data;

    public StereoWavFile(string path, int rate)
    {
        // Unbuffered: what is written is with the system at once.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        }

        file = new FileStream(path, options);
        Span<byte> header = stackalloc byte[HeaderLength];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], HeaderLength - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 2);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], rate * 4);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], 4);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], 0);
        try
        {
            RandomAccess.Write(file.SafeFileHandle, header, 0);
        }
        catch (Exception)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryAppend(ReadOnlySpan<short> samples)
    {
        var bytes = MemoryMarshal.AsBytes(samples);
        if (data + bytes.Length > Most)
        {
            return false;
        }

        // First the samples, then that they are there.
        RandomAccess.Write(file.SafeFileHandle, bytes, HeaderLength + data);
        data += bytes.Length;
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)data);
        RandomAccess.Write(file.SafeFileHandle, size, 40);
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)(data + HeaderLength - 8));
        RandomAccess.Write(file.SafeFileHandle, size, 4);
        return true;
    }

    public void Dispose() => file.Dispose();
}
