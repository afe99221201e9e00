using Conversation.Gateway.Tests.Real;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;
using Conversation.Sessions.Store;

namespace Conversation.Gateway.Tests.Faults;

/// <summary>A host with room for one session and a store without any.</summary>
[Collection("real")]
public sealed class FullHouseTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("conversation-full-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_full_store_is_told_and_the_conversation_goes_on_and_a_full_host_refuses()
    {
        await Fill(Path.Combine(folder, "sessions.db"));
        await using var server = await ServerProcess.Start(folder, 0, "--Store:MaxBytes", "1048576", "--Sessions:MaxSessions", "1");
        await using var caller = await RealCaller.Call(server.Address, new CallOptions { Settings = new { greet = false, responder = "echo", speed = 2 } });
        var error = await caller.Event("error");
        Assert.Equal(("store_full", "Store:MaxBytes"), ((string?)error["code"], (string?)error["setting"]));
        await caller.Type("Hello.");
        await caller.Event("turn.completed");
        await caller.Type("Hello again.");
        await caller.Event("turn.completed", e => (int)e["turn"]! == 2);

        await using var second = await RawClient.Connect(server.Address);
        Assert.StartsWith("too_many_sessions: ", (string?)(await second.Invoke("Open", new { }))["error"], StringComparison.Ordinal);
        await caller.Send("Close");
        await caller.Event("closed");
        await second.Open();
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_is_told_and_the_conversation_goes_on()
    {
        // Where a folder should be lies a file: unwritable for whoever runs this.
        File.WriteAllText(Path.Combine(folder, "file"), "");
        await using var server = await ServerProcess.Start(folder, 0, "--Store:Path", Path.Combine(folder, "file", "sessions.db"));
        await using var caller = await RealCaller.Call(server.Address, new CallOptions { Settings = new { greet = false, responder = "echo", speed = 2 } });
        Assert.Equal("Store:Path", (string?)(await caller.Event("error"))["setting"]);
        await caller.Type("Hello.");
        await caller.Event("turn.completed");
        var answer = await (await RawClient.Connect(server.Address)).Invoke("Open", new { resume = new { session = "s-00000000000000000000", token = "x" } });
        Assert.StartsWith("store_", (string?)answer["error"], StringComparison.Ordinal);
    }

    /// <summary>Fills a store to its last page.</summary>
    private static async Task Fill(string path)
    {
        await using var store = new SqliteSessionStore(new SqliteSessionStoreOptions { Path = path, MaxBytes = 1 << 20 });
        foreach (var length in new[] { 100_000, 10_000, 1_000, 0 })
        {
            try
            {
                for (var n = 0; ; n++)
                {
                    await store.SaveAsync(new SessionRecord { Id = $"{length}-{n}", TokenHash = "", DialogState = new string('x', length), UpdatedUnixMs = long.MaxValue });
                }
            }
            catch (SessionStoreException full) when (full.Fault.Code == "store_full")
            {
            }
        }
    }
}
