using System.Collections.Concurrent;
using Conversation.Grains.Gateways;
using Conversation.Grains.Sessions;
using Conversation.Grains.Tests.Board;
using Conversation.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;

namespace Conversation.Grains.Tests.Gateways;

/// <summary>A gateway's end of a session, against a grain that the test plays.</summary>
public sealed class RemoteSessionTests : IDisposable
{
    private readonly PlayedGrain grain = new();
    private readonly PlayedClient client = new();
    private readonly RemoteSession link;

    public RemoteSessionTests()
    {
        var catalog = new SessionCatalog { Tiers = [], Responders = [], Device = "none" };
        link = new RemoteSession("s-1", new OpenSession(), client, grain, catalog, TimeProvider.System, NullLogger.Instance, _ => { });
        link.Begin(10, new OpenedSession { Session = "s-1", Token = "t", OutputRate = 24_000, FrameSamples = 480, Settings = new SessionSettings() });
    }

    public void Dispose() => link.Dispose();

    [Fact]
    public async Task What_comes_late_from_where_the_session_was_neither_holds_nor_is_heard()
    {
        await link.EventAsync(10, 0, new SessionEvent.SpeechStarted(1));
        await link.MovingAsync(10);
        Assert.Null(link.PushAudio(0, new short[512]));
        Assert.Empty(grain.Heard);

        await link.MovedAsync(11, -1);
        Assert.Equal([11], grain.Heard);
        Assert.Equal(long.MaxValue, await link.MovingAsync(10));
        await link.EventAsync(10, 1, new SessionEvent.SpeechStarted(2));
        await link.EventAsync(11, 0, new SessionEvent.SpeechStarted(3));
        Assert.Null(link.PushAudio(1, new short[512]));
        Assert.Equal([11, 11], grain.Heard);
        Assert.Equal([1, 3], client.Told.OfType<SessionEvent.SpeechStarted>().Select(started => started.Position));
    }

    [Fact]
    public void Ends_of_turns_are_counted_on_from_another_connection_and_not_piled_up()
    {
        var catalog = new SessionCatalog { Tiers = [], Responders = [], Device = "none" };
        using var next = new RemoteSession("s-1", new OpenSession(), client, grain, catalog, TimeProvider.System, NullLogger.Instance, _ => { });
        next.Begin(10, new OpenedSession { Session = "s-1", Token = "t", OutputRate = 24_000, FrameSamples = 480, LastSequence = 41, Settings = new SessionSettings() });
        next.EndTurn(keep: false);
        next.EndTurn();
        Assert.Equal([(42L, (bool?)false)], grain.Audio.Select(audio => (audio.Sequence, audio.EndTurn)));
        Assert.Null(next.PushAudio(42, new short[512]));
        next.EndTurn();
        Assert.Equal([42, 42, 43], grain.Audio.Select(audio => audio.Sequence));
    }

    [Fact]
    public async Task A_client_that_was_behind_still_gets_the_last_words()
    {
        client.Full = true;
        await link.FrameAsync(10, 0, new AudioOut(1, 0, new byte[960]));
        await link.EventAsync(10, 1, new SessionEvent.Closed("idle"));
        Assert.Empty(client.Told);
        client.Full = false;
        await Eventually.True(() => client.Told.OfType<SessionEvent.Closed>().Any(), "the client was told");
        Assert.Equal(1, client.Frames);
    }

    [Fact]
    public async Task Closing_reaches_a_session_on_the_move_though_the_client_has_gone()
    {
        grain.Refuses = 3;
        link.Close("client");
        link.Detach(client);
        await Eventually.True(() => grain.Controls.Count == 2, "both were taken");
        Assert.Equal(["client", null], grain.Controls.Select(control => control.CloseReason));
    }

