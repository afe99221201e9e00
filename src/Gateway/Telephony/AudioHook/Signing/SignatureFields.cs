using System.Globalization;

namespace Conversation.Gateway.Telephony.AudioHook.Signing;

/// <summary>Reads <c>Signature-Input</c> and <c>Signature</c> (RFC 9421), dictionaries of RFC 8941, as far as these two need it: no decimals, no inner lists but of strings.</summary>
internal static class SignatureFields
{
    /// <summary>No header of an honest client is longer.</summary>
    public const int Longest = 4_096;

    /// <summary>The members of Signature-Input; null where it is none. Of two with one label the later counts.</summary>
    public static IReadOnlyDictionary<string, SignatureInput>? ReadInputs(string field) => Read(field, static (string label, ref Reader reader) =>
        reader.Components() is { } components && reader.Parameters() is { } parameters ? new SignatureInput(label, components, parameters) : null);

    /// <summary>The signatures by label; null where the field is none.</summary>
    public static IReadOnlyDictionary<string, byte[]>? ReadSignatures(string field) => Read(field, static (string _, ref Reader reader) =>
        reader.Bytes() is { } bytes && reader.Parameters() is not null ? bytes : null);

    private delegate T? Member<T>(string label, ref Reader reader);

    private static Dictionary<string, T>? Read<T>(string field, Member<T> member)
        where T : class
    {
        if (field.Length > Longest)
        {
            return null;
        }

        var reader = new Reader(field);
        var members = new Dictionary<string, T>();
        reader.Skip(' ');
        while (true)
        {
            if (reader.Key() is not { } label || !reader.Take('=') || member(label, ref reader) is not { } value)
            {
                return null;
            }

            members[label] = value;
            reader.SkipBlank();
            if (reader.AtEnd)
            {
                return members;
            }

            if (!reader.Take(','))
            {
                return null;
            }

            reader.SkipBlank();
        }
    }

    private ref struct Reader(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> rest = text;

        public readonly bool AtEnd => rest.IsEmpty;

        public void Skip(char what) => rest = rest.TrimStart(what);

        public void SkipBlank() => rest = rest.TrimStart(" \t");

        public bool Take(char what)
        {
            var there = !rest.IsEmpty && rest[0] == what;
            rest = there ? rest[1..] : rest;
            return there;
        }

        public string? Key()
        {
            if (rest.IsEmpty || !(char.IsAsciiLetterLower(rest[0]) || rest[0] == '*'))
            {
                return null;
            }

            return Run(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-' or '.' or '*');
        }

        public List<CoveredComponent>? Components()
        {
            if (!Take('('))
            {
                return null;
            }

            var components = new List<CoveredComponent>();
            while (true)
            {
                Skip(' ');
                if (Take(')'))
                {
                    return components;
                }

                if (Quoted() is not { } name || Parameters() is not { } parameters || (!AtEnd && rest[0] is not (' ' or ')')))
                {
                    return null;
                }

                components.Add(new CoveredComponent(name, parameters));
            }
        }

        public List<FieldParameter>? Parameters()
        {
            var parameters = new List<FieldParameter>();
            while (Take(';'))
            {
                Skip(' ');
                if (Key() is not { } key || (Take('=') ? Value(key) : new FieldParameter(key, null, null, "?1")) is not { } parameter)
                {
                    return null;
                }

                // Where one comes twice, the later counts, in the earlier's place (RFC 8941, 4.2.3.2).
                var at = parameters.FindIndex(other => other.Key == key);
                if (at >= 0)
                {
                    parameters[at] = parameter;
                }
                else
                {
                    parameters.Add(parameter);
                }
            }

            return parameters;
        }

        public byte[]? Bytes()
        {
            if (!Take(':'))
            {
                return null;
            }

            var end = rest.IndexOf(':');
            if (end < 0 || end > 512)
            {
                return null;
            }

            var bytes = new byte[512];
            var whole = Convert.TryFromBase64Chars(rest[..end], bytes, out var count) && !rest[..end].ContainsAny(" \t\r\n");
            rest = rest[(end + 1)..];
            return whole ? bytes[..count] : null;
        }

        private FieldParameter? Value(string key)
        {
            var first = rest.IsEmpty ? '\0' : rest[0];
            if (first == '"')
            {
                return Quoted() is { } text ? new FieldParameter(key, text, null, FieldText.Quote(text)) : null;
            }

            if (first == ':')
            {
                return Bytes() is { } bytes ? new FieldParameter(key, null, null, $":{Convert.ToBase64String(bytes)}:") : null;
            }

            if (Take('?'))
            {
                return Take('1') ? new FieldParameter(key, null, null, "?1") : Take('0') ? new FieldParameter(key, null, null, "?0") : null;
            }

            if (char.IsAsciiLetter(first) || first == '*')
            {
                return new FieldParameter(key, null, null, Run(static letter => char.IsAsciiLetterOrDigit(letter) || ":/!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal)));
            }

            var negative = Take('-');
            var digits = Run(char.IsAsciiDigit);
            return digits.Length is 0 or > 15 || (!AtEnd && rest[0] == '.') ? null
                : long.Parse(digits, CultureInfo.InvariantCulture) * (negative ? -1 : 1) is var number ? new FieldParameter(key, null, number, FieldText.Write(number)) : null;
        }

        private string? Quoted()
        {
            if (!Take('"'))
            {
                return null;
            }

            var text = new System.Text.StringBuilder();
            for (var n = 0; n < rest.Length; n++)
            {
                var letter = rest[n];
                if (letter == '"')
                {
                    rest = rest[(n + 1)..];
                    return text.ToString();
                }

                if (letter == '\\' && (++n == rest.Length || (letter = rest[n]) is not ('"' or '\\')))
                {
                    return null;
                }

                if (letter is < ' ' or > '~')
                {
                    return null;
                }

                text.Append(letter);
            }

            return null;
        }

        private string Run(Func<char, bool> belongs)
        {
            var length = 0;
            while (length < rest.Length && belongs(rest[length]))
            {
                length++;
            }

            var run = rest[..length].ToString();
            rest = rest[length..];
            return run;
        }
    }
}
