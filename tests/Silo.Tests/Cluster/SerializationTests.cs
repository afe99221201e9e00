using Conversation.Sessions;
using Conversation.Silo.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Conversation.Silo.Tests.Cluster;

/// <summary>The rooms below know nothing of Orleans: what they pass about goes between silos as JSON.</summary>
public sealed class SerializationTests
{
    [Fact]
    public async Task What_sessions_pass_about_goes_from_silo_to_silo()
    {
        await using var silo = await TestSilo.StartAsync();
        var serializer = silo.Services.GetRequiredService<Serializer>();
        object[] all =
        [
            new OpenSession { Lead = TimeSpan.FromMilliseconds(300), Resume = new ResumeSession("s", "t", 3, 99), Settings = new SessionSettings { Voice = "v3", Speed = 1.25f }, Tenant = "clinic" },
            new SessionFault("busy", "No room.", "Sessions:MaxSessions"),
            new SessionEvent.TurnCompleted(3, "hello", "good day", true) { At = 12.5 },
            new SessionEvent.Closed("session_lost"),
            new TurnLine(1, "a", "b", false),
        ];
        foreach (var value in all)
        {
            var back = serializer.Deserialize<object>(serializer.SerializeToArray<object>(value));
            Assert.Equal(value, back);
            Assert.NotSame(value, back);
        }

        SessionEvent reply = new SessionEvent.ReplyText(2, "one two", [new WordTiming("one", 0, 10), new WordTiming("two", 10, 30)]);
        var text = Assert.IsType<SessionEvent.ReplyText>(serializer.Deserialize<SessionEvent>(serializer.SerializeToArray(reply)));
        Assert.Equal([new WordTiming("one", 0, 10), new WordTiming("two", 10, 30)], text.Words);
    }
}
