using Conversation.Dialog.Flows;

namespace Conversation.Dialog.Tests.Flows;

public sealed class FlowReaderTests
{
    [Fact]
    public void EveryFaultIsReportedWithItsLine()
    {
        const string text = """
            flow: 1
            name: bad
            greeting: "Hello {{name"
            colour: red
            slots:
              day: { type: dat, ask: "Which?" }
              size: { type: choice, ask: "Which size?" }
              time: { type: time, from: "9", ask: "When?" }
            intents:
              go:
                examples: [go]
                task: nowhere
              stop:
                patterns: ['(']
                say: "Stop."
            tasks:
              walk:
                steps:
                  - ask: shoe
                  - check: appointments.create
                  - do: appointments.free
                  - jump: high
                  - ask: day
                    when: "a = b"
            backend:
              appointments:
                hours: { monday: "late" }
            """;

        var (flow, _, faults) = FlowFactory.Read(text, null, [], TimeProvider.System);

        Assert.Null(flow);
        var told = faults.Select(f => f.ToString()).ToArray();
        foreach (var (line, part) in new[]
        {
            (3, "without '}}'"), (4, "no 'colour'"), (6, "day.type"), (7, "needs options"), (8, "time.from"), (10, "'nowhere', which does not exist"), (14, "stop.patterns"),
            (19, "slot 'shoe' does not exist"), (20, "has an effect: use 'do'"), (21, "only reads: use 'check'"), (21, "confirm step before it"), (22, "no 'jump'"), (24, "is no condition"), (27, "hours.monday"),
        })
        {
            Assert.True(told.Any(t => t.StartsWith($"line {line}:", StringComparison.Ordinal) && t.Contains(part, StringComparison.Ordinal)), $"line {line}: {part}\n" + string.Join('\n', told));
        }

        Assert.Equal(told, faults.OrderBy(f => f.Line).Select(f => f.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a: [")]
    [InlineData("- 1")]
    [InlineData("flow: 2")]
    public void WhatIsNoFlowIsAFault(string text) => Assert.NotEmpty(FlowFactory.Read(text, null, [], TimeProvider.System).Faults);

    [Fact]
    public void EveryFaultOfKeysIsReportedWithItsLine()
    {
        const string text = """
            flow: 1
            name: keys
            greeting: "Hello"
            keys: { yes: "1", no: "1", timeout: 60 }
            slots:
              day: { type: date, ask: "Which?", keys: { read: mmdd } }
              size: { type: choice, options: { big: [], small: [] }, ask: "Which size?", keys: { read: { "1": huge, x: big } } }
              sure: { type: yesno, ask: "Sure?", keys: { say: "Press." } }
              code: { type: digits, ask: "Code?", keys: { length: 0, terminator: "##" } }
            intents:
              go: { about: go, keys: "1", examples: [go], task: walk }
              run: { about: run, keys: "1", examples: [run], task: walk }
              stop: { keys: one, examples: [stop], say: "Stop." }
            tasks:
              walk:
                steps:
                  - set: { shoe: "{{day}}" }
                  - ask: day
            """;

        var told = FlowFactory.Read(text, null, [], TimeProvider.System).Faults.Select(f => f.ToString()).ToArray();
        foreach (var (line, part) in new[]
        {
            (4, "must differ"), (4, "keys.timeout"), (6, "day.keys.read must be one of MMdd"), (7, "'huge' is none"), (7, "'x' must be keys"), (8, "needs no keys of its own"), (9, "code.keys.length"), (9, "code.keys.terminator"),
            (12, "are those of intent go"), (13, "stop.keys"), (17, "slot 'shoe' does not exist"),
        })
        {
            Assert.True(told.Any(t => t.StartsWith($"line {line}:", StringComparison.Ordinal) && t.Contains(part, StringComparison.Ordinal)), $"line {line}: {part}\n" + string.Join('\n', told));
        }
    }
}
