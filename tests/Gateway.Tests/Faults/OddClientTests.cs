using Conversation.Gateway.Tests.Real;

namespace Conversation.Gateway.Tests.Faults;

/// <summary>Clients that do less than they should, or other than most.</summary>
[Collection("real")]
public sealed class OddClientTests(RealGateway gateway)
{
    [Fact]
    public async Task A_client_that_never_acknowledges_is_told_and_has_its_turns()
    {
        await using var caller = await RealCaller.Call(gateway.Address, new CallOptions { Acknowledges = false, Settings = new { greet = false, responder = "echo", speed = 2 } });
        await caller.Type("One.");
        Assert.Equal("playout.unacknowledged", (string?)(await caller.Event("error"))["code"]);
        var turn = await caller.Event("turn.completed");
        Assert.False((bool)turn["interrupted"]!);
        Assert.Contains("One", (string?)turn["reply"], StringComparison.Ordinal);
        await caller.Type("Two.");
        await caller.Event("reply.ended", e => (int)e["generation"]! == 2);
    }

    [Fact]
    public async Task A_client_whose_audio_stops_in_the_middle_of_a_word_is_answered_all_the_same()
    {
        await using var caller = await RealCaller.Call(gateway.Address);
        var wav = await gateway.Speak("What are your opening hours?");
        caller.Say(wav[..(wav.Length * 9 / 10 / 2 * 2)]);
        await caller.Event("speech.started");
        while (!caller.SaidAll)
        {
            await Task.Delay(5);
        }

        caller.Mute = true;
        await caller.Event("speech.stopped");
        Assert.NotEqual("", (string?)(await caller.Event("hypothesis.final"))["text"]);
        await caller.Event("reply.started");
        await caller.Event("reply.text");
    }

    [Theory]
    [InlineData(8_000, 8_000)]
    [InlineData(48_000, 48_000)]
    public async Task Is_understood_and_answers_at_other_rates(int input, int output)
    {
        await using var caller = await RealCaller.Call(gateway.Address, new CallOptions { InputRate = input, OutputRate = output });
        Assert.Equal((output, output / 50), ((int)caller.Opened["outputRate"]!, (int)caller.Opened["frameSamples"]!));
        caller.Say(await gateway.Speak("What are your opening hours?", input));
        Assert.Contains("opening hours", (string?)(await caller.Event("hypothesis.final"))["text"], StringComparison.OrdinalIgnoreCase);
        var text = await caller.Event("reply.text");
        await caller.Plays(TimeSpan.FromSeconds(1));

        // Times are in samples of the rate asked for: people say two to six words a second.
        var words = text["words"]!.AsArray();
        var pace = words.Count / ((long)words[^1]!["end"]! / (double)output);
        Assert.InRange(pace, 1.5, 7);
        Assert.InRange(caller.Loud, output / 10, output * 10);
    }

    [Fact]
    public async Task Settings_changed_in_the_middle_hold_from_the_next_reply()
    {
        await using var caller = await RealCaller.Call(gateway.Address, new CallOptions { Settings = new { greet = false, responder = "echo" } });
        var voices = (await Catalog())["tiers"]![0]!["voices"]!.AsArray().Select(voice => (string)voice!["id"]!).ToArray();
        var first = await Echoed(caller, 1);
        Assert.Equal(first, await Echoed(caller, 2));
        await caller.Send("Configure", new { voice = voices[^1], tier = "fast" });
        var settings = (await caller.Event("settings"))["settings"]!;
        Assert.Equal((voices[^1], "echo", "fast"), ((string?)settings["voice"], (string?)settings["responder"], (string?)settings["tier"]));
        var voice = await Echoed(caller, 3);
        Assert.NotEqual(first, voice);
        await caller.Send("Configure", new { speed = 2 });
        Assert.InRange((await Echoed(caller, 4)).Length, voice.Length / 4, voice.Length * 4 / 5);

        await caller.Send("Configure", new { responder = "clinic" });
        await caller.Event("settings", e => (string?)e["settings"]!["responder"] == "clinic");
        await caller.Type("I'd like to book an appointment.");
        await caller.Event("reply.text", e => (int)e["generation"]! == 5 && !((string)e["text"]!).Contains("book an appointment", StringComparison.Ordinal));

        await caller.Send("Configure", new { tier = "baritone" });
        Assert.Equal(("bad_setting", "tier"), await Fault(caller));
    }

    [Fact]
    public async Task Two_sessions_at_once_hear_each_its_own()
    {
        await using var one = await RealCaller.Call(gateway.Address, new CallOptions { Settings = new { greet = false, responder = "echo" } });
        await using var two = await RealCaller.Call(gateway.Address);
        var (hours, book) = (await gateway.Speak("What are your opening hours?"), await gateway.Speak("I would like to book an appointment."));
        one.Say(hours);
        two.Say(book);
        Assert.Contains("hours", (string?)(await one.Event("hypothesis.final"))["text"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("appointment", (string?)(await two.Event("hypothesis.final"))["text"], StringComparison.OrdinalIgnoreCase);
        await one.Event("reply.text", e => ((string)e["text"]!).Contains("hours", StringComparison.OrdinalIgnoreCase));
        await two.Event("reply.text", e => !((string)e["text"]!).Contains("hours", StringComparison.OrdinalIgnoreCase));
        await one.Send("Close");
        await one.Event("closed");
        await two.Event("reply.ended");
        Assert.DoesNotContain("\"type\":\"error\"", two.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpointing_changed_in_the_middle_waits_longer_from_then_on()
    {
        await using var caller = await RealCaller.Call(gateway.Address, new CallOptions { Settings = new { greet = false, responder = "echo", speed = 2, endpointing = "quick" } });
        var wav = await gateway.Speak("What are your opening hours?");
        caller.Say(wav);
        var quick = (double)(await caller.Event("turn.latency"))["speechEndToCommitMs"]!;
        await caller.Event("turn.completed");
        await caller.Send("Configure", new { endpointing = "patient" });
        caller.Say(wav);
        var patient = (double)(await caller.Event("turn.latency", e => (int)e["turn"]! > 1))["speechEndToCommitMs"]!;
        Assert.True(patient > quick, $"quick {quick} ms, patient {patient} ms");
    }

    private static async Task<short[]> Echoed(RealCaller caller, int generation)
    {
        await caller.Type("Violets are blue and roses are red and sugar is sweet and so are you.");
        await caller.Event("reply.ended", e => (int)e["generation"]! == generation);
        return caller.Heard(generation).Samples;
    }

    private static async Task<(string?, string?)> Fault(RealCaller caller)
    {
        var error = await caller.Event("error");
        return ((string?)error["code"], (string?)error["setting"]);
    }

    private async Task<System.Text.Json.Nodes.JsonObject> Catalog() =>
        System.Text.Json.Nodes.JsonNode.Parse(await gateway.Http.GetStringAsync("/api/catalog"))!.AsObject();
}
