using System.Text.Json.Nodes;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Realtime;

/// <summary>What a session tells, in the dialect's order; what a client asks, as calls on the session.</summary>
public sealed class RealtimeTalkTests
{
    private const string Hello = """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}""";
    private const string Respond = """{"type":"response.create"}""";

    [Fact]
    public async Task A_spoken_turn_is_told_in_the_order_of_the_dialect()
    {
        await using var call = await Call.Start();
        var session = await call.Speaking("""{"audio":{"input":{"transcription":{"model":"any"}}}}""");
        session.Client.Send(new SessionEvent.SpeechStarted(16_000));
        session.Client.Send(new SessionEvent.HypothesisDelta(1, "good "));
        session.Client.Send(new SessionEvent.SpeechStopped(32_000));
        session.Client.Send(new SessionEvent.HypothesisFinal(1, "good morning"));
        Reply(session, 1, 1, "To you too.");
        session.Client.Send(new SessionEvent.ReplyEnded(1, 480));
        await call.Client.Event("rate_limits.updated");

        Assert.Equal(
            [
                "session.created", "session.updated", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
                "conversation.item.added", "conversation.item.input_audio_transcription.delta", "conversation.item.input_audio_transcription.delta",
                "conversation.item.done", "conversation.item.input_audio_transcription.completed",
                "response.created", "response.output_item.added", "conversation.item.added", "response.content_part.added",
                "response.output_audio_transcript.delta", "response.output_audio.delta",
                "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done", "response.output_item.done",
                "conversation.item.done", "response.done", "rate_limits.updated",
            ],
            call.Types);
        var started = call.Of("input_audio_buffer.speech_started");
        Assert.Equal(1_000, (int)started["audio_start_ms"]!);
        Assert.Equal((string?)started["item_id"], (string?)call.Of("input_audio_buffer.committed")["item_id"]);
        Assert.Equal("good morning", (string?)call.Of("conversation.item.input_audio_transcription.completed")["transcript"]);
        Assert.Equal("completed", (string?)call.Of("response.done")["response"]!["status"]);
        Assert.Equal(960, Convert.FromBase64String((string)call.Of("response.output_audio.delta")["delta"]!).Length);
        Assert.Equal(call.Client.Seen.Count, call.Client.Seen.Select(e => (string)e["event_id"]!).Distinct().Count());
    }

