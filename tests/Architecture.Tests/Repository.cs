using System.Diagnostics;

namespace Conversation.Architecture.Tests;

/// <summary>The working tree these tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of Conversation.sln, found by walking up.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Files that git holds and that are still there, by path from the root with forward slashes.</summary>
    public static IReadOnlyList<string> Tracked { get; } = [.. Git("ls-files -z").Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(Full(path)))];

    /// <summary>Source files under a folder, without build output.</summary>
    public static IEnumerable<string> Sources(string folder, string pattern = "*.cs") =>
        !Directory.Exists(Full(folder))
            ? []
            : Directory.EnumerateFiles(Full(folder), pattern, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or "dist"))
                .Order(StringComparer.Ordinal);

    public static string Full(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(Full(path));

    // Built outside of the tree (--artifacts-path) it is found from where the source was compiled.
    private static string FindRoot() =>
        FindFrom(AppContext.BaseDirectory) ?? FindFrom(SourceFolder()) ?? throw new InvalidOperationException("Conversation.sln was not found above the test or its source.");

    private static string? FindFrom(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Conversation.sln")))
            {
                return at.FullName;
            }
        }

        return null;
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private static string Git(string arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Root, RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, $"git {arguments} ended with {git.ExitCode}; these tests need the git checkout.");
        return output;
    }
}
