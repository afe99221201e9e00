namespace Conversation.Gateway.Page;

/// <summary>Where the built page lies.</summary>
internal static class PageFolder
{
    /// <summary>The folder of <c>index.html</c>, or null where the page was not built: the one named, else <c>page</c> beside the program, else <c>web/dist/page</c> in a folder above the program or the working folder.</summary>
    public static string? Find(string? named)
    {
        if (named is not null)
        {
            return Path.GetFullPath(named);
        }

        return new[] { Path.Combine(AppContext.BaseDirectory, "page") }
            .Concat(Above(Directory.GetCurrentDirectory()).Concat(Above(AppContext.BaseDirectory)).Select(folder => Path.Combine(folder, "web", "dist", "page")))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "index.html")));
    }

    private static IEnumerable<string> Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
