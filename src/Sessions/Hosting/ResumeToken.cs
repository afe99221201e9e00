using System.Security.Cryptography;
using System.Text;

namespace Conversation.Sessions.Hosting;

/// <summary>The secret by which a client proves that a session is its own. Only its hash is kept.</summary>
internal static class ResumeToken
{
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    public static string NewId() => "s-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));

    /// <summary>Whether it could be a session's id: anything else need not be looked for.</summary>
    public static bool IsId(string id) => id.Length == 22 && id.StartsWith("s-", StringComparison.Ordinal) && !id.AsSpan(2).ContainsAnyExcept("0123456789abcdef");

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public static bool Matches(string token, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(token)), Encoding.ASCII.GetBytes(hash));
}
