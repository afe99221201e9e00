using System.Text.RegularExpressions;

namespace Conversation.Architecture.Tests;

/// <summary>C# read as text, well enough to find names in it.</summary>
internal static partial class SourceText
{
    /// <summary>The code without comments (XML documentation stays out too: it may point anywhere) and with empty string literals.</summary>
    public static string Strip(string source) => Noise().Replace(source, match => match.Value[0] == '/' ? " " : "\"\"");

    /// <summary>Public types declared at the top of a file-scoped namespace.</summary>
    public static IEnumerable<string> PublicTypes(string code) => TypeDeclaration().Matches(code).Select(match => match.Groups[1].Value);

    /// <summary>All types declared anywhere in it.</summary>
    public static IEnumerable<string> AnyTypes(string code) => AnyTypeDeclaration().Matches(code).Select(match => match.Groups[1].Value);

    public static IEnumerable<string> Identifiers(string code) => Identifier().Matches(code).Select(match => match.Value);

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|\$*""""""+.*?""""""+|[$@]*@[$@]*""(?:[^""]|"""")*""|\$?""(?:\\.|[^""\\\n])*""|'(?:\\.|[^'\\\n])+'", RegexOptions.Singleline)]
    private static partial Regex Noise();

    [GeneratedRegex(@"^public\s+(?:(?:static|sealed|abstract|readonly|partial|ref|unsafe)\s+)*(?:record\s+struct|record\s+class|class|record|struct|interface|enum|delegate\s+\S+)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\b(?:record\s+struct|record\s+class|class|record|struct|interface|enum)\s+(\w+)")]
    private static partial Regex AnyTypeDeclaration();

    [GeneratedRegex(@"\b[A-Za-z_]\w*\b")]
    private static partial Regex Identifier();
}
