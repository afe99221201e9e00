namespace Conversation.Models.Catalog;

/// <summary>Where weights are kept on this machine.</summary>
internal static class CacheLocation
{
    /// <summary>$CONVERSATION_CACHE, else $XDG_CACHE_HOME/conversation, else ~/.cache/conversation (LOCALAPPDATA\conversation on Windows).</summary>
    public static string Find() => Find(Environment.GetEnvironmentVariable, OperatingSystem.IsWindows());

    /// <summary>The same rule for a given environment. The build of src/OnnxRuntime follows it too: change both.</summary>
    public static string Find(Func<string, string?> environment, bool windows)
    {
        if (environment("CONVERSATION_CACHE") is { Length: > 0 } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        if (environment("XDG_CACHE_HOME") is { Length: > 0 } xdg)
        {
            return Path.Combine(xdg, "conversation");
        }

        if (windows && environment("LOCALAPPDATA") is { Length: > 0 } local)
        {
            return Path.Combine(local, "conversation");
        }

        string home = environment("HOME") is { Length: > 0 } set ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(home, ".cache", "conversation");
    }
}
