namespace Conversation.TestKit;

/// <summary>Where the weights lie that `./run --setup` or `./test` pulled.</summary>
public static class Weights
{
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("CONVERSATION_CACHE") is { Length: > 0 } own ? own
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? Path.Combine(xdg, "conversation")
        : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "conversation")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "conversation");

    /// <summary>The file of an artifact; absent weights are a failure that says what to do, not a skip.</summary>
    public static string File(string artifact, string file)
    {
        var path = Path.Combine(Root, artifact, file);
        return System.IO.File.Exists(path) ? path : throw new FileNotFoundException($"The weights '{path}' are not there: run ./test or ./run --setup once.", path);
    }
}
