using System.Text.Json.Nodes;
using Conversation.Gateway.Tests.Real;
using Conversation.Gateway.Tests.Support;

namespace Conversation.Gateway.Tests.Faults;

/// <summary>The process goes in the middle of a call; the call goes on in the next one, over the same store.</summary>
[Collection("real")]
public sealed class RestartTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("conversation-restart-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_call_whose_process_was_killed_goes_on_from_its_last_completed_turn()
    {
        Resumption resumption;
        JsonObject first, second;
        int port;
        await using (var server = await ServerProcess.Start(folder))
        {
            port = server.Address.Port;
            await using var caller = await Booking(server);
            first = await Turn(caller, 1);
            await DayByVoice(server, caller);
            await caller.Type("At half past ten, please.");
            second = await Turn(caller, 2);
            await caller.Event("reply.started", e => (int)e["turn"]! == 3);
            await caller.Plays(TimeSpan.FromSeconds(0.4));
            resumption = caller.Resumption;
            await server.Kill();
            await caller.Gone.WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.True(resumption.Generation >= 3, "guesses count too");
        await using (var server = await ServerProcess.Start(folder, port))
        {
            var refused = await (await RawClient.Connect(server.Address)).Invoke("Open", new { resume = resumption with { Token = "wrong" } });
            Assert.StartsWith("session_unknown: ", (string?)refused["error"], StringComparison.Ordinal);

            await using var caller = await RealCaller.Call(server.Address, new CallOptions { Resume = resumption });
            Restored(caller, resumption, (first, false), (second, true));
            Assert.Equal(2f, (float)caller.Opened["settings"]!["speed"]!);
            await GoesOn(caller, turn: 3);
            Assert.DoesNotContain("\"type\":\"error\"", caller.Trace, StringComparison.Ordinal);

            // Input is counted anew, and heard: what is said over the reply is taken as the next turn.
            caller.Say(await RealGateway.Speak(server.Http, "Sorry, what are your opening hours?"));
            await caller.Event("hypothesis.final", e => (int)e["turn"]! > 3 && ((string?)e["text"])!.Contains("hours", StringComparison.OrdinalIgnoreCase));
            await caller.Send("Close");
            Assert.Equal("client", (string?)(await caller.Event("closed"))["reason"]);
            await Forgotten(server, resumption);
        }
    }

    [Fact]
    public async Task A_server_told_to_stop_tells_its_callers_and_keeps_what_they_had_heard()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // No such signal there.
        }

        Resumption resumption;
        await using (var server = await ServerProcess.Start(folder))
        {
            await using var caller = await Booking(server);
            await caller.Event("reply.ended");
            await caller.Type("Next Tuesday, please.");
            await caller.Event("reply.started", e => (int)e["turn"]! == 2);
            await caller.Plays(TimeSpan.FromSeconds(0.4));
            resumption = caller.Resumption;
            Assert.Equal(0, await server.Terminate());
            Assert.Equal("server_stopping", (string?)(await caller.Event("error"))["code"]);
            Assert.Equal("server_stopping", (string?)(await caller.Event("closed"))["reason"]);
            await caller.Gone.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await using (var server = await ServerProcess.Start(folder))
        {
            await using var caller = await RealCaller.Call(server.Address, new CallOptions { Resume = resumption });
            // Asked to go, it had time to write down the turn it broke off, as far as that was heard.
            Restored(caller, resumption, (Said("I'd like to book an appointment."), true), (Said("Next Tuesday, please."), true));
            await GoesOn(caller, turn: 3);
        }
    }

    private static JsonObject Said(string text) => new() { ["user"] = text };

    private static async Task<RealCaller> Booking(ServerProcess server)
    {
        // Twice the pace: the turns are to be over soon.
        var caller = await RealCaller.Call(server.Address, new CallOptions { Settings = new { greet = false, speed = 2 } });
        await caller.Type("I'd like to book an appointment.");
        return caller;
    }

    private static async Task DayByVoice(ServerProcess server, RealCaller caller)
    {
        caller.Say(await RealGateway.Speak(server.Http, "Next Tuesday, please."));
        var heard = await caller.Event("hypothesis.final", e => (int)e["turn"]! == 2);
        Assert.Contains("Tuesday", (string?)heard["text"], StringComparison.OrdinalIgnoreCase);
        await caller.Event("reply.started", e => (int)e["turn"]! == 2);
        await caller.Plays(TimeSpan.FromSeconds(0.4));
    }

    private static Task<JsonObject> Turn(RealCaller caller, int turn) => caller.Event("turn.completed", e => (int)e["turn"]! == turn);

    private static void Restored(RealCaller caller, Resumption resumption, params (JsonObject Turn, bool Interrupted)[] turns)
    {
        var opened = caller.Opened;
        Assert.Equal((true, false, -1), ((bool)opened["restored"]!, (bool)opened["resumed"]!, (long)opened["lastSequence"]!));
        Assert.Equal((resumption.Session, resumption.Token), ((string?)opened["session"], (string?)opened["token"]));
        var history = opened["history"]!.AsArray();
        Assert.Equal(turns.Select((turn, at) => (at + 1, (string?)turn.Turn["user"], turn.Interrupted)), history.Select(line => ((int)line!["turn"]!, (string?)line["user"], (bool)line["interrupted"]!)));
        foreach (var (turn, line) in turns.Zip(history).Where(pair => pair.First.Turn["reply"] is not null))
        {
            Assert.Equal((string?)turn.Turn["reply"], (string?)line!["reply"]);
        }
    }

    /// <summary>The day is known: a time takes the booking on, or is answered with other times.</summary>
    private static async Task GoesOn(RealCaller caller, int turn)
    {
        await caller.Type("At half past ten, please.");
        var started = await caller.Event("reply.started");
        Assert.Equal((turn, 1), ((int)started["turn"]!, (int)started["generation"]!));
        await Says(caller, turn, "name|free");
    }

    private static async Task Says(RealCaller caller, int turn, string pattern)
    {
        var generation = (int)(await caller.Event("reply.started", e => (int)e["turn"]! == turn))["generation"]!;
        await caller.Event("reply.ended", e => (int)e["generation"]! == generation);
        var text = string.Join(' ', caller.Events("reply.text").Where(e => (int)e["generation"]! == generation).Select(e => (string?)e["text"]));
        Assert.Matches($"(?i){pattern}", text);
    }

    private static async Task Forgotten(ServerProcess server, Resumption resumption)
    {
        await using var client = await RawClient.Connect(server.Address);
        string? error = null;
        // Deleted by the writer a moment after the client is told.
        for (var tries = 0; tries < 5 && error is null; tries++)
        {
            error = (string?)(await client.Invoke("Open", new { resume = resumption }))["error"];
        }

        Assert.StartsWith("session_unknown: ", error, StringComparison.Ordinal);
    }
}
