using System.Text.Json.Nodes;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Realtime;

/// <summary>Turns by hand, responses as a client wants them, items it adds and takes away, and a session that is lost.</summary>
public sealed class RealtimeAskedTests
{
    private const string Manual = """{"audio":{"input":{"turn_detection":null,"transcription":{"model":"any"}}}}""";

    [Fact]
    public async Task A_turn_is_committed_by_hand_and_answered_when_asked()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Send("""{"type":"input_audio_buffer.commit","event_id":"empty"}""");
        var empty = await client.Error();
        Assert.Equal(("input_audio_buffer_commit_empty", "empty"), ((string?)empty["code"], (string?)empty["event_id"]));
        await client.Send("""{"type":"session.update","session":""" + Manual + "}");
        await client.Append(new byte[24_000]);
        await client.Send("""{"type":"input_audio_buffer.commit"}""");
        await client.Send("""{"type":"response.create"}""");
        var item = (string)(await client.Event("conversation.item.done"))["item"]!["id"]!;
        var session = gateway.Sessions.Single;
        await Until(() => session.Calls.Contains("answer "));
        Assert.Equal(("manual", false), (session.Request.Settings.TurnTaking, session.Request.Settings.IdleAfterMs > 0));
        Assert.True(session.Calls.ToList().IndexOf("end turn") > session.Calls.ToList().FindLastIndex(call => call.StartsWith("audio", StringComparison.Ordinal)));
        Assert.Equal(12_000, session.Heard.Count);
        session.Client.Send(new SessionEvent.SpeechStarted(0));
        session.Client.Send(new SessionEvent.SpeechStopped(4_000));
        session.Client.Send(new SessionEvent.HypothesisFinal(1, "good morning"));
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ReplyText(1, "And to you.", []));
        session.Client.Send(new SessionEvent.ReplyEnded(1, 0));
        var done = await client.Event("response.done");
        Assert.Equal(5, (int)done["response"]!["usage"]!["input_token_details"]!["audio_tokens"]!);
        Assert.Equal(
            ["session.created", "error", "session.updated", "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done",
             "conversation.item.input_audio_transcription.delta", "conversation.item.input_audio_transcription.completed", "response.created"],
            client.Seen.Select(e => (string)e["type"]!).Take(9));
        var heard = client.Seen.First(e => (string?)e["type"] == "conversation.item.input_audio_transcription.completed");
        Assert.Equal((item, "good morning", 0.5), ((string?)heard["item_id"], (string?)heard["transcript"], (double)heard["usage"]!["seconds"]!));

        // What is cleared is not committed.
        await client.Append(new byte[24_000]);
        await client.Send("""{"type":"input_audio_buffer.clear"}""");
        await client.Send("""{"type":"input_audio_buffer.commit"}""");
        Assert.Equal("input_audio_buffer_commit_empty", (string?)(await client.Error())["code"]);
        await Until(() => session.Calls.Contains("drop turn"));
    }

    [Theory]
    [InlineData("""{"type":"server_vad","create_response":false}""", "listening", true, 0)]
    [InlineData("""{"type":"semantic_vad","interrupt_response":false}""", "automatic", false, 0)]
    [InlineData("""{"type":"server_vad","idle_timeout_ms":6000}""", "automatic", true, 6_000)]
    [InlineData("null", "manual", true, 0)]
    public async Task Who_decides_about_turns_reaches_the_session(string detection, string turns, bool interruptible, int idle)
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":""" + detection + "}}}}");
        await client.Append(new byte[960]);
        await client.Event("session.updated");
        await Until(() => !gateway.Sessions.All.IsEmpty);
        var settings = gateway.Sessions.Single.Request.Settings;
        Assert.Equal((turns, interruptible, idle), (settings.TurnTaking, settings.Interruptible, settings.IdleAfterMs));
    }

    [Fact]
    public async Task A_silence_that_was_too_long_is_told_with_its_item()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Append(new byte[4_800]);
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Heard.Count == 2_400);
        gateway.Sessions.Single.Client.Send(new SessionEvent.ReplyStarted(1, 1, "idlePrompt"));
        var timeout = await client.Event("input_audio_buffer.timeout_triggered");
        Assert.Equal((0, 100), ((int)timeout["audio_start_ms"]!, (int)timeout["audio_end_ms"]!));
        Assert.Equal((string?)timeout["item_id"], (string?)(await client.Event("input_audio_buffer.committed"))["item_id"]);
        await client.Event("response.created");
    }

    [Fact]
    public async Task A_response_is_asked_for_as_it_is_wanted_once()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await Typed(client, "hello");
        await client.Send("""{"type":"response.create","response":{"instructions":"Be brief.","output_modalities":["text"],"tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"function","name":"f"},"max_output_tokens":3,"metadata":{"a":"b"}}}""");
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Asked is not null);
        var session = gateway.Sessions.Single;
        Assert.Equal(("hello", "Be brief.", "f", "function:f"), (session.Asked!.Text, session.Asked.Instructions, session.Asked.Tools![0].Name, session.Asked.ToolChoice));
        session.Client.Send(new SessionEvent.HypothesisFinal(1, "hello"));
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        var created = (await client.Event("response.created"))["response"]!;
        Assert.Equal(("b", 3, "text"), ((string?)created["metadata"]!["a"], (int)created["max_output_tokens"]!, (string?)created["output_modalities"]![0]));
        session.Client.Send(new SessionEvent.ReplyText(1, "one two three four five", []));
        var done = (await client.Event("response.done"))["response"]!;
        Assert.Equal(("incomplete", "incomplete", "max_output_tokens"), ((string?)done["status"], (string?)done["status_details"]!["type"], (string?)done["status_details"]!["reason"]));
        Assert.Equal("one two", (string?)done["output"]![0]!["content"]![0]!["text"]);
        Assert.Equal((2, 13), ((int)done["usage"]!["output_tokens"]!, (int)done["usage"]!["input_tokens"]!));
        await Until(() => session.Calls.Contains("stop"));
    }

    [Fact]
    public async Task Speech_ends_where_its_tokens_are_spent()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Send("""{"type":"session.update","session":{"max_output_tokens":11}}""");
        await Typed(client, "hello");
        await client.Send("""{"type":"response.create"}""");
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Asked is not null);
        var session = gateway.Sessions.Single;
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ReplyText(1, "one two three", [new("one", 0, 8_000), new("two", 8_000, 16_000), new("three", 16_000, 24_000)]));
        for (var at = 0; at < 24_000; at += 1_200)
        {
            Assert.True(session.Client.TrySendAudio(1, at, new short[1_200]));
        }

        var done = (await client.Event("response.done"))["response"]!;
        Assert.Equal(("incomplete", "one"), ((string?)done["status"], (string?)done["output"]![0]!["content"]![0]!["transcript"]));
        Assert.Equal(10, (int)done["usage"]!["output_token_details"]!["audio_tokens"]!);
        Assert.Equal(10, client.Seen.Count(e => (string?)e["type"] == "response.output_audio.delta"));
    }

    [Fact]
    public async Task A_response_outside_the_conversation_leaves_nothing_in_it()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await Typed(client, "hello", "i1");
        await client.Send("""{"type":"response.create","event_id":"aloud","response":{"conversation":"none"}}""");
        Assert.Equal("aloud", (string?)(await client.Error())["event_id"]);
        await client.Send("""{"type":"response.create","response":{"conversation":"none","output_modalities":["text"],"metadata":{"topic":"x"},"input":[{"type":"item_reference","id":"i1"},{"type":"message","role":"user","content":[{"type":"input_text","text":"Is it a greeting?"}]}]}}""");
        var created = (await client.Event("response.created"))["response"]!;
        Assert.Null(created["conversation_id"]);
        var session = gateway.Sessions.Single;
        await Until(() => !session.Asides.IsEmpty);
        Assert.Equal([new("user", "hello"), new("user", "Is it a greeting?")], session.Asides.Single().Reply!.Input!);
        session.Client.Send(new SessionEvent.AsideDone(session.Asides.Single().Id, "Yes.", ""));
        var done = (await client.Event("response.done"))["response"]!;
        Assert.Equal(("completed", "Yes.", "x"), ((string?)done["status"], (string?)done["output"]![0]!["content"]![0]!["text"], (string?)done["metadata"]!["topic"]));
        Assert.Single(client.Seen, e => (string?)e["type"] == "conversation.item.added");
    }

    [Fact]
    public async Task Items_stand_where_they_are_put_and_the_dialog_is_told()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await Typed(client, "my name is Ada", "i1");
        await client.Event("conversation.item.added");
        await client.Send("""{"type":"conversation.item.create","previous_item_id":"root","item":{"id":"i0","type":"message","role":"system","content":[{"type":"input_text","text":"It is summer."}]}}""");
        Assert.Null((await client.Event("conversation.item.added"))["previous_item_id"]);
        await client.Send("""{"type":"conversation.item.create","item":{"id":"i2","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello Ada."}]}}""");
        Assert.Equal("i1", (string?)(await client.Event("conversation.item.added"))["previous_item_id"]);
        await client.Send("""{"type":"conversation.item.create","previous_item_id":"nowhere","event_id":"lost","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}}""");
        Assert.Equal("lost", (string?)(await client.Error())["event_id"]);
        await client.Send("""{"type":"conversation.item.create","previous_item_id":"i0","item":{"id":"i3","type":"message","role":"user","content":[{"type":"input_text","text":"Good day."}]}}""");
        Assert.Equal("i0", (string?)(await client.Event("conversation.item.added"))["previous_item_id"]);
        await client.Send("""{"type":"response.create"}""");
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Asked is not null);
        var session = gateway.Sessions.Single;
        Assert.Equal("my name is Ada", session.Asked!.Text);
        Assert.Equal(new SessionContext(0, []).UpTo, session.Request.Settings.Context!.UpTo);
        Assert.Equal(["It is summer.", "Good day.", "Hello Ada."], session.Request.Settings.Context.Lines.Select(line => line.Text));
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ReplyText(1, "Yes?", []));
        session.Client.Send(new SessionEvent.ReplyEnded(1, 0));
        session.Client.Send(new SessionEvent.TurnCompleted(1, "my name is Ada", "Yes?", false));
        await Until(() => session.Settings?.Context is { UpTo: 1 });
        Assert.Equal(["It is summer.", "Good day.", "my name is Ada", "Hello Ada.", "Yes?"], session.Settings!.Context!.Lines.Select(line => line.Text));
        await client.Send("""{"type":"conversation.item.delete","item_id":"i1"}""");
        await client.Event("conversation.item.deleted");
        await Until(() => session.Settings!.Context!.Lines.Count == 4);
        await client.Send("""{"type":"conversation.item.retrieve","item_id":"i1"}""");
        Assert.Equal("item_not_found", (string?)(await client.Error())["code"]);
    }

    [Fact]
    public async Task Audio_in_an_item_is_recognised_before_it_is_answered()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Send("""{"type":"session.update","session":{"audio":{"input":{"transcription":{"model":"any"}}}}}""");
        await client.Send($$$"""{"type":"conversation.item.create","item":{"id":"i1","type":"message","role":"user","content":[{"type":"input_audio","audio":"{{{Convert.ToBase64String(new byte[48_000])}}}"}]}}""");
        await client.Send("""{"type":"response.create"}""");
        await client.Event("conversation.item.done");
        await Until(() => !gateway.Sessions.All.IsEmpty && !gateway.Sessions.Single.Asides.IsEmpty);
        var session = gateway.Sessions.Single;
        Assert.Null(session.Asked);
        Assert.Equal(48_000, session.Asides.Single().Audio!.Length);
        session.Client.Send(new SessionEvent.AsideDone("i1", "good morning", ""));
        Assert.Equal("good morning", (string?)(await client.Event("conversation.item.input_audio_transcription.completed"))["transcript"]);
        await Until(() => session.Asked?.Text == "good morning");
    }

    [Fact]
    public async Task What_is_truncated_late_is_forgotten_all_the_same()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await Typed(client, "hello");
        await client.Send("""{"type":"response.create"}""");
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Asked is not null);
        var session = gateway.Sessions.Single;
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ReplyText(1, "one two three", [new("one", 0, 8_000), new("two", 8_000, 16_000), new("three", 16_000, 24_000)]));
        session.Client.TrySendAudio(1, 0, new short[24_000]);
        session.Client.Send(new SessionEvent.PlayoutCancelled(1, "interrupted"));
        session.Client.Send(new SessionEvent.TurnCompleted(1, "hello", "one two", true));
        var item = (string)(await client.Event("response.done"))["response"]!["output"]![0]!["id"]!;
        await client.Send($$"""{"type":"conversation.item.truncate","item_id":"{{item}}","content_index":0,"audio_end_ms":400}""");
        await client.Event("conversation.item.truncated");
        await Until(() => session.Settings?.Context?.Lines.LastOrDefault()?.Text == "one [interrupted]");
    }

    [Fact]
    public async Task A_transcription_session_only_listens()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address, "?intent=transcription");
        Assert.Equal("transcription", (string?)(await client.Event("session.created"))["session"]!["type"]);
        await client.Append(new byte[960]);
        await client.Send("""{"type":"response.create"}""");
        Assert.Equal("not_offered", (string?)(await client.Error())["code"]);
        var session = gateway.Sessions.Single;
        Assert.Equal("listening", session.Request.Settings.TurnTaking);
        session.Client.Send(new SessionEvent.SpeechStarted(0));
        session.Client.Send(new SessionEvent.SpeechStopped(16_000));
        session.Client.Send(new SessionEvent.HypothesisFinal(1, "hello"));
        var heard = await client.Event("conversation.item.input_audio_transcription.completed");
        Assert.Equal(("hello", 1.0), ((string?)heard["transcript"], (double)heard["usage"]!["seconds"]!));
    }

    [Fact]
    public async Task Functions_called_at_once_are_in_one_response()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await Typed(client, "hello");
        await client.Send("""{"type":"response.create"}""");
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Asked is not null);
        var session = gateway.Sessions.Single;
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ToolCalled(1, "c1", "f", "{}"));
        session.Client.Send(new SessionEvent.ToolCalled(1, "c2", "g", "{}"));
        var done = (await client.Event("response.done"))["response"]!;
        Assert.Equal(["c1", "c2"], done["output"]!.AsArray().Select(item => (string)item!["call_id"]!));
        Assert.Equal([0, 1], client.Seen.Where(e => (string?)e["type"] == "response.output_item.added").Select(e => (int)e["output_index"]!));
    }

    [Fact]
    public async Task A_lost_session_is_reopened_and_knows_what_was_said()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await Typed(client, "hello");
        await client.Send("""{"type":"response.create"}""");
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Asked is not null);
        var session = gateway.Sessions.Single;
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ReplyText(1, "one two three", []));
        session.Client.Send(new SessionEvent.Closed("session_lost"));
        var done = (await client.Event("response.done"))["response"]!;
        Assert.Equal(("failed", "session_lost"), ((string?)done["status"], (string?)done["status_details"]!["error"]!["code"]));
        await Until(() => session.Request.Resume is not null);
        Assert.Equal((session.Id, session.Token), (session.Request.Resume!.Session, session.Request.Resume.Token));
        Assert.Equal(["hello", "one two three [interrupted]"], session.Request.Settings.Context!.Lines.Select(line => line.Text));
        await Typed(client, "again");
        await client.Send("""{"type":"response.create"}""");
        await Until(() => session.Asked!.Text == "again");
    }

    [Fact]
    public async Task Words_that_a_lost_session_had_are_told_as_lost_and_those_it_had_not_come()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Send("""{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":null,"transcription":{"model":"any"}}}}}""");
        await client.Append(new byte[9_600]);
        await client.Send("""{"type":"input_audio_buffer.commit"}""");
        var lost = (string)(await client.Event("conversation.item.added"))["item"]!["id"]!;
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Calls.Contains("end turn"));
        var session = gateway.Sessions.Single;
        await client.Send("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AAAA"}]}}""");
        var beside = (string)(await client.Event("conversation.item.added"))["item"]!["id"]!;

        gateway.Sessions.Fault = new SessionFault("starting", "Not yet.");
        session.Client.Send(new SessionEvent.Closed("session_lost"));
        var failed = new[] { await client.Event("conversation.item.input_audio_transcription.failed"), await client.Event("conversation.item.input_audio_transcription.failed") };
        Assert.Equal([beside, lost], failed.Select(told => (string)told["item_id"]!));
        Assert.All(failed, told => Assert.Equal("session_lost", (string?)told["error"]!["code"]));

        // Said while there is no session: the next one hears it, and its words are this item's.
        await client.Append(new byte[9_600]);
        await client.Send("""{"type":"input_audio_buffer.commit"}""");
        var next = (string)(await client.Event("conversation.item.added"))["item"]!["id"]!;
        session.Client.Send(new SessionEvent.Closed("session_lost"));
        gateway.Sessions.Fault = null;
        await Until(() => session.Calls.Count(call => call == "end turn") == 2);
        session.Client.Send(new SessionEvent.HypothesisFinal(1, "here I am"));
        var heard = await client.Event("conversation.item.input_audio_transcription.completed");
        Assert.Equal((next, "here I am"), ((string)heard["item_id"]!, (string)heard["transcript"]!));
        await client.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{lost}}"}""");
        Assert.Equal("", (string?)(await client.Event("conversation.item.retrieved"))["item"]!["content"]![0]!["transcript"]);
    }

    [Fact]
    public async Task Whatever_fails_while_nobody_waits_for_it_is_tried_again_or_told()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await Typed(client, "hello");
        await client.Send("""{"type":"response.create"}""");
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Asked is not null);
        var session = gateway.Sessions.Single;
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        var attempts = 0;
        gateway.Sessions.Opening = _ => throw (attempts++ == 0 ? new InvalidOperationException("A bug.") : new TimeoutException("Nobody there."));
        session.Client.Send(new SessionEvent.Closed("session_lost"));
        await Until(() => attempts == 2);
        gateway.Sessions.Opening = null;

        // A response that waits for the new session, which then has a bug of its own.
        await Typed(client, "again");
        await client.Send("""{"type":"response.create"}""");
        session.OnAnswer = () => throw new InvalidOperationException("Another bug.");
        JsonNode told;
        do
        {
            told = await client.Error();
        }
        while ((string?)told["code"] != "internal");
        session.OnAnswer = null;
        await client.Send("""{"type":"response.create"}""");
        await Until(() => session.Asked!.Text == "again");
    }

    [Fact]
    public async Task A_response_that_did_not_reach_its_session_may_be_asked_for_again()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await Typed(client, "hello");
        await client.Send("""{"type":"response.create"}""");
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Asked is not null);
        var session = gateway.Sessions.Single;
        session.Client.Send(new SessionEvent.Error("not_delivered", "It did not reach the session.", "answer"));
        Assert.Equal("not_delivered", (string?)(await client.Error())["code"]);
        await Typed(client, "you there");
        await client.Send("""{"type":"response.create"}""");
        await Until(() => session.Asked!.Text == "hello\nyou there");
    }

    [Fact]
    public async Task What_is_refused_beside_the_conversation_is_not_waited_for()
    {
        const string Spoken = """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AAAA"}]}}""";
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Append(new byte[960]);
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Heard.Count > 0);
        var session = gateway.Sessions.Single;
        session.AsideFault = new SessionFault("bad_setting", "Not so.", "input");
        await client.Send("""{"type":"response.create","response":{"conversation":"none","output_modalities":["text"]}}""");
        var done = (await client.Event("response.done"))["response"]!;
        Assert.Equal(("failed", "bad_setting"), ((string?)done["status"], (string?)done["status_details"]!["error"]!["code"]));
        await client.Send(Spoken);
        await client.Event("conversation.item.done");

        // Nor what comes while the session is being reopened.
        gateway.Sessions.Fault = new SessionFault("starting", "Not yet.");
        session.Client.Send(new SessionEvent.Closed("session_lost"));
        await client.Send(Spoken);
        JsonNode? refused;
        do
        {
            refused = await client.Error();
        }
        while ((string?)refused["code"] != "session_lost");
        (gateway.Sessions.Fault, session.AsideFault) = (null, null);
        await Until(() => session.Request.Resume is not null);
        await client.Send("""{"type":"response.create"}""");
        await Until(() => session.Asked is not null);
    }

    [Fact]
    public async Task A_result_that_a_session_elsewhere_finds_too_late_is_remembered()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await Typed(client, "hello");
        await client.Send("""{"type":"response.create"}""");
        await Until(() => !gateway.Sessions.All.IsEmpty && gateway.Sessions.Single.Asked is not null);
        var session = gateway.Sessions.Single;
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ToolCalled(1, "call_1", "weather", "{}"));
        await client.Event("response.done");
        session.Client.Send(new SessionEvent.PlayoutCancelled(1, "interrupted"));
        session.Client.Send(new SessionEvent.TurnCompleted(1, "hello", "", true));
        await client.Send("""{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_1","output":"sunny"}}""");
        await Until(() => session.Calls.Contains("result call_1 sunny"));

        // A session in this process answers so at once; one on another machine tells it, when it can.
        session.Client.Send(new SessionEvent.Error("call_unknown", "Nobody waits.", "call_1"));
        await Until(() => session.Settings?.Context?.Lines.LastOrDefault()?.Text == "The function called earlier gave: sunny");
        Assert.DoesNotContain(client.Seen, e => (string?)e["type"] == "error");
    }

    [Fact]
    public async Task Connections_of_this_dialect_are_counted_with_the_others()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Event("session.created");
        var health = JsonNode.Parse(await gateway.Http.GetStringAsync("/health"))!;
        Assert.Equal(1, (int)health["connections"]!);
    }

    private static Task Typed(RealtimeClient client, string text, string? id = null) =>
        client.Send($$$"""{"type":"conversation.item.create","item":{{{{(id is null ? "" : $"\"id\":\"{id}\",")}}}"type":"message","role":"user","content":[{"type":"input_text","text":"{{{text}}}"}]}}""");

    private static async Task Until(Func<bool> holds)
    {
        for (var wait = 0; !holds(); wait++)
        {
            Assert.True(wait < 6_000, "It did not come.");
            await Task.Delay(5);
        }
    }
}