    [Fact]
    public async Task Speech_over_a_response_is_told_only_when_it_counts()
    {
        await using var call = await Call.Start();
        var session = await call.Speaking();
        Reply(session, 1, 1, "A long story.");
        await call.Client.Event("response.output_audio.delta");
        session.Client.Send(new SessionEvent.SpeechStarted(8_000));
        session.Client.Send(new SessionEvent.PlayoutPaused(1));
        session.Client.Send(new SessionEvent.SpeechStopped(12_000));
        session.Client.Send(new SessionEvent.InterruptionJudged(1, "backchannel"));
        session.Client.Send(new SessionEvent.PlayoutResumed(1));
        session.Client.Send(new SessionEvent.SpeechStarted(24_000));
        session.Client.Send(new SessionEvent.PlayoutCancelled(1, "interrupted"));
        Assert.True(session.Client.TrySendAudio(1, 480, new short[480]));
        session.Client.Send(new SessionEvent.TurnCompleted(1, "x", "A long", true));
        var started = await call.Client.Event("input_audio_buffer.speech_started");
        Assert.Equal(1_500, (int)started["audio_start_ms"]!);
        var done = (await call.Client.Event("response.done"))["response"]!;
        Assert.Equal(("cancelled", "turn_detected"), ((string?)done["status"], (string?)done["status_details"]!["reason"]));

        await call.Client.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{done["output"]![0]!["id"]}}"}""");
        Assert.Equal("A long", (string?)(await call.Client.Event("conversation.item.retrieved"))["item"]!["content"]![0]!["transcript"]);
        Assert.Single(call.Types, "input_audio_buffer.speech_started");
        Assert.Single(call.Types, "response.output_audio.delta");
    }

    [Fact]
    public async Task What_a_client_truncates_was_not_heard()
    {
        await using var call = await Call.Start();
        var session = await call.Speaking();
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ReplyText(1, "one two three", [new("one", 0, 8_000), new("two", 8_000, 16_000), new("three", 16_000, 24_000)]));
        session.Client.TrySendAudio(1, 0, new short[24_000]);
        var item = (string)(await call.Client.Event("response.output_item.added"))["item"]!["id"]!;
        await call.Client.Send($$"""{"type":"conversation.item.truncate","item_id":"{{item}}","content_index":0,"audio_end_ms":5000,"event_id":"far"}""");
        Assert.Equal("far", (string?)(await call.Client.Error())["event_id"]);
        await call.Client.Send($$"""{"type":"conversation.item.truncate","item_id":"{{item}}","content_index":0,"audio_end_ms":700}""");
        await call.Client.Event("conversation.item.truncated");
        await call.Client.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{item}}"}""");
        Assert.Equal("one two", (string?)(await call.Client.Event("conversation.item.retrieved"))["item"]!["content"]![0]!["transcript"]);
        Assert.Equal("played 1 16800", session.Calls.Last(c => c.StartsWith("played", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_typed_turn_is_asked_once_and_its_item_not_told_twice()
    {
        await using var call = await Call.Start();
        await call.Client.Send(Hello);
        await call.Client.Send(Respond);
        await call.Client.Send("""{"type":"response.create","event_id":"second"}""");
        var busy = await call.Client.Error();
        Assert.Equal(("conversation_already_has_active_response", "second"), ((string?)busy["code"], (string?)busy["event_id"]));
        var session = call.Gateway.Sessions.Single;
        Assert.Equal(["answer hello"], session.Calls.Where(c => c.StartsWith("answer", StringComparison.Ordinal)));
        session.Client.Send(new SessionEvent.HypothesisFinal(1, "hello"));
        Reply(session, 1, 1, "Hello yourself.");
        session.Client.Send(new SessionEvent.ReplyEnded(1, 480));
        await call.Client.Event("response.done");
        Assert.DoesNotContain("input_audio_buffer.committed", call.Types);
        Assert.Equal(2, call.Types.Count(type => type == "conversation.item.added"));
    }

    [Fact]
    public async Task The_first_response_to_nothing_is_a_greeting()
    {
        await using var call = await Call.Start();
        await call.Client.Send(Respond);
        await call.Client.Send("""{"type":"response.cancel"}""");
        await call.Client.Error();
        Assert.True(call.Gateway.Sessions.Single.Request.Settings.Greet);
    }

    [Fact]
    public async Task Settings_reach_the_session_and_are_repeated_whole()
    {
        await using var call = await Call.Start("?model=frontdesk");
        await call.Client.Send("""{"type":"session.update","session":{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcmu"},"turn_detection":{"type":"semantic_vad","eagerness":"low"}},"output":{"voice":"v3","speed":1.25}}}}""");
        var updated = (await call.Client.Event("session.updated"))["session"]!;
        Assert.True((bool)updated["audio"]!["input"]!["turn_detection"]!["interrupt_response"]!);
        Assert.Equal("audio/pcm", (string?)updated["audio"]!["output"]!["format"]!["type"]);
        await call.Client.Append(new byte[800]);
        await call.Client.Send("""{"type":"input_audio_buffer.clear"}""");
        await call.Client.Event("input_audio_buffer.cleared");
        var request = call.Gateway.Sessions.Single.Request;
        Assert.Equal((8_000, 24_000), (request.InputRate, request.OutputRate));
        Assert.Equal(("fast", "v3", 1.25f, "patient", "frontdesk"), (request.Settings.Tier, request.Settings.Voice, request.Settings.Speed, request.Settings.Endpointing, request.Settings.Responder));
        await call.Client.Send("""{"type":"session.update","session":{"audio":{"input":{"format":{"type":"audio/pcm"}}}}}""");
        Assert.Equal("session.audio", (string?)(await call.Client.Error())["param"]);
        await call.Client.Send("""{"type":"session.update","session":{"audio":{"output":{"voice":"nobody"}}}}""");
        Assert.Equal("session.audio.output.voice", (string?)(await call.Client.Error())["param"]);
    }

    [Fact]
    public async Task Minutes_at_once_are_listened_to_at_twice_their_pace_and_bounded()
    {
        await using var call = await Call.Start("", "--Gateway:Realtime:MaxInput=00:00:02");
        await call.Client.Append(new byte[24_000 * 2 * 3]);
        Assert.Equal("input_audio_buffer_full", (string?)(await call.Client.Error())["code"]);
        await call.Client.Append(new byte[24_000 * 2 * 2]);
        await call.Client.Send("""{"type":"input_audio_buffer.clear"}""");
        await call.Client.Event("input_audio_buffer.cleared");
        Assert.InRange(call.Gateway.Sessions.Single.Heard.Count, 11_000, 30_000);
    }

    [Fact]
    public async Task When_the_client_goes_the_session_ends()
    {
        await using var call = await Call.Start();
        var session = await call.Speaking();
        await call.Client.DisposeAsync();
        await session.Detached.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Contains("close client", session.Calls);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_holds_back_no_more_than_its_bound()
    {
        await using var call = await Call.Start("", "--Gateway:QueueAudio=00:00:01");
        var session = await call.Speaking();
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        var taken = 0;
        while (taken < 100_000 && session.Client.TrySendAudio(1, taken * 480L, new short[480]))
        {
            taken++;
        }

        Assert.InRange(taken, 50, 99_999);
    }

    [Fact]
    public async Task A_function_call_ends_its_response_and_the_reply_goes_on_in_the_next()
    {
        await using var call = await Call.Start();
        var session = await call.Speaking("""{"instructions":"Be kind.","tools":[{"type":"function","name":"weather","description":"d","parameters":{"type":"object"}}]}""");
        Assert.Equal(("Be kind.", new Conversation.Sessions.ClientTool("weather", "d", """{"type":"object"}""")), (session.Request.Settings.Instructions, session.Request.Settings.Tools![0]));
        session.Client.Send(new SessionEvent.ReplyStarted(1, 1, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ToolCalled(1, "call_1", "weather", "{}"));
        var asked = (await call.Client.Event("response.done"))["response"]!;
        Assert.Equal("call_1", (string?)asked["output"]![0]!["call_id"]);
        await call.Client.Send("""{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_2","output":"sunny"}}""");
        Assert.Equal("call_not_found", (string?)(await call.Client.Error())["code"]);
        await call.Client.Send("""{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_1","output":"sunny"}}""");
        await call.Client.Event("conversation.item.done");

        // What follows from the result waits for the client to ask for it, and so does the result.
        Assert.DoesNotContain("result call_1 sunny", session.Calls);
        session.Client.Send(new SessionEvent.ReplyText(1, "It is sunny.", []));
        Assert.False(session.Client.TrySendAudio(1, 0, new short[480]));
        await call.Client.Send("""{"type":"response.create"}""");
        Assert.Equal("It is sunny.", (string?)(await call.Client.Event("response.output_audio_transcript.delta"))["delta"]);
        Assert.True(session.Client.TrySendAudio(1, 0, new short[480]));
        session.Client.Send(new SessionEvent.ReplyEnded(1, 480));
        var told = (await call.Client.Event("response.done"))["response"]!;
        Assert.NotEqual((string?)asked["id"], (string?)told["id"]);
        Assert.Equal("message", (string?)told["output"]![0]!["type"]);
        Assert.Contains("result call_1 sunny", session.Calls);
    }

    [Fact]
    public async Task Cancelling_a_response_stops_the_session_s_reply_where_it_was_heard()
    {
        await using var call = await Call.Start();
        var session = await call.Speaking();
        Reply(session, 1, 1, "A long story.");
        await call.Client.Event("response.output_audio.delta");
        await call.Client.Send("""{"type":"response.cancel"}""");
        Assert.Equal("client_cancelled", (string?)(await call.Client.Event("response.done"))["response"]!["status_details"]!["reason"]);
        await call.Client.Send("""{"type":"session.update","session":{}}""");
        await call.Client.Event("session.updated");
        Assert.Contains("stop", session.Calls);
    }

    private static void Reply(FakeSession session, int turn, int generation, string text)
    {
        session.Client.Send(new SessionEvent.ReplyStarted(turn, generation, "answer") { Asked = true });
        session.Client.Send(new SessionEvent.ReplyText(generation, text, []));
        Assert.True(session.Client.TrySendAudio(generation, 0, new short[480]));
    }

    /// <summary>A client at a gateway over scripted sessions.</summary>
    private sealed class Call : IAsyncDisposable
    {
        public required TestGateway Gateway { get; init; }

        public required RealtimeClient Client { get; init; }

        public IEnumerable<string> Types => Client.Seen.Select(e => (string)e["type"]!);

        public static async Task<Call> Start(string query = "", params string[] settings)
        {
            var gateway = await TestGateway.Start(settings);
            return new Call { Gateway = gateway, Client = await RealtimeClient.Connect(gateway.Address, query) };
        }

        public JsonObject Of(string type) => Client.Seen.First(e => (string?)e["type"] == type);

        /// <summary>The session that the first audio opens.</summary>
        public async Task<FakeSession> Speaking(string settings = "{}")
        {
            await Client.Send($$"""{"type":"session.update","session":{{settings}}}""");
            await Client.Event("session.updated");
            await Client.Append(new byte[960]);
            while (Gateway.Sessions.All.IsEmpty || !Gateway.Sessions.Single.Calls.Any())
            {
                await Task.Delay(5);
            }

            return Gateway.Sessions.Single;
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Gateway.DisposeAsync();
        }
    }
}
