using Conversation.Gateway.Tests.Real;
using Conversation.Gateway.Tests.Support;

namespace Conversation.Gateway.Tests.Faults;

/// <summary>The line drops in the middle of a reply and another takes the session up.</summary>
[Collection("real")]
public sealed class ResumeTests(RealGateway gateway)
{
    private const string Verse = "I wandered lonely as a cloud that floats on high over vales and hills.";
    private static readonly CallOptions Echo = new() { Settings = new { greet = false, responder = "echo" } };

    [Fact]
    public async Task The_rest_of_a_reply_is_heard_from_the_sample_the_first_line_had_played()
    {
        await using var first = await RealCaller.Call(gateway.Address, Echo);
        await first.Type(Verse);
        var generation = (int)(await first.Event("reply.started"))["generation"]!;
        await first.Plays(TimeSpan.FromSeconds(0.5));
        await first.Drop();
        var resumption = first.Resumption;
        var before = first.Heard(generation);
        Assert.True(before.Samples.Length > resumption.Played, "nothing was on its way when the line dropped");

        var refused = await (await RawClient.Connect(gateway.Address)).Invoke("Open", new { inputRate = 16_000, outputRate = 16_000, resume = resumption with { Token = resumption.Token[1..] } });
        Assert.StartsWith("resume_refused: ", (string?)refused["error"], StringComparison.Ordinal);
        var mistaken = await (await RawClient.Connect(gateway.Address)).Invoke("Open", new { inputRate = 48_000, outputRate = 16_000, resume = resumption });
        Assert.StartsWith("bad_rate: ", (string?)mistaken["error"], StringComparison.Ordinal);

        await using var second = await RealCaller.Call(gateway.Address, new CallOptions { Resume = resumption });
        Assert.Equal((true, false), ((bool)second.Opened["resumed"]!, (bool)second.Opened["restored"]!));
        Assert.True((long)second.Opened["lastSequence"]! > 20, "the sequence goes on");
        var ended = await second.Event("reply.ended", e => (int)e["generation"]! == generation);
        var turn = await second.Event("turn.completed");

        // One ear that was at the first line and then at the second: every sample once. Between the lines the caller checks order by itself.
        var after = second.Heard(generation);
        Assert.Equal(resumption.Played, after.From);
        Assert.Equal((long)ended["samples"]!, after.From + after.Samples.Length);
        var overlap = before.Samples.Length - (int)after.From;
        Assert.Equal(before.Samples[(int)after.From..], after.Samples[..overlap]);
        Assert.False((bool)turn["interrupted"]!);
        Assert.DoesNotContain("\"type\":\"error\"", second.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_taken_over_while_it_still_stands_hears_no_more_and_the_other_hears_all_of_the_rest()
    {
        await using var first = await RealCaller.Call(gateway.Address, Echo);
        await first.Type(Verse);
        var generation = (int)(await first.Event("reply.started"))["generation"]!;
        await first.Plays(TimeSpan.FromSeconds(0.5));
        var resumption = first.Resumption;

        await using var second = await RealCaller.Call(gateway.Address, new CallOptions { Resume = resumption });
        Assert.Equal("taken_over", (string?)(await first.Event("closed"))["reason"]);
        await first.Gone.WaitAsync(TimeSpan.FromSeconds(30));
        var ended = await second.Event("reply.ended", e => (int)e["generation"]! == generation);
        var after = second.Heard(generation);

        // The first line may have played a little more, and have said so, before it was told.
        Assert.InRange(after.From, resumption.Played, first.Played);
        Assert.Equal((long)ended["samples"]!, after.From + after.Samples.Length);
    }

    [Fact]
    public async Task A_session_closed_on_purpose_is_gone_for_good()
    {
        await using var caller = await RealCaller.Call(gateway.Address);
        await caller.Send("Close");
        Assert.Equal("client", (string?)(await caller.Event("closed"))["reason"]);
        var answer = await (await RawClient.Connect(gateway.Address)).Invoke("Open", new { resume = caller.Resumption });
        Assert.StartsWith("session_unknown: ", (string?)answer["error"], StringComparison.Ordinal);
    }
}
