using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.Answering;
using Conversation.Gateway.Telephony.Outbound;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Conversation.Gateway.Tests.Telephony.Answering;

/// <summary>A call that listens first, over scripted sessions: its audio is its clock.</summary>
public sealed class AnswerSessionTests : IAsyncLifetime
{
    private const string Key = "a-key-of-sixteen-characters";
    private readonly Line line = new();
    private TestGateway gateway = null!;
    private ISession call = null!;

    public async Task InitializeAsync() => gateway = await TestGateway.Start("--Gateway:Outbound:Keys:0", Key);

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task A_call_that_does_not_ask_for_it_has_one_session_as_ever()
    {
        await Open(null);
        Assert.IsType<FakeSession>(call);
        Assert.True(gateway.Sessions.Single.Request.Settings.Greet);
    }

    [Fact]
    public async Task A_call_from_outside_cannot_ask_for_it()
    {
        await Open("hangup", outbound: false);
        Assert.IsType<FakeSession>(call);
    }

    [Fact]
    public async Task A_person_is_greeted_by_a_session_that_knows_it()
    {
        await Open("hangup");
        var first = Session(0);
        Assert.Equal((false, "listening", 0), (first.Request.Settings.Greet, first.Request.Settings.TurnTaking, first.Request.Settings.IdleAfterMs));
        Person(first);
        var second = Session(1);
        Assert.Equal(("human", true, (string?)null), (second.Request.Caller!.AnsweredBy, second.Request.Settings.Greet, second.Request.Settings.TurnTaking));
        Assert.Contains("close answered", first.Calls);
        Assert.DoesNotContain(line.Events, message => message is SessionEvent.Closed);

        SpinWait.SpinUntil(() => { Push(20, loud: false); return second.Calls.Any(one => one.StartsWith("audio", StringComparison.Ordinal)); }, 10_000);
        Assert.Contains("audio 0 160", second.Calls);
        second.Client.Send(new SessionEvent.ReplyStarted(0, 1, "greeting"));
        Assert.Contains(line.Events, message => message is SessionEvent.ReplyStarted);
        call.Played(1, 160);
        Assert.Contains("played 1 160", second.Calls);
        call.Close("hung_up");
        Assert.Contains("close hung_up", second.Calls);
    }

    [Fact]
    public async Task Where_nobody_greets_the_hello_is_the_first_turn()
    {
        await Open("hangup", greet: false);
        Session(0).Client.Send(new SessionEvent.HypothesisDelta(0, "Hello"));
        Person(Session(0));
        Eventually(() => Session(1).Calls.Contains("text Hello"));
    }

    [Fact]
    public async Task A_machine_is_hung_up_on_and_told_of()
    {
        gateway.Services.GetRequiredService<OutboundBook>().Begun(new OutboundStatus("c1", "asterisk", "x"));
        await Open("hangup");
        Machine();
        var asked = Assert.Single(line.Events.OfType<SessionEvent.ActionRequested>());
        Assert.Equal(("hangup", "machine"), (asked.Name, asked.Values!["answered_by"]));
        Push(10_000, loud: false);
        Assert.Single(gateway.Sessions.All);

        gateway.Http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        using var answer = JsonDocument.Parse(await gateway.Http.GetStringAsync(new Uri("/v1/calls/c1", UriKind.Relative)));
        Assert.Equal(("machine", "words"), (answer.RootElement.GetProperty("answeredBy").GetString(), answer.RootElement.GetProperty("reason").GetString()));
        Assert.True(answer.RootElement.GetProperty("afterMs").GetInt32() > 0);
    }

    [Fact]
    public async Task A_machine_gets_its_message_after_the_beep_and_the_call_ends_once_it_is_heard()
    {
        await Open("message");
        Machine();
        Push(2_000, loud: true);
        Assert.Single(gateway.Sessions.All);
        Beep(400);
        Assert.Single(gateway.Sessions.All);
        Push(400, loud: false);
        var second = Session(1);
        Assert.Equal(("machine", true, false), (second.Request.Caller!.AnsweredBy, second.Request.Settings.Greet, second.Request.Settings.Interruptible));
        second.Client.Send(new SessionEvent.ReplyStarted(0, 3, "greeting"));
        second.Client.Send(new SessionEvent.ReplyEnded(3, 8_000));
        call.Played(3, 7_999);
        Assert.Empty(line.Events.OfType<SessionEvent.ActionRequested>());
        call.Played(3, 8_000);
        Assert.Single(line.Events.OfType<SessionEvent.ActionRequested>());
    }

    [Fact]
    public async Task A_message_that_never_comes_does_not_hold_the_line_for_ever()
    {
        await Open("message");
        Machine();
        Beep(400);
        Push(400, loud: false);
        Session(1);
        Eventually(() =>
        {
            Push(20_000, loud: false);
            return line.Events.OfType<SessionEvent.ActionRequested>().Any();
        });
        Push(200_000, loud: false);
        Assert.Single(line.Events.OfType<SessionEvent.ActionRequested>());
    }

