using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Conversation.Inference.Kaldi;

/// <summary>A matrix by rows.</summary>
internal sealed record KaldiMatrix(int Rows, int Columns, float[] Values);

/// <summary>Kaldi's binary files: tokens end with a space, numbers carry their size before them, vectors are marked "FV " and matrices "FM ".</summary>
internal sealed class KaldiReader
{
    private readonly byte[] _data;
    private readonly string _path;
    private int _at;

    private KaldiReader(string path)
    {
        (_path, _data) = (path, File.ReadAllBytes(path));
        if (_data is not [0, (byte)'B', ..])
        {
            throw Fault("not a binary Kaldi file");
        }

        _at = 2;
    }

    public static KaldiReader Open(string path) => new(path);

    /// <summary>A matrix file.</summary>
    public static KaldiMatrix ReadMatrix(string path) => Open(path).Matrix();

    /// <summary>A vector file, in numbers or in text ("[ 1 2 3 ]").</summary>
    public static float[] ReadVector(string path)
    {
        var head = new byte[2];
        using (var file = File.OpenRead(path))
        {
            if (file.ReadAtLeast(head, 2, throwOnEndOfStream: false) == 2 && head is [0, (byte)'B'])
            {
                return Open(path).Vector();
            }
        }

        var text = File.ReadAllText(path).Trim();
        if (text is not ['[', .., ']'])
        {
            throw new InvalidDataException($"'{path}' is no vector of Kaldi's.");
        }

        return [.. text[1..^1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
    }

    /// <summary>The next token, such as "&lt;Nnet3&gt;".</summary>
    public string Token()
    {
        var start = _at;
        while (_at < _data.Length && _data[_at] is not ((byte)' ' or (byte)'\n'))
        {
            _at++;
        }

        var token = Encoding.ASCII.GetString(_data.AsSpan(start, _at - start));
        _at++;
        return token;
    }

    /// <summary>Reads on to the end of the line.</summary>
    public string Line()
    {
        var length = _data.AsSpan(Math.Min(_at, _data.Length)).IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Fault("a line has no end");
        }

        var line = Encoding.ASCII.GetString(_data.AsSpan(_at, length));
        _at += length + 1;
        return line;
    }

    public void Expect(string token)
    {
        if (Token() is var found && found != token)
        {
            throw Fault($"'{token}' expected, '{found}' found");
        }
    }

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Number(4));

    /// <summary>Whatever value is next, as its kind says: a number of four bytes, of eight, a truth, a vector or a matrix; null where the next thing is a token.</summary>
    public object? Value() => Peek(0) switch
    {
        4 => Number(4).ToArray(),
        8 => Number(8).ToArray(),
        (byte)'F' when Peek(1) == 'V' => Vector(),
        (byte)'F' when Peek(1) == 'M' => Matrix(),
        (byte)'T' or (byte)'F' => Take(1)[0] == 'T',
        (byte)'<' => null,
        var other => throw Fault($"a value of unknown kind {other}"),
    };

    public InvalidDataException Fault(string what) => new($"'{_path}' cannot be read at byte {_at}: {what}.");

    private float[] Vector()
    {
        Expect("FV");
        return Floats(Int());
    }

    private KaldiMatrix Matrix()
    {
        Expect("FM");
        var (rows, columns) = (Int(), Int());
        return new KaldiMatrix(rows, columns, Floats(checked(rows * columns)));
    }

    private float[] Floats(int count) => MemoryMarshal.Cast<byte, float>(Take(checked(count * sizeof(float)))).ToArray();

    private ReadOnlySpan<byte> Number(int size)
    {
        var found = Take(1)[0];
        return found == size ? Take(size) : throw Fault($"a number of {size} bytes expected, of {found} found");
    }

    private byte Peek(int ahead) => _at + ahead < _data.Length ? _data[_at + ahead] : throw Fault("it ends too soon");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _data.Length - _at)
        {
            throw Fault("it ends too soon");
        }

        _at += count;
        return _data.AsSpan(_at - count, count);
    }
}
