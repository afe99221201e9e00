using Conversation.Sessions.Store;

namespace Conversation.Sessions.Tests.Store;

/// <summary>What both stores promise.</summary>
public sealed class SessionStoreTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Kinds => ["memory", "sqlite"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Gives_back_what_was_saved(string kind)
    {
        var store = Make(kind);
        var record = Records.Make("a") with
        {
            Tenant = "clinic",
            Settings = new SessionSettings { Tier = "fast", Voice = "v3", Speed = 1.25f, TimeZone = "Europe/Dublin", Greet = false },
            Responder = "frontdesk",
            DialogState = """{"slot":"Tuesday, \"the 3rd\" — ½ past nine"}""",
            Turns = [new TurnLine(1, "Hello?", "Good morning.", false), new TurnLine(2, "O'Brien; DROP TABLE", "One mo", true)],
        };
        await store.SaveAsync(record);

        var loaded = await store.LoadAsync("a");

        Assert.NotNull(loaded);
        Assert.Equal(record with { Turns = [] }, loaded with { Turns = [] });
        Assert.Equal(record.Turns, loaded.Turns);
        Assert.Null(await store.LoadAsync("b"));
        await Close(store);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Knows_who_called(string kind)
    {
        var store = Make(kind);
        await store.SaveAsync(Records.Make("a") with { Caller = new CallerInfo { Number = "+4930123456", Outbound = true, AnsweredBy = "human", Attributes = new Dictionary<string, string> { ["branch"] = "north" } } });
        await store.SaveAsync(Records.Make("b"));

        var caller = (await store.LoadAsync("a"))!.Caller!;
        Assert.Equal(("+4930123456", true, "human", "north"), (caller.Number, caller.Outbound, caller.AnsweredBy, caller.Attributes["branch"]));
        Assert.Null((await store.LoadAsync("b"))!.Caller);
        await Close(store);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_later_record_of_a_session_stands(string kind)
    {
        var store = Make(kind);
        await store.SaveAsync(Records.Make("a", 100, "new"));
        await store.SaveAsync(Records.Make("a", 50, "old"));
        Assert.Equal("new", (await store.LoadAsync("a"))!.DialogState);

        await store.SaveAsync(Records.Make("a", 100, "same instant"));
        Assert.Equal("same instant", (await store.LoadAsync("a"))!.DialogState);
        await Close(store);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Forgets_one_and_those_that_are_old(string kind)
    {
        var store = Make(kind);
        foreach (var age in new[] { 10, 20, 30, 40 })
        {
            await store.SaveAsync(Records.Make($"s{age}", age));
        }

        Assert.True(await store.DeleteAsync("s40"));
        Assert.False(await store.DeleteAsync("s40"));
        Assert.Equal(2, await store.DeleteOlderThanAsync(30));
        Assert.Equal(["s30"], (await store.ListAsync()).Select(line => line.Id));
        await Close(store);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Lists_a_tenants_sessions_the_latest_first(string kind)
    {
        var store = Make(kind);
        await store.SaveAsync(Records.Make("old", 1) with { Tenant = "x" });
        await store.SaveAsync(Records.Make("new", 9) with { Tenant = "x", Turns = [new TurnLine(1, "u", "r", false)] });
        await store.SaveAsync(Records.Make("other", 5) with { Tenant = "y" });

        Assert.Equal([new SessionSummary("new", "x", 1, 7, 9), new SessionSummary("old", "x", 0, 7, 1)], await store.ListAsync("x"));
        Assert.Equal(["new", "other"], (await store.ListAsync(null, 2)).Select(line => line.Id));
        await Close(store);
    }

    private ISessionStore Make(string kind) => kind == "memory"
        ? new InMemorySessionStore()
        : new SqliteSessionStore(new SqliteSessionStoreOptions { Path = folder.File("sessions.db") });

    private static async Task Close(ISessionStore store)
    {
        if (store is IAsyncDisposable closing)
        {
            await closing.DisposeAsync();
        }
    }
}
