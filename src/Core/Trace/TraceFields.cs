using System.Globalization;
using System.Text.Json;

namespace Conversation.Core.Trace;

/// <summary>Reads <c>name=value</c> fields of a trace line; values are bare, quoted, or a list of words in brackets.</summary>
internal ref struct TraceFields(ReadOnlySpan<char> rest)
{
    private ReadOnlySpan<char> _rest = rest;

    public long Long(string name) => long.Parse(Bare(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public int Int(string name) => checked((int)Long(name));

    public float Float(string name) => float.Parse(Bare(name), NumberStyles.Float, CultureInfo.InvariantCulture);

    public bool Flag(string name) => Bare(name) switch
    {
        "true" => true,
        "false" => false,
        _ => throw new FormatException($"'{name}' is neither true nor false."),
    };

    public string Text(string name)
    {
        Name(name);
        return Quoted();
    }

    public T Choice<T>(string name) where T : struct, Enum => Enum.Parse<T>(Bare(name));

    public IReadOnlyList<SpokenWord> Words(string name)
    {
        Name(name);
        Expect('[');
        var words = new List<SpokenWord>();
        while (_rest.Length > 0 && _rest[0] != ']')
        {
            _rest = _rest.TrimStart(' ');
            var text = Quoted();
            Expect('@');
            var start = Digits();
            Expect('-');
            words.Add(new(text, new(start), new(Digits())));
        }

        Expect(']');
        return words;
    }

    /// <summary>The line must end here.</summary>
    public readonly void End()
    {
        if (!_rest.IsWhiteSpace())
        {
            throw new FormatException($"Unexpected '{_rest}'.");
        }
    }

    private void Name(string name)
    {
        _rest = _rest.TrimStart(' ');
        if (!_rest.StartsWith(name, StringComparison.Ordinal) || _rest.Length <= name.Length || _rest[name.Length] != '=')
        {
            throw new FormatException($"'{name}=' is missing at '{_rest}'.");
        }

        _rest = _rest[(name.Length + 1)..];
    }

    private ReadOnlySpan<char> Bare(string name)
    {
        Name(name);
        var end = _rest.IndexOf(' ');
        var value = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[end..];
        return value;
    }

    private string Quoted()
    {
        var end = 1;
        while (end < _rest.Length && _rest[end] != '"')
        {
            end += _rest[end] == '\\' ? 2 : 1;
        }

        if (_rest.Length == 0 || _rest[0] != '"' || end >= _rest.Length)
        {
            throw new FormatException($"A quoted text is missing at '{_rest}'.");
        }

        var text = JsonSerializer.Deserialize<string>(_rest[..(end + 1)])!;
        _rest = _rest[(end + 1)..];
        return text;
    }

    private long Digits()
    {
        var end = _rest.Length > 0 && _rest[0] == '-' ? 1 : 0;
        while (end < _rest.Length && char.IsAsciiDigit(_rest[end]))
        {
            end++;
        }

        var value = long.Parse(_rest[..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        _rest = _rest[end..];
        return value;
    }

    private void Expect(char c)
    {
        if (_rest.Length == 0 || _rest[0] != c)
        {
            throw new FormatException($"'{c}' is missing at '{_rest}'.");
        }

        _rest = _rest[1..];
    }
}
