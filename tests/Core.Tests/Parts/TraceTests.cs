using System.Globalization;
using Conversation.Core.Trace;

namespace Conversation.Core.Tests.Parts;

public sealed class TraceTests
{
    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, Inputs.Length)];

    private static readonly SessionInput[] Inputs =
    [
        SessionInput.Opened(), SessionInput.Opened(true, 12), SessionInput.SpeechScored(new(512), 0.1f + 0.2f, -23.456789f, 123.4f),
        SessionInput.SpeechScored(new(long.MaxValue), float.Epsilon, float.NegativeInfinity), SessionInput.Recognized(3, "He said \"no\"\\ – é\n\t\u0001 = 5", 1f / 3),
        SessionInput.RecognizedProvisionally(3, "so \"far\"", 0.5f),
        SessionInput.RecognitionFailed(4, ""), SessionInput.Typed("a > b < c"), SessionInput.TurnEnded(new(512), keep: false), SessionInput.ReplyWanted("and \"this\""), SessionInput.ReplyWaits(5, true), SessionInput.Stopped(), SessionInput.ReplyText(5, " and  so "),
        SessionInput.ReplyAudio(5, new(24_000), [new("It's", new(0), new(100)), new("\"x\" @1-2]", new(100), new(200))]), SessionInput.ReplyAudio(5, new(1), []),
        SessionInput.ReplyEnded(5, new(7)), SessionInput.ReplyFailed(5, "why"), SessionInput.Expects(5, ExpectedAnswer.Digits), SessionInput.CloseAfterReply(5, "done"),
        SessionInput.Played(5, new(6)), SessionInput.ClientLost(), SessionInput.ClientResumed(5, new(6)), SessionInput.CloseRequested("bye"), SessionInput.Tick(),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_input_is_read_as_it_was_written(int index)
    {
        var now = TimeSpan.FromTicks(123_456_789_012_345);
        var line = SessionTrace.Write(Inputs[index], now);
        Assert.DoesNotContain('\n', line);
        var (at, read) = SessionTrace.ReadInput(line);
        Assert.Equal(now, at);
        Assert.Equal(line, SessionTrace.Write(read, at));
        Assert.Equal((Inputs[index].Kind, Inputs[index].Position, Inputs[index].Id, Inputs[index].Score, Inputs[index].LevelDb, Inputs[index].Text), (read.Kind, read.Position, read.Id, read.Score, read.LevelDb, read.Text));
        Assert.Equal(Inputs[index].Body as IReadOnlyList<SpokenWord>, read.Body as IReadOnlyList<SpokenWord>);
    }

    [Fact]
    public void Every_kind_of_input_is_covered() => Assert.Equal(Enum.GetValues<InputKind>(), Inputs.Select(i => i.Kind).Distinct().Order());

    [Fact]
    public void The_culture_changes_nothing()
    {
        var line = SessionTrace.Write(Inputs[2], TimeSpan.FromMilliseconds(1_500));
        Assert.StartsWith("1.500 > SpeechScored end=512 p=0.3", line, StringComparison.Ordinal);
        Assert.Equal("1.500", TraceText.Time(TimeSpan.FromMilliseconds(1_500)));
        Assert.Equal(CultureInfo.InvariantCulture, CultureInfo.CurrentCulture);
    }

    [Fact]
    public void Options_survive_the_header_and_a_change()
    {
        var options = new CoreOptions { Greet = false, Endpointing = Endpointing.EndpointingOptions.Patient, Interruption = new() { Stops = ["halt"] } };
        var recording = new StringWriter();
        var core = new RecordingCore(new SessionCore(options), options, recording);
        core.Handle(SessionInput.Opened(), TimeSpan.Zero);
        core.Configure(options with { Idle = new() { After = TimeSpan.FromSeconds(3) } });
        core.Handle(SessionInput.Tick(), TimeSpan.FromSeconds(3));
        while (core.TryTake(out _))
        {
        }

        Assert.Contains("3.000 < PrepareReply generation=1 turn=1 kind=IdlePrompt", recording.ToString(), StringComparison.Ordinal);
        var diff = new StringWriter();
        Assert.Equal(0, SessionReplay.Run(new StringReader(recording.ToString()), diff));
        var header = SessionTrace.ReadOptions(recording.ToString().Split('\n')[1]);
        Assert.Equal(options.Endpointing, header.Endpointing);
        Assert.Equal(["halt"], header.Interruption.Stops);
    }

    [Fact]
    public void A_changed_recording_is_told_line_by_line()
    {
        var options = new CoreOptions();
        var recording = new StringWriter();
        var core = new RecordingCore(new SessionCore(options), options, recording);
        core.Handle(SessionInput.Opened(), TimeSpan.Zero);
        while (core.TryTake(out _))
        {
        }

        var changed = recording.ToString().Replace("CommitReply generation=1", "CommitReply generation=9", StringComparison.Ordinal);
        var diff = new StringWriter();
        Assert.Equal(1, SessionReplay.Run(new StringReader(changed), diff));
        Assert.Equal("5 - 0.000 < CommitReply generation=9 turn=0\n5 + 0.000 < CommitReply generation=1 turn=0\n", diff.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("12.3")]
    [InlineData("x > Tick")]
    [InlineData("1 > Nonsense")]
    [InlineData("1 > Tick extra=1")]
    [InlineData("1 > Played generation=x heard=1")]
    [InlineData("1 > Typed text=\"open")]
    [InlineData("1 > Typed text=\"\\q\"")]
    [InlineData("1 < Closed reason=\"x\"")]
    [InlineData("99999999999999999999 > Tick")]
    [InlineData("1 > ReplyAudio generation=1 queued=1 words=[\"a\"@1-")]
    public void Nonsense_is_a_format_error(string line) => Assert.ThrowsAny<FormatException>(() => SessionTrace.ReadInput(line));

    [Fact]
    public void Damaged_lines_never_give_another_error()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var line = SessionTrace.Write(Inputs[random.Next(Inputs.Length)], TimeSpan.FromTicks(random.NextInt64(1L << 40))).ToCharArray();
            line[random.Next(line.Length)] = (char)random.Next(32, 127);
            try
            {
                SessionTrace.ReadInput(new string(line));
            }
            catch (FormatException)
            {
            }
        }
    }
}
