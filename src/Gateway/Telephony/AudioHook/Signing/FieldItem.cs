using System.Globalization;

namespace Conversation.Gateway.Telephony.AudioHook.Signing;

/// <summary>A named value of a structured field (RFC 8941): a string, an integer, a boolean, a token or bytes. <see cref="Canonical"/> is how the RFC writes the value.</summary>
internal readonly record struct FieldParameter(string Key, string? Text, long? Number, string Canonical)
{
    /// <summary>As it stands behind an item.</summary>
    public string Written => Canonical == "?1" ? $";{Key}" : $";{Key}={Canonical}";
}

/// <summary>What a signature covers: a header field, or a part of the request whose name begins with <c>@</c>.</summary>
internal sealed record CoveredComponent(string Name, IReadOnlyList<FieldParameter> Parameters)
{
    public string Written { get; } = FieldText.Quote(Name) + string.Concat(Parameters.Select(parameter => parameter.Written));
}

/// <summary>A member of <c>Signature-Input</c>: what is covered, in the signer's order, and with what parameters.</summary>
internal sealed record SignatureInput(string Label, IReadOnlyList<CoveredComponent> Components, IReadOnlyList<FieldParameter> Parameters)
{
    /// <summary>The last line of what is signed. Written anew, and not as it came: so there is one form only.</summary>
    public string Written => $"({string.Join(' ', Components.Select(component => component.Written))}){string.Concat(Parameters.Select(parameter => parameter.Written))}";

    public string? Text(string key) => Parameters.FirstOrDefault(parameter => parameter.Key == key).Text;

    public long? Number(string key) => Parameters.FirstOrDefault(parameter => parameter.Key == key).Number;

    public bool Has(string key) => Parameters.Any(parameter => parameter.Key == key);
}

internal static class FieldText
{
    public static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public static string Write(long number) => number.ToString(CultureInfo.InvariantCulture);
}
