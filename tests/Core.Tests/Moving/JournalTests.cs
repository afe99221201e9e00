using System.Text.Json;
using Conversation.Core.Endpointing;
using Conversation.Core.Trace;

namespace Conversation.Core.Tests.Moving;

public sealed class JournalTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private readonly CoreOptions _options = new() { Greet = false };
    private TimeSpan _now;
    private long _position;

    [Fact]
    public void Twenty_seconds_of_speech_are_small()
    {
        var core = Opened(_options);
        var random = new Random(1);
        var words = 0;
        for (var i = 0; i < 625; i++)
        {
            Window(core, 0.9f + (random.NextSingle() / 10), -20 - random.NextSingle(), 100 + (random.NextSingle() * 50), out var asked);
            if (asked is not null)
            {
                words = (int)(i * 0.08);
                core.Handle(SessionInput.Recognized(asked.Request, string.Join(' ', Enumerable.Repeat("words", words))), _now);
                Drain(core, out _);
            }
        }

        Assert.True(words > 40);
        var json = JsonSerializer.SerializeToUtf8Bytes(core.Snapshot());
        output.WriteLine($"{core.JournalLength} inputs, {json.Length} bytes");
        Assert.InRange(json.Length, 20_000, 100_000);
    }

    [Fact]
    public void Quiet_needs_no_journal()
    {
        var core = Opened(_options);
        for (var i = 0; i < 100; i++)
        {
            Window(core, 0.02f, -60, 0, out _);
        }

        Assert.True(core.IsQuiet);
        Assert.Equal(1, core.JournalLength);
        var snapshot = core.Snapshot();
        Assert.Empty(snapshot.Journal);
        Assert.Equal(_now, snapshot.Now);
        Assert.Equal(51_200, snapshot.Baseline.LastWindow.Value);
        var json = JsonSerializer.SerializeToUtf8Bytes(snapshot);
        output.WriteLine($"{json.Length} bytes");
        Assert.True(json.Length < 8_000);
    }

    [Fact]
    public void A_broken_level_does_not_keep_it_from_moving()
    {
        var core = Opened(_options);
        Window(core, 0.4f, float.NegativeInfinity, 120, out _);
        Window(core, 0.4f, float.NaN, 120, out _);
        var json = JsonSerializer.Serialize(core.Snapshot());
        Assert.Contains("NaN", json, StringComparison.Ordinal);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<CoreSnapshot>(json)!.Restore(out _).Snapshot()));
    }

    [Fact]
    public void Time_and_audio_go_on_after_a_move()
    {
        var moved = Opened(_options with { Idle = new() { After = TimeSpan.FromSeconds(5) } }).Snapshot().Restore(out var outstanding);
        Assert.Equal(TimeSpan.FromSeconds(5), outstanding.NextDeadline);
        moved.Handle(SessionInput.Tick(), TimeSpan.FromSeconds(7));
        Assert.True(moved.TryTake(out var prompt));
        Assert.Equal(new SessionOutput.PrepareReply(1, 1, ReplyKind.IdlePrompt, ""), prompt);
    }

    [Fact]
    public void What_was_prepared_comes_anew_and_what_was_committed_is_kept()
    {
        var core = Opened(_options);
        Say(core, "Could you tell me when you open?");
        core.Handle(SessionInput.ReplyText(1, "From nine. "), _now);
        core.Handle(SessionInput.ReplyAudio(1, new(2_400), [new("From", new(0), new(1_200)), new("nine.", new(1_200), new(2_400))]), _now);
        core.Handle(SessionInput.Expects(1, ExpectedAnswer.YesNo), _now);
        core.Handle(SessionInput.CloseAfterReply(1, "done"), _now);
        core.Handle(SessionInput.ReplyEnded(1, new(2_400)), _now);
        var prepared = core.Snapshot();
        Assert.DoesNotContain(prepared.Journal, l => l.Contains("generation=", StringComparison.Ordinal));
        Assert.Equal(5, prepared.Journal.Count(l => l.EndsWith(" > Tick", StringComparison.Ordinal)));
        Assert.Equal(core.JournalLength, prepared.Journal.Count);
        prepared.Restore(out var outstanding);
        Assert.Equal(new SessionOutput.PrepareReply(1, 1, ReplyKind.Answer, "Could you tell me when you open?"), outstanding.Prepared);
        Assert.Null(outstanding.Committed);
        for (var i = 0; i < 60 && outstanding.Committed is null; i++)
        {
            Window(core, 0.02f, -60, 0, out _);
            core.Snapshot().Restore(out outstanding);
        }

        Assert.Null(outstanding.Prepared);
        Assert.Equal(new CommittedReply(1, 1, ReplyKind.Answer, "Could you tell me when you open?", Paused: false, Ended: true, new(2_400), new(0)), outstanding.Committed);
        Assert.Equal(_position, outstanding.AudioUntil.Value);
    }

    [Fact]
    public void Options_that_wait_for_the_next_turn_wait_after_a_move_too()
    {
        var core = Opened(_options);
        Window(core, 0.95f, -20, 0, out _);
        core.Configure(_options with { Endpointing = EndpointingOptions.Patient });
        for (var i = 0; i < 60; i++)
        {
            Window(core, 0.02f, -60, 0, out _);
        }

        Assert.True(core.IsQuiet);
        var json = JsonSerializer.Serialize(core.Snapshot());
        var moved = JsonSerializer.Deserialize<CoreSnapshot>(json)!;
        Assert.Equal(EndpointingOptions.Balanced, moved.Baseline.Options.Endpointing);
        Assert.Equal(EndpointingOptions.Patient, moved.Baseline.NextOptions?.Endpointing);
        Assert.Equal(json, JsonSerializer.Serialize(moved.Restore(out _).Snapshot()));
    }

    [Fact]
    public void Too_long_a_journal_is_given_up_until_the_next_rest()
    {
        var core = new JournalingCore(new SessionCore(new()));
        core.Handle(SessionInput.Opened(), _now);
        core.Handle(SessionInput.ReplyAudio(1, new(24_000_000), []), _now);
        Drain(core, out _);
        for (var i = 0; i < JournalingCore.MostInputs - 2; i++)
        {
            core.Handle(SessionInput.Played(1, new(i)), _now);
        }

        Assert.True(core.CanMove);
        Assert.Equal(JournalingCore.MostInputs, core.JournalLength);
        core.Handle(SessionInput.Tick(), _now);
        Assert.False(core.CanMove);
        Assert.Equal(0, core.JournalLength);
        Assert.Throws<InvalidOperationException>(core.Snapshot);
        core.Handle(SessionInput.ReplyEnded(1, new(100)), _now);
        Drain(core, out _);
        Assert.True(core.CanMove);
        Assert.Empty(core.Snapshot().Journal);
    }

    [Fact]
    public void What_cannot_move_says_so()
    {
        var core = new JournalingCore(new SessionCore(new()));
        core.Handle(SessionInput.Opened(), _now);
        Assert.Throws<InvalidOperationException>(core.Snapshot);
        Drain(core, out _);
        Assert.Equal(["0.000 > Opened restored=false lastTurn=0"], core.Snapshot().Journal);
        core.Handle(SessionInput.CloseRequested("bye"), _now);
        Drain(core, out _);
        Assert.False(core.CanMove);
        Assert.Throws<InvalidOperationException>(core.Snapshot);
        var busy = new SessionCore(new());
        busy.Handle(SessionInput.Opened(), _now);
        Assert.Throws<ArgumentException>(() => new JournalingCore(busy));
    }

    [Fact]
    public void It_is_not_quiet_while_an_output_waits()
    {
        var core = Opened(_options);
        Assert.True(core.IsQuiet);
        for (var i = 0; i < 125; i++)
        {
            Score(core, 0.02f, -60, 0);
        }

        Assert.False(core.IsQuiet);
        Assert.Throws<InvalidOperationException>(core.Snapshot);
        Drain(core, out _);
        Assert.True(core.IsQuiet);
        Assert.Empty(core.Snapshot().Journal);
    }

    [Fact]
    public void What_is_damaged_is_a_format_error()
    {
        var good = Opened(_options).Snapshot();
        var options = new CoreOptions { OutputRate = 1 };
        CoreSnapshot[] bad =
        [
            good with { Baseline = good.Baseline with { Format = 2 } }, good with { Baseline = good.Baseline with { Pitch = [] } },
            good with { Baseline = good.Baseline with { Options = options } }, good with { Baseline = good.Baseline with { NextOptions = options } },
            good with { Journal = ["1 > Nonsense"] }, good with { Journal = [SessionTrace.Configured(options, _now)] },
            good with { Baseline = good.Baseline with { Options = null! } }, good with { Baseline = good.Baseline with { Options = new() { Idle = null! } } },
        ];
        Assert.All(bad, snapshot => Assert.Throws<FormatException>(() => snapshot.Restore(out _)));
    }

    [Fact]
    public void It_costs_nothing_per_window()
    {
        var core = Opened(_options);
        Say(core, "Could you tell me when you open?");
        for (var i = 0; i < 60; i++)
        {
            Window(core, 0.02f, -60, 0, out _);
        }

        core.Handle(SessionInput.ReplyAudio(1, new(24_000_000), []), _now);
        Drain(core, out _);
        var playing = Least(() =>
        {
            core.Handle(SessionInput.Played(1, new(_position)), _now);
            Silence(20);
        });
        core.Handle(SessionInput.ReplyEnded(1, new(1)), _now);
        Drain(core, out _);
        Assert.True(core.IsQuiet);
        var quiet = Least(() => Silence(20));
        Assert.True(core.IsQuiet);
        for (var i = 0; i < 40; i++)
        {
            Window(core, 0.95f, -20, 120, out _);
        }

        var speaking = Least(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                Score(core, 0.95f, -20, 120);
            }
        });
        Assert.Equal((0, 0, 0), (playing, quiet, speaking));

        void Silence(int windows)
        {
            for (var i = 0; i < windows; i++)
            {
                Score(core, 0.02f, -60, 0);
                while (core.TryTake(out _))
                {
                }
            }
        }
    }

    private static long Least(Action action)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private JournalingCore Opened(CoreOptions options)
    {
        var core = new JournalingCore(new SessionCore(options));
        core.Handle(SessionInput.Opened(), _now);
        return core;
    }

    private void Say(JournalingCore core, string text)
    {
        for (var i = 0; i < 8; i++)
        {
            Window(core, 0.95f, -20, 0, out _);
        }

        for (var i = 0; i < 4; i++)
        {
            Window(core, 0.02f, -60, 0, out var asked);
            if (asked is not null)
            {
                core.Handle(SessionInput.Recognized(asked.Request, text), _now);
                Drain(core, out _);
            }
        }
    }

    private void Window(JournalingCore core, float probability, float level, float pitch, out SessionOutput.Recognize? asked)
    {
        Score(core, probability, level, pitch);
        Drain(core, out asked);
    }

    private void Score(JournalingCore core, float probability, float level, float pitch)
    {
        _position += 512;
        _now += TimeSpan.FromTicks(320_123);
        core.Handle(SessionInput.SpeechScored(new(_position), probability, level, pitch), _now);
        _ = core.NextDeadline;
    }

    private static void Drain(JournalingCore core, out SessionOutput.Recognize? asked)
    {
        asked = null;
        while (core.TryTake(out var output))
        {
            asked = output as SessionOutput.Recognize ?? asked;
        }
    }
}
