using Conversation.Gateway.Telephony.Ari;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Telephony;

public class AriOptionsTests
{
    [Fact]
    public void What_is_set_by_default_is_right() => Assert.Empty(new AriOptions().Faults());

    [Fact]
    public void Every_fault_is_told_at_once_by_the_name_of_its_setting()
    {
        var faults = new AriOptions { Url = "localhost:8088", App = "a b", Format = "ulaw", MaxCalls = 0, Dial = "PJSIP/1", Timeout = TimeSpan.Zero }.Faults().ToList();
        Assert.Equal(["Url", "App", "Format", "MaxCalls", "Dial", "Timeout"], faults.Select(fault => fault["Gateway:Ari:".Length..fault.IndexOf(' ', StringComparison.Ordinal)]));
    }

    [Fact]
    public void The_dialplan_learns_action_target_and_values_and_nothing_that_breaks_a_line()
    {
        var action = new SessionEvent.ActionRequested("transfer", "desk\r\n7") { Values = new Dictionary<string, string> { ["phone-no"] = "415", [new string('x', 41)] = "too long a name", ["long"] = new string('y', 300) } };
        var told = AsteriskPlan.Variables(action).ToDictionary(variable => variable.Name, variable => variable.Value);
        Assert.Equal(["CONVERSATION_ACTION", "CONVERSATION_TARGET", "CONVERSATION_VALUE_LONG", "CONVERSATION_VALUE_PHONE_NO"], told.Keys.Order());
        Assert.Equal(("transfer", "desk7", "415", 256), (told["CONVERSATION_ACTION"], told["CONVERSATION_TARGET"], told["CONVERSATION_VALUE_PHONE_NO"], told["CONVERSATION_VALUE_LONG"].Length));
        Assert.Equal("CONVERSATION_ACTION", AsteriskPlan.Variables(action).Last().Name);
    }

    [Fact]
    public void The_call_ends_though_the_dialplan_cannot_be_told()
    {
        using var hungUp = new ManualResetEventSlim();
        Assert.True(AsteriskPlan.TryTell(_ => Task.FromException(new InvalidOperationException()), new SessionEvent.ActionRequested("hangup", ""), hungUp.Set));
        Assert.True(hungUp.Wait(TimeSpan.FromSeconds(10)));
        Assert.False(AsteriskPlan.TryTell(null, new SessionEvent.ActionRequested("hangup", ""), () => Assert.Fail("it is the caller's to hang up")));
    }
}
