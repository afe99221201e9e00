using System.Buffers.Binary;
using Conversation.Audio;

namespace Conversation.Inference.Remote.Wire;

/// <summary>
/// Turns the bytes of a spoken answer into mono samples as they come, cut however they come: PCM16 little-endian, or a WAV file (told by its first bytes, whatever was asked for) of PCM16 or
/// 32-bit floats with one channel or two, whose lengths may be those of a stream (0, 0xFFFFFFFF). Believes no length, and no more than <paramref name="mostSamples"/>.
/// </summary>
internal sealed class AudioDecoder(int rate, long mostSamples)
{
    private const int MostHeader = 8 << 10;
    private readonly List<byte> head = [];
    private readonly byte[] frame = new byte[8];
    private State state = State.Sniffing;
    private int frameHas;
    private int channels = 1;
    private bool floats;
    private long? rest;
    private long given;

    private enum State
    {
        Sniffing,
        Header,
        Samples,
        Ended,
    }

    /// <summary>Rate of the samples, known before the first is given.</summary>
    public int SampleRate { get; private set; } = rate;

    /// <summary>Whether it is beyond <c>mostSamples</c>.</summary>
    public bool TooLong { get; private set; }

    private int FrameBytes => (floats ? 4 : 2) * channels;

    /// <summary>Appends what the bytes hold; the answer is what is wrong with them, or null.</summary>
    public string? Feed(ReadOnlySpan<byte> bytes, List<float> samples)
    {
        if (state is State.Sniffing or State.Header)
        {
            var taken = Math.Min(bytes.Length, MostHeader - head.Count);
            foreach (var b in bytes[..taken])
            {
                head.Add(b);
            }

            bytes = bytes[taken..];
            if (state == State.Sniffing && Sniff() is { } unknown)
            {
                return unknown;
            }

            if (state == State.Header && Header() is { } fault)
            {
                return fault;
            }

            if (state is State.Sniffing or State.Header)
            {
                return bytes.IsEmpty ? null : "a WAV header without end";
            }

            Take(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(head), samples);
            head.Clear();
        }

        Take(bytes, samples);
        return TooLong ? $"more than {mostSamples} samples" : null;
    }

    /// <summary>No more will come: what is wrong with that, or null.</summary>
    public string? End()
    {
        return state switch
        {
            State.Header => "a torn WAV header",
            State.Samples when rest is > 0 => $"{rest} bytes less than its header says",
            _ => null,
        };
    }

    private string? Sniff()
    {
        var b = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(head);
        if (b.Length < 4)
        {
            return null;
        }

        if (b[..4].SequenceEqual("OggS"u8) || b[..4].SequenceEqual("fLaC"u8) || b[..3].SequenceEqual("ID3"u8))
        {
            return "compressed audio, where pcm or wav was asked for";
        }

        state = b[..4].SequenceEqual("RIFF"u8) ? State.Header : State.Samples;
        return null;
    }

    /// <summary>Walks the chunks up to the samples; leaves in <see cref="head"/> what lies behind.</summary>
    private string? Header()
    {
        var b = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(head);
        if (b.Length < 12)
        {
            return null;
        }

        if (!b.Slice(8, 4).SequenceEqual("WAVE"u8))
        {
            return "a RIFF file that is no WAVE";
        }

        var known = false;
        for (var at = 12; b.Length >= at + 8;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(b[(at + 4)..]);
            if (b.Slice(at, 4).SequenceEqual("data"u8))
            {
                if (!known)
                {
                    return "a WAV whose samples come before their format";
                }

                // What streams say where they do not know: nothing, everything, or everything less a header.
                rest = length is 0 or >= 0x7FFF_FF00 ? null : length;
                state = State.Samples;
                head.RemoveRange(0, at + 8);
                return null;
            }

            if (length > MostHeader)
            {
                return "a WAV header without end";
            }

            var next = at + 8 + (int)length + ((int)length & 1);
            if (b.Length < next)
            {
                return null;
            }

            if (b.Slice(at, 4).SequenceEqual("fmt "u8))
            {
                if (Format(b.Slice(at + 8, (int)length)) is { } fault)
                {
                    return fault;
                }

                known = true;
            }

            at = next;
        }

        return null;
    }

    private string? Format(ReadOnlySpan<byte> b)
    {
        if (b.Length < 16)
        {
            return "a WAV format of less than 16 bytes";
        }

        int tag = BinaryPrimitives.ReadUInt16LittleEndian(b);
        int many = BinaryPrimitives.ReadUInt16LittleEndian(b[2..]);
        var hertz = BinaryPrimitives.ReadUInt32LittleEndian(b[4..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(b[14..]);
        tag = tag == 0xFFFE && b.Length >= 26 ? BinaryPrimitives.ReadUInt16LittleEndian(b[24..]) : tag;
        if ((tag, bits) is not ((1, 16) or (3, 32)) || many is not (1 or 2))
        {
            return $"a WAV of format {tag} with {bits} bits and {many} channels: PCM16 and 32-bit floats with one or two are read";
        }

        if (hertz is < 8_000 or > 48_000 || !Resampler.Supports((int)hertz))
        {
            return $"a WAV of {hertz} Hz: usual rates from 8000 to 48000 are read";
        }

        (channels, floats, SampleRate) = (many, tag == 3, (int)hertz);
        return null;
    }

    private void Take(ReadOnlySpan<byte> bytes, List<float> samples)
    {
        if (state != State.Samples)
        {
            return;
        }

        if (rest is { } left)
        {
            bytes = bytes[..(int)Math.Min(bytes.Length, left)];
            rest = left - bytes.Length;
        }

        var size = FrameBytes;
        while (!bytes.IsEmpty && !TooLong)
        {
            if (frameHas == 0 && bytes.Length >= size)
            {
                Give(bytes[..size], samples);
                bytes = bytes[size..];
                continue;
            }

            var part = Math.Min(size - frameHas, bytes.Length);
            bytes[..part].CopyTo(frame.AsSpan(frameHas));
            frameHas += part;
            bytes = bytes[part..];
            if (frameHas == size)
            {
                frameHas = 0;
                Give(frame.AsSpan(0, size), samples);
            }
        }

        state = rest == 0 ? State.Ended : state;
    }

    private void Give(ReadOnlySpan<byte> b, List<float> samples)
    {
        if (given >= mostSamples)
        {
            TooLong = true;
            return;
        }

        given++;
        var sum = 0f;
        for (var at = 0; at < b.Length; at += floats ? 4 : 2)
        {
            sum += floats ? BinaryPrimitives.ReadSingleLittleEndian(b[at..]) : BinaryPrimitives.ReadInt16LittleEndian(b[at..]) / 32_768f;
        }

        // A float file may hold anything; what is no number is silence.
        samples.Add(float.IsFinite(sum) ? Math.Clamp(sum / channels, -4, 4) : 0);
    }
}
