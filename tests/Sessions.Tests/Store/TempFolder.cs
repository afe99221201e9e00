using Conversation.Sessions.Store;

namespace Conversation.Sessions.Tests.Store;

internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("conversation-store-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class Records
{
    public static SessionRecord Make(string id, long updated = 1, string dialog = "") => new()
    {
        Id = id,
        TokenHash = "ab12",
        DialogState = dialog,
        CreatedUnixMs = 7,
        UpdatedUnixMs = updated,
    };
}
