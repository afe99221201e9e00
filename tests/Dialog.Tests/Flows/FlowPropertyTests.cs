using Conversation.Core;
using FsCheck;
using FsCheck.Fluent;

namespace Conversation.Dialog.Tests.Flows;

/// <summary>What must hold whatever is said.</summary>
public sealed class FlowPropertyTests
{
    private static readonly string[] Fragments =
    [
        "yes", "no", "I'd like to book an appointment", "cancel my appointment", "move my appointment", "Tuesday", "next week", "the 31st of February", "at nine", "half past", "quarter to", "noon", "Anna Smith", "K O W A L S K I",
        "four one five", "five five five one two one two", "sorry?", "start over", "cancel that", "what are your opening hours?", "the first one", "not nine, ten", "actually make it ten", "no, Tuesday", "hold on", "thanks", "go on",
        "the time", "in the morning", "after two", "never mind", "{{date}}", "12/3", "99/99", "25:99", "\u0000", "\u00e9\u00e8", "\ud83d\ude00", "...", "?!", "a", "double", "o'clock", "9999999999999999999999", "the day after the day after", "in 99 months", "in ninety nine years", "triple double oh", "\"}", "or", "week", "Dr. Patel",
        "1", "2", "0", "*", "#", "1124", "0930", "99999", "4155551212",
    ];

    [Fact]
    public async Task WhateverIsSaidGetsAnAnswer()
    {
        var clinic = await Clinic.OpenAsync(new BagOfWords());
        var word = Gen.OneOf(Gen.Elements(Fragments), Gen.Elements(Fragments), ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""));
        var line = word.ListOf().Select(words => string.Join(' ', words.Take(6)));
        var call = line.ListOf().Select(lines => lines.Take(12).ToArray());
        var number = 0;

        Prop.ForAll(call.ToArbitrary(), lines =>
        {
            var caller = new Caller(clinic.Responder, $"call {++number}", number % 2 == 0 ? null : new DialogCaller { Number = "+14155550177" });
            Assert.NotEqual("", caller.GreetAsync().GetAwaiter().GetResult().Text);
            foreach (var said in lines)
            {
                if (said.Length % 7 == 3 && caller.Last is { Text: var text })
                {
                    caller.Interrupt(text[..(text.Length / 3)]);
                }

                var reply = caller.TurnAsync(said, said.Length % 11 == 5 ? ReplyKind.IdlePrompt : ReplyKind.Answer).GetAwaiter().GetResult();
                Assert.False(string.IsNullOrWhiteSpace(reply.Text));
                Assert.DoesNotContain("{{", reply.Text);
                Assert.NotNull(reply.State);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20_261_121, 1));
    }

    [Fact]
    public async Task ASpeculationLeavesNoTrace()
    {
        var clinic = await Clinic.OpenAsync();
        var caller = new Caller(clinic.Responder);
        foreach (var said in new[] { "I'd like to book an appointment on Monday at nine for Tom Baker.", "415 555 0133" })
        {
            await caller.SayAsync(said);
        }

        var state = caller.State;
        var book = clinic.Book.All(FixedTime.Today);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("All right.", await caller.SpeculateAsync("Yes."));
            await caller.SpeculateAsync("No, Tuesday at two.");
        }

        Assert.Equal(book, clinic.Book.All(FixedTime.Today));
        Assert.Equal(state, caller.State);
        Assert.Contains("Monday", (await caller.SayAsync("Yes.")).Text);
        Assert.Equal(book.Count + 1, clinic.Book.All(FixedTime.Today).Count);
    }

    [Fact]
    public async Task ABookingWhoseReplyWasCutIsNotMadeTwice()
    {
        var clinic = await Clinic.OpenAsync();
        var caller = new Caller(clinic.Responder);
        await caller.SayAsync("I'd like to book an appointment on Monday at nine for Tom Baker.");
        await caller.SayAsync("415 555 0133");
        var again = caller.State;
        await caller.SayAsync("Yes.");
        var book = clinic.Book.All(FixedTime.Today);

        // The reply was cut before its state was kept: the caller is where it was before the yes.
        caller.Rewind(again);
        await caller.SayAsync("Yes.");
        Assert.Equal(book, clinic.Book.All(FixedTime.Today));
    }

    [Fact]
    public async Task AForeignStateBeginsAfresh()
    {
        var clinic = await Clinic.OpenAsync();
        var caller = new Caller(clinic.Responder);
        caller.Rewind("[1, 2");
        Assert.Contains("get you booked in", (await caller.SayAsync("I'd like to book an appointment.")).Text);
    }
}