    [Fact]
    public async Task With_a_machine_as_with_a_person_where_that_is_asked_for()
    {
        await Open("talk");
        Machine();
        Assert.Equal(("machine", (bool?)null), (Session(1).Request.Caller!.AnsweredBy, Session(1).Request.Settings.Interruptible));
    }

    [Fact]
    public async Task What_the_carrier_says_is_not_listened_for_again()
    {
        await Open("hangup", carrierSays: "human");
        Assert.Equal("human", Session(1).Request.Caller!.AnsweredBy);
        await Open("hangup", carrierSays: "machine_start");
        Assert.Single(line.Events.OfType<SessionEvent.ActionRequested>());
    }

    [Fact]
    public async Task Nobody_at_all_is_greeted_after_a_while()
    {
        await Open("hangup");
        Push(3_900, loud: false);
        Assert.Single(gateway.Sessions.All);
        Push(200, loud: false);
        Assert.Equal("unknown", Session(1).Request.Caller!.AnsweredBy);
    }

    [Fact]
    public async Task A_call_that_ends_while_its_session_opens_leaves_none()
    {
        await Open("hangup");
        using var goes = new ManualResetEventSlim();
        gateway.Sessions.Opening = _ => goes.Wait();
        Person(Session(0));
        call.Close("hung_up");
        goes.Set();
        Eventually(() => gateway.Sessions.All.TryGetValue("s1", out var second) && second.Calls.Contains("close hung_up"));
    }

    [Fact]
    public async Task Without_a_second_session_the_call_ends()
    {
        await Open("hangup");
        gateway.Sessions.Fault = new SessionFault("too_many", "Full.");
        Person(Session(0));
        Eventually(() => line.Events.OfType<SessionEvent.Closed>().Any(closed => closed.Reason == "too_many"));
    }

    [Fact]
    public async Task A_call_is_told_of_to_those_with_a_key()
    {
        using var none = await gateway.Http.GetAsync(new Uri("/v1/calls/c9", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        gateway.Http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        using var unknown = await gateway.Http.GetAsync(new Uri("/v1/calls/c9", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("\"message\"", "message", true)]
    [InlineData("\"shout\"", null, false)]
    [InlineData("1", null, false)]
    public void A_call_may_say_what_becomes_of_machines(string given, string? read, bool fits)
    {
        var (_, asked, fault) = OutboundRequest.Read(Encoding.UTF8.GetBytes($$"""{"to":"+15551234567","carrier":"asterisk","detectMachine":true,"whenMachine":{{given}}}"""), "id");
        Assert.Equal((read, fits), (asked?.WhenMachine, fault is null));
    }

    private async Task Open(string? whenMachine, bool outbound = true, bool greet = true, string? carrierSays = null)
    {
        line.Events.Clear();
        gateway.Sessions.All.Clear();
        var attributes = whenMachine is null ? new Dictionary<string, string>() : AnswerPlan.Write(carrierSays is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["answeredBy"] = carrierSays }, "c1", whenMachine);
        var caller = new CarrierCaller { Carrier = "test", CallId = "call", Rate = 8_000, Route = new CarrierRoute { Greet = greet }, Caller = new CallerInfo { Outbound = outbound, Attributes = attributes } };
        call = (await AnswerSession.OpenAsync(gateway.Services.GetRequiredService<CarrierHost>(), caller, line, default)).Session!;
    }

    private FakeSession Session(int number)
    {
        Eventually(() => gateway.Sessions.All.ContainsKey($"s{number}"));
        return gateway.Sessions.All[$"s{number}"];
    }

    private void Person(FakeSession first)
    {
        Push(400, loud: false);
        first.Client.Send(new SessionEvent.SpeechStarted(0));
        Push(500, loud: true);
        Push(1_500, loud: false);
    }

    private void Machine()
    {
        Push(200, loud: false);
        Session(0).Client.Send(new SessionEvent.SpeechStarted(0));
        Push(1_000, loud: true);
        Session(0).Client.Send(new SessionEvent.HypothesisDelta(0, "Please leave a"));
        Session(0).Client.Send(new SessionEvent.HypothesisDelta(0, " message"));
        Push(20, loud: true);
    }

    /// <summary>Noise stands for a voice, as a tone would be a beep.</summary>
    private void Push(int ms, bool loud)
    {
        var random = new Random(ms);
        for (var at = 0; at < ms; at += 20)
        {
            call.PushAudio(0, [.. Enumerable.Range(0, 160).Select(_ => (short)(loud ? random.Next(-8_000, 8_001) : 0))]);
        }
    }

    private void Beep(int ms)
    {
        for (var at = 0; at < ms; at += 20)
        {
            call.PushAudio(0, [.. Enumerable.Range(at * 8, 160).Select(n => (short)(6_000 * Math.Sin(2 * Math.PI * 1_000 * n / 8_000)))]);
        }
    }

    private static void Eventually(Func<bool> holds) => Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "it did not come about");

    private sealed class Line : ISessionClient
    {
        public ConcurrentQueue<SessionEvent> Events { get; } = new();

        public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm) => true;

        public void Send(SessionEvent message) => Events.Enqueue(message);
    }
}
