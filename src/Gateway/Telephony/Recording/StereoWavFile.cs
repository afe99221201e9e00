using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Conversation.Gateway.Telephony.Recording;

/// <summary>A WAV file of PCM16 in two channels, playable at any moment: after each piece its header says how long it is. Whoever is killed leaves what was written by then.</summary>
internal sealed class StereoWavFile : IStereoFile
{
    /// <summary>Bytes before the samples.</summary>
    public const int HeaderLength = 44;

    private const int FrameBytes = 4;

    // RIFF counts in 32 bits.
    private const long Most = uint.MaxValue - HeaderLength;
    private readonly FileStream file;
    private long data;
    private long extent;

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
    public bool TryWrite(ReadOnlySpan<short> settled, ReadOnlySpan<short> unsettled)
    {
        var first = MemoryMarshal.AsBytes(settled);
        var rest = MemoryMarshal.AsBytes(unsettled);
        var end = data + first.Length + rest.Length;
        if (end > Most)
        {
            return false;
        }

        // First the samples, then that they are there.
        RandomAccess.Write(file.SafeFileHandle, first, HeaderLength + data);
        data += first.Length;
        RandomAccess.Write(file.SafeFileHandle, rest, HeaderLength + data);
        WriteLength(file.SafeFileHandle, end);
        if (end < extent)
        {
            RandomAccess.SetLength(file.SafeFileHandle, HeaderLength + end);
        }

        extent = end;
        return true;
    }

    /// <summary>Has the header of a file that was left behind tell all the samples there are; how many a channel, or null where it is none of ours.</summary>
    public static long? Close(FileStream left, out int rate)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        rate = 0;
        if (left.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !header.StartsWith("RIFF"u8) || !header[36..].StartsWith("data"u8))
        {
            return null;
        }

        rate = BinaryPrimitives.ReadInt32LittleEndian(header[24..]);
        var samples = (Math.Min(left.Length, Most) - HeaderLength) / FrameBytes;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[40..]) != samples * FrameBytes)
        {
            WriteLength(left.SafeFileHandle, samples * FrameBytes);
        }

        return samples;
    }

    private static void WriteLength(SafeFileHandle file, long bytes)
    {
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)bytes);
        RandomAccess.Write(file, size, 40);
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)(bytes + HeaderLength - 8));
        RandomAccess.Write(file, size, 4);
    }

    public void Dispose() => file.Dispose();
}
