using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Hub;

/// <summary>A client that does not keep to the protocol is told so, and costs the others nothing.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, string> BadOpens => new()
    {
        { """{"version":2}""", "bad_version: Protocol version 2 is not spoken here; supported: 1." },
        { """{"inputRate":44000}""", "bad_rate: inputRate 44000 is not taken; give one of 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000." },
        { """{"outputRate":0}""", "bad_rate: outputRate 0 is not made; ask for one of 8000, 16000, 24000, 48000." },
        { """{"inputRate":"fast"}""", "bad_arguments: Open: the value at $.inputRate is of the wrong kind." },
        { """{"inputRate":1e99}""", "bad_arguments: Open: the value at $.inputRate is of the wrong kind." },
        { "[]", "bad_arguments: Open: the value at $ is of the wrong kind." },
        { """{"resume":{"session":"s9"}}""", "bad_arguments: resume needs session and token as opened gave them, and generation and played from 0." },
        { """{"resume":{"session":"s9","token":"x","played":-1}}""", "bad_arguments: resume needs session and token as opened gave them, and generation and played from 0." },
        { """{"resume":{"session":"s9","token":"x"}}""", "unknown_session: No such session." },
        { """{"settings":{"speed":"quick"}}""", "bad_arguments: Open: the value at $.settings.speed is of the wrong kind." },
    };

    [Theory, MemberData(nameof(BadOpens))]
    public async Task A_bad_open_is_refused_in_words_and_may_be_tried_again(string request, string error)
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.SendRaw($$"""{"type":1,"invocationId":"a","target":"Open","arguments":[{{request}}]}""" + "\u001e");
        var answer = await client.Until(message => (string?)message["invocationId"] == "a");
        Assert.Equal(error, (string?)answer["error"]);
        await client.Open();
    }

    public static TheoryData<string, string, string> BadMessages => new()
    {
        { """{"type":1,"target":"Audio","arguments":[0,"AAA"]}""", "bad_audio", "base64" },
        { """{"type":1,"target":"Audio","arguments":[0,"!!!!"]}""", "bad_audio", "base64" },
        { """{"type":1,"target":"Audio","arguments":[0,"AAAA"]}""", "bad_audio", "3 bytes" },
        { """{"type":1,"target":"Audio","arguments":[0,""]}""", "bad_audio", "0 bytes" },
        { """{"type":1,"target":"Audio","arguments":[0,null]}""", "bad_audio", "must be a string" },
        { """{"type":1,"target":"Audio","arguments":[0,[1,[2]]]}""", "bad_audio", "must be a string" },
        { """{"type":1,"target":"Audio","arguments":[0,{"a":{"b":1}}]}""", "bad_audio", "must be a string" },
        { """{"type":1,"target":"Audio","arguments":[0,"\ud800"]}""", "bad_audio", "not valid text" },
        { """{"type":1,"target":"Audio","arguments":[500,"AAA="]}""", "bad_sequence", "500 where 0 was due" },
        { """{"type":1,"target":"Audio","arguments":[-1,"AAA="]}""", "bad_sequence", "-1 where 0" },
        { """{"type":1,"target":"Audio","arguments":["zero","AAA="]}""", "bad_arguments", "Audio" },
        { """{"type":1,"target":"Audio","arguments":[9223372036854775808,"AAA="]}""", "bad_arguments", "Audio" },
        { """{"type":1,"target":"Audio","arguments":[0.5,"AAA="]}""", "bad_arguments", "Audio" },
        { """{"type":1,"target":"Audio","arguments":[0]}""", "bad_arguments", "wrong number" },
        { """{"type":1,"target":"Audio","arguments":[]}""", "bad_arguments", "wrong number" },
        { """{"type":1,"target":"Audio","arguments":[0,"AAA=",1]}""", "bad_arguments", "wrong number" },
        { """{"type":1,"target":"Played","arguments":[-1,0]}""", "bad_arguments", "count from 0" },
        { """{"type":1,"target":"Played","arguments":[0,-5]}""", "bad_arguments", "count from 0" },
        { """{"type":1,"target":"Text","arguments":[""]}""", "text_too_long", "1 to 2000" },
        { """{"type":1,"target":"Text","arguments":[null]}""", "text_too_long", "1 to 2000" },
        { """{"type":1,"target":"Text","arguments":[7]}""", "bad_arguments", "Text" },
        { """{"type":1,"target":"Text","arguments":["refuse me"]}""", "busy_typing", "Not now." },
        { """{"type":1,"target":"Configure","arguments":[null]}""", "bad_arguments", "settings are missing" },
        { """{"type":1,"target":"Configure","arguments":["loud"]}""", "bad_arguments", "Configure" },
        { """{"type":1,"target":"Configure","arguments":[{"voice":"nobody"}]}""", "bad_setting", "No such voice." },
        { """{"type":1,"target":"Open","arguments":[{"version":1}]}""", "", "" },
        { """{"type":1,"target":"Sing","arguments":[]}""", "unknown_method", "There is no method 'Sing'; there are Open, Audio" },
        { """{"type":1,"target":"Refuse","arguments":[{"fault":{"code":"x","message":"y"}}]}""", "unknown_method", "'Refuse'" },
        { """{"type":1,"target":"Refuse","arguments":[null]}""", "unknown_method", "'Refuse'" },
        { """{"type":1,"target":"OnConnectedAsync","arguments":[]}""", "unknown_method", "OnConnectedAsync" },
        { """{"type":1,"target":"Dispose","arguments":[]}""", "unknown_method", "Dispose" },
    };

    [Theory, MemberData(nameof(BadMessages))]
    public async Task A_bad_message_gets_an_error_event_and_the_session_goes_on(string message, string code, string says)
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        await client.SendRaw(message + "\u001e");
        if (code.Length > 0)
        {
            Assert.Contains(says, await client.Error(code), StringComparison.Ordinal);
        }

        await client.SendAudio(0, new short[160]);
        while (!gateway.Sessions.Single.Calls.Contains("audio 0 160"))
        {
            await TalkTests.Called(gateway.Sessions.Single, 1);
        }
    }

    [Fact]
    public async Task What_is_called_for_an_answer_is_answered_with_the_error()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        Assert.StartsWith("unknown_method: There is no method 'Sing'", (string?)(await client.Invoke("Sing"))["error"], StringComparison.Ordinal);
        Assert.StartsWith("already_open: ", (string?)(await client.Invoke("Open", new { }))["error"], StringComparison.Ordinal);
        Assert.StartsWith("bad_arguments: Played", (string?)(await client.Invoke("Played", "x", "y"))["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Audio", "[0,\"AAA=\"]")]
    [InlineData("Played", "[0,0]")]
    [InlineData("Text", "[\"hello\"]")]
    [InlineData("Configure", "[{}]")]
    [InlineData("Close", "[]")]
    public async Task Nothing_is_taken_before_open(string method, string arguments)
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.SendRaw($$"""{"type":1,"target":"{{method}}","arguments":{{arguments}}}""" + "\u001e");
        Assert.Contains(method, await client.Error("not_open"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audio_longer_than_a_tenth_of_a_second_is_refused_by_its_length()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open(new { inputRate = 8_000 });
        await client.SendAudio(0, new short[801]);
        Assert.Contains("100 ms at 8000 Hz", await client.Error("bad_audio"), StringComparison.Ordinal);
        await client.SendAudio(0, new short[800]);
        await TalkTests.Called(gateway.Sessions.Single, 1);
    }

    [Fact]
    public async Task A_tenth_of_a_second_at_48_kHz_fits_a_message()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open(new { inputRate = 48_000 });
        await client.SendAudio(0, Enumerable.Repeat((short)-1, 4_800).ToArray());
        await TalkTests.Called(gateway.Sessions.Single, 1);
        Assert.Equal(4_800, gateway.Sessions.Single.Heard.Count);
    }

    [Fact]
    public async Task A_typed_turn_of_the_full_length_fits_a_message_however_it_is_escaped()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        await client.Send("Text", new string('é', 2_000));
        await TalkTests.Called(gateway.Sessions.Single, 1);
        Assert.Equal("text " + new string('é', 2_000), gateway.Sessions.Single.Calls.Single());
        await client.Send("Text", new string('e', 2_001));
        await client.Error("text_too_long");
    }

    [Fact]
    public async Task A_giant_message_closes_its_connection_with_the_reason_and_no_other()
    {
        await using var gateway = await TestGateway.Start();
        await using var other = await gateway.Connect();
        await other.Open();
        await using var client = await gateway.Connect();
        await client.Open();
        await client.SendRaw("{\"type\":1,\"target\":\"Text\",\"arguments\":[\"" + new string('x', 4_000_000));
        var error = await client.Closed();
        Assert.Equal("message_too_large: A message may hold 16384 bytes; send audio in pieces of 20 to 40 ms.", error);
        await Works(other, gateway.Sessions.All["s0"]);
    }

    [Theory]
    [InlineData("this is no json\u001e")]
    [InlineData("{\"type\":1,\u001e")]
    [InlineData("[1,2]\u001e")]
    [InlineData("{\"type\":\"one\"}\u001e")]
    [InlineData("{\"target\":\"Audio\"}\u001e")]
    public async Task What_is_not_the_protocol_closes_its_connection_with_the_reason(string message)
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        await client.SendRaw(message);
        Assert.StartsWith("bad_message: ", await client.Closed(), StringComparison.Ordinal);
        await gateway.Sessions.Single.Detached.Task;
    }

    [Fact]
    public async Task Many_faulty_messages_close_the_connection()
    {
        await using var gateway = await TestGateway.Start("--Gateway:MaxFaults", "5");
        await using var client = await gateway.Connect();
        await client.Open();
        for (var n = 0; n < 5; n++)
        {
            await client.Send("Nonsense");
        }

        Assert.Equal("too_many_errors", (string?)(await client.Event("closed"))["reason"]);
        await client.Closed();
        await gateway.Sessions.Single.Detached.Task;
    }

    [Fact]
    public async Task A_session_that_throws_is_not_the_clients_fault_and_does_not_end_it()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        gateway.Sessions.Single.OnAudio = () => throw new InvalidOperationException("secret inside");
        await client.SendAudio(0, new short[160]);
        Assert.DoesNotContain("secret", await client.Error("internal"), StringComparison.Ordinal);
        gateway.Sessions.Single.OnAudio = null;
        await Works(client, gateway.Sessions.Single);
    }

    internal static async Task Works(RawClient client, FakeSession session)
    {
        session.Client.Send(new SessionEvent.HypothesisFinal(1, "still here"));
        Assert.Equal("still here", (string?)(await client.Event("hypothesis.final"))["text"]);
    }
}
