using System.Runtime.InteropServices;

namespace Conversation.Models.Manifest;

/// <summary>The runtime identifier of this machine, as native libraries are laid out by it.</summary>
internal static class LocalSystem
{
    public static string Rid { get; } = Find();

    private static string Find()
    {
        string system = OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "linux-musl"
            : "linux";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }
}
