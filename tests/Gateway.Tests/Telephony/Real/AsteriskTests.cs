using Conversation.Sessions;
using Conversation.TestKit.Telephony;
using Xunit.Abstractions;

namespace Conversation.Gateway.Tests.Telephony.Real;

/// <summary>Calls through a real Asterisk with the real models, its own voice for a caller. They run alone, for they keep time.</summary>
[Collection(PhoneLine.Collection)]
public sealed class AsteriskTests(PhoneLine phone, ITestOutputHelper output) : IAsyncLifetime
{
    public Task InitializeAsync() => phone.Clear();

    public Task DisposeAsync() => Task.CompletedTask;

    [AsteriskFact]
    public async Task A_question_asked_by_chan_websocket_is_heard_and_answered() => await Asks("json");

    [AsteriskFact]
    public async Task A_question_asked_by_chan_websocket_in_plain_words_at_8_kHz_is_heard_and_answered() => await Asks("plain");

    [AsteriskFact]
    public async Task Speaking_over_a_reply_by_chan_websocket_silences_it() => await Interrupts("json");

    [AsteriskFact]
    public async Task A_question_asked_by_AudioSocket_is_heard_and_answered() => await Asks("app");

    [AsteriskFact]
    public async Task A_question_asked_by_AudioSocket_at_16_kHz_is_heard_and_answered() => await Asks("driver");

    [AsteriskFact]
    public async Task Keys_pressed_by_AudioSocket_are_typed() => await Keys("app");

    [AsteriskFact]
    public async Task Keys_pressed_by_chan_websocket_are_typed() => await Keys("json");

    [AsteriskFact]
    public async Task A_question_asked_by_ARI_is_heard_and_answered() => await Asks("ari");

    [AsteriskFact]
    public async Task Speaking_over_a_reply_by_ARI_silences_it() => await Interrupts("ari");

    [AsteriskFact]
    public async Task Keys_pressed_by_ARI_are_typed() => await Keys("ari");

    [AsteriskFact]
    public async Task Thirty_calls_at_once_all_stay_until_they_hang_up()
    {
        const int calls = 30;
        var written = phone.Asterisk.Log.Length;
        phone.Gateway.Events.Clear();
        for (var n = 0; n < calls; n++)
        {
            await phone.Asterisk.Call("app", "quiet");
        }

        await Task.Delay(TimeSpan.FromSeconds(5));
        Assert.Equal(calls, phone.Gateway.Calls);
        Assert.Empty(phone.Gateway.Events.OfType<SessionEvent.Closed>());
        await phone.Asterisk.Cli("channel request hangup all");
        for (var tries = 0; phone.Gateway.Events.OfType<SessionEvent.Closed>().Count(closed => closed.Reason == "hung_up") < calls; tries++)
        {
            Assert.True(tries < 500, phone.Gateway.Trace);
            await Task.Delay(20);
        }

        Assert.DoesNotContain("ERROR", phone.Asterisk.Log[written..], StringComparison.Ordinal);
    }

    [AsteriskFact]
    public async Task Hung_up_on_from_here_the_dialplan_goes_on()
    {
        // A server of one's own, as what matters is the message and not who sends it.
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        await phone.Asterisk.Set("ELSEWHERE", server.LocalEndpoint.ToString()!);
        await phone.Asterisk.Call("elsewhere", "quiet");
        using var call = await server.AcceptTcpClientAsync();
        await call.GetStream().WriteAsync(new byte[] { 0, 0, 0 });
        for (var tries = 0; !phone.Asterisk.Log.Contains("the plan goes on", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 250, phone.Asterisk.Log);
            await Task.Delay(20);
        }

        await phone.Asterisk.Redirect("bye");
    }

    private async Task Keys(string extension)
    {
        var (gateway, asterisk) = (phone.Gateway, phone.Asterisk);
        gateway.Events.Clear();
        await asterisk.Call(extension, "keys");
        var turn = await gateway.Event<SessionEvent.TurnCompleted>();
        await asterisk.Redirect("bye");
        await gateway.Event<SessionEvent.Closed>();
        Assert.True(turn.User == "125", gateway.Trace);
    }

