namespace Conversation.Models.Tests;

internal static class Repository
{
    public static string File(string relative)
    {
        string? at = Source();
        while (!System.IO.File.Exists(Path.Combine(at!, "Conversation.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return Path.Combine(at!, relative);
    }

    private static string Source([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