    [Fact]
    public async Task What_stops_or_ends_something_does_not_wait_behind_a_reply_whose_end_of_turn_was_lost()
    {
        grain.Loses = int.MaxValue;
        link.EndTurn();
        link.Answer(new ReplyRequest());
        link.Type("And on Saturday?");
        link.Stop();
        link.GiveResult("call", "42");
        link.Close("client");
        await Eventually.True(() => grain.Controls.Count == 3, "what may pass has passed");
        Assert.Collection(
            grain.Controls,
            control => Assert.True(control.Stop),
            control => Assert.Equal("42", control.Result),
            control => Assert.Equal("client", control.CloseReason));

        grain.Loses = 0;
        await Eventually.True(() => grain.Controls.Count == 5, "the rest came");
        Assert.NotNull(grain.Controls.ElementAt(3).Answer);
        Assert.Equal("And on Saturday?", grain.Controls.Last().Text);
        Assert.Empty(client.Told);
    }

    [Fact]
    public async Task A_lost_end_of_turn_is_told_again_to_a_session_that_is_to_answer_it()
    {
        grain.Loses = 1;
        link.EndTurn();
        link.Answer(new ReplyRequest());
        await Eventually.True(() => !grain.Controls.IsEmpty, "the reply was asked for");
        Assert.Equal([(0L, (bool?)true), (0L, true)], grain.Audio.Select(audio => (audio.Sequence, audio.EndTurn)));
    }

    [Fact]
    public async Task Nothing_passes_what_waits_for_a_session_on_the_move()
    {
        grain.Refuses = 3;
        link.Answer(new ReplyRequest());
        link.Stop();
        await Eventually.True(() => grain.Controls.Count == 2, "both were taken");
        Assert.True(grain.Controls.Last().Stop);
    }

    [Theory]
    [InlineData(12, "taken_over")]
    [InlineData(0, "session_lost")]
    public async Task Who_is_no_longer_the_client_is_told_why(long epoch, string reason)
    {
        grain.Answer = new PingAnswer(false, epoch, -1);
        link.Ping();
        await Eventually.True(() => client.Told.OfType<SessionEvent.Closed>().Any(), "the client was told");
        Assert.Equal(reason, client.Told.OfType<SessionEvent.Closed>().Single().Reason);
        link.Detach(client);
        Assert.Empty(grain.Controls);
    }

    private sealed class PlayedClient : ISessionClient
    {
        public volatile bool Full;

        public ConcurrentQueue<SessionEvent> Told { get; } = new();

        public int Frames { get; private set; }

        public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
        {
            Frames += Full ? 0 : 1;
            return !Full;
        }

        public void Send(SessionEvent message) => Told.Enqueue(message);
    }

    private sealed class PlayedGrain : ISessionGrain
    {
        public int Refuses { get; set; }

        /// <summary>So many ends of turns never arrive.</summary>
        public int Loses { get; set; }

        private long turnEnd = -1;

        public PingAnswer Answer { get; set; }

        public ConcurrentQueue<long> Heard { get; } = new();

        public ConcurrentQueue<AudioIn> Audio { get; } = new();

        public ConcurrentQueue<SessionControl> Controls { get; } = new();

        public Task<OpenAnswer> OpenAsync(OpenCall call, ISessionObserver client, CancellationToken cancellation) => throw new NotSupportedException();

        public Task AudioAsync(long epoch, Guid connection, long order, AudioIn audio)
        {
            Heard.Enqueue(epoch);
            Audio.Enqueue(audio);
            if (audio.EndTurn is not null && Loses-- <= 0)
            {
                turnEnd = audio.Sequence;
            }

            return Task.CompletedTask;
        }

        public Task PlayedAsync(long epoch, int generation, long samples) => Task.CompletedTask;

        public Task<bool> ControlAsync(long epoch, SessionControl control)
        {
            if (Refuses > 0)
            {
                Refuses--;
                return Task.FromResult(false);
            }

            if (turnEnd < control.After)
            {
                return Task.FromResult(false);
            }

            Controls.Enqueue(control);
            return Task.FromResult(true);
        }

        public Task<PingAnswer> PingAsync(Guid connection) => Task.FromResult(Answer);

        public Task MoveAsync(SiloAddress target, TimeSpan within) => throw new NotSupportedException();
    }
}