    [AsteriskFact]
    public async Task Speaking_over_a_reply_by_AudioSocket_silences_it() => await Interrupts("app");

    private async Task Asks(string extension)
    {
        var (gateway, asterisk) = (phone.Gateway, phone.Asterisk);
        gateway.Events.Clear();
        asterisk.Keep("ask", await gateway.Speak("What are your opening hours?"));
        await asterisk.Call(extension, "ask");
        var turn = await gateway.Event<SessionEvent.TurnCompleted>();
        output.WriteLine($"{turn}");
        Assert.True(turn.User.Contains("opening hours", StringComparison.OrdinalIgnoreCase) && !turn.Interrupted, gateway.Trace);
        await asterisk.Redirect("bye");
        Assert.Equal("hung_up", (await gateway.Event<SessionEvent.Closed>()).Reason);
        var (heard, said) = asterisk.Recording("call.raw");
        Assert.True(said.Count(sample => Math.Abs((int)sample) > 1_000) > 2_000, "the caller said nothing");
        Assert.True(heard.Count(sample => Math.Abs((int)sample) > 1_000) > 2_000, $"the caller heard nothing{Environment.NewLine}{gateway.Trace}");
    }

    private async Task Interrupts(string extension)
    {
        List<double> times = [];
        var (gateway, asterisk) = (phone.Gateway, phone.Asterisk);
        gateway.Events.Clear();
        asterisk.Keep("ask", await gateway.Speak("What are your opening hours?"));
        asterisk.Keep("over", await gateway.Speak("Wait a moment, please, I would like to book an appointment instead."));
        for (var call = 0; call < 3; call++)
        {
            gateway.Events.Clear();
            await asterisk.Call(extension, "ask");
            await gateway.Event<SessionEvent.ReplyStarted>();
            // Sooner, it would be the same turn going on.
            await Task.Delay(TimeSpan.FromSeconds(1.3));
            await asterisk.Redirect("over");
            await gateway.Event<SessionEvent.PlayoutCancelled>(cancelled => cancelled.Reason == "interrupted");
            await gateway.Event<SessionEvent.HypothesisFinal>(final => final.Text.Contains("appointment", StringComparison.OrdinalIgnoreCase));
            await asterisk.Redirect("bye");
            await gateway.Event<SessionEvent.Closed>();
            times.Add(Silenced(asterisk));
        }

        output.WriteLine($"onset to silence at the caller: {string.Join(", ", times.Select(time => $"{time:0} ms"))}");
        // How soon is the bench's (calls barge-in); here, that it is while the caller is still speaking.
        Assert.True(times.Max() <= 2_000, string.Join(", ", times));
    }

    /// <summary>Milliseconds from the caller's second onset to the last sound of the reply that was playing, in the recording at the caller.</summary>
    private static double Silenced(AsteriskServer asterisk)
    {
        var (heard, said) = asterisk.Recording("call.raw");
        var loudSaid = Loud(said);
        var loudHeard = Loud(heard);
        var reply = Array.FindIndex(loudHeard, loud => loud);
        var onset = Array.FindIndex(loudSaid, reply, loud => loud);
        Assert.True(Array.FindIndex(loudSaid, loud => loud) < reply, "the recording's channels are not as thought");
        Assert.True(reply > 0 && onset > 0, "there was no reply, or nothing was said over it");
        // Half a second of silence ends it: no pause between words is as long, and the next reply comes later.
        var last = onset;
        for (var at = onset; at < loudHeard.Length && at - last < 50; at++)
        {
            last = loudHeard[at] ? at : last;
        }

        return (last + 1 - onset) * 10;
    }

    /// <summary>Which 10 ms hold sound.</summary>
    private static bool[] Loud(short[] pcm) => [.. pcm.Chunk(80).Select(piece => Math.Sqrt(piece.Average(sample => (double)sample * sample)) > 200)];
}
