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
}
