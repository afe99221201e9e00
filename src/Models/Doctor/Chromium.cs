namespace Conversation.Models.Doctor;

/// <summary>A browser for the browser tests; ./test looks at the same names.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly string[] Places = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];

    public static Finding Look()
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string? found = new[] { Environment.GetEnvironmentVariable("CHROMIUM") ?? "" }
            .Concat(folders.SelectMany(folder => Names.Select(name => Path.Combine(folder, name))))
            .Concat(Places)
            .FirstOrDefault(File.Exists);
        return found is not null
            ? new(Level.Ok, "Chromium", found)
            : new(Level.Warn, "Chromium", "not found; the browser tests will be skipped", "Install Chromium, or name one in CHROMIUM; as root on Debian ./test installs it.");
    }
}
