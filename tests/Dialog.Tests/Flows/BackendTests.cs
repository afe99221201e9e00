using System.Text.Json;
using Conversation.Dialog.Flows;
using Conversation.Dialog.Flows.Actions;
using Conversation.Dialog.Flows.Appointments;
using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Tests.Chat;

namespace Conversation.Dialog.Tests.Flows;

public sealed class BackendTests
{
    private static readonly DateTime Now = new(2026, 11, 20, 10, 0, 0);
    private static readonly BookDefinition Mondays = new() { Hours = new Dictionary<DayOfWeek, (TimeOnly, TimeOnly)> { [DayOfWeek.Monday] = (new(9, 0), new(10, 0)) } };

    [Fact]
    public void TheBookOutlivesTheProgram()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "data", "book.json");
        Assert.NotNull(new AppointmentBook(Mondays, file).Put("Anna Smith", new(2026, 11, 23), new(9, 30), "415", "s/1", Now));

        var reopened = new AppointmentBook(Mondays, file);
        Assert.Equal("Anna Smith", Assert.Single(reopened.All(FixedTime.Today)).Name);
        Assert.Equal([new TimeOnly(9, 0)], reopened.Openings(new(2026, 11, 23), Now, "other"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void OfTwoWhoWantATimeOneGetsIt()
    {
        var book = new AppointmentBook(Mondays, null);
        var made = new Appointment?[16];
        Parallel.For(0, made.Length, i => made[i] = book.Put($"Caller {i}", new(2026, 11, 23), new(9, 0), "", $"call{i}/1", Now));
        Assert.Single(made, m => m is not null);
    }

    [Theory]
    [InlineData("Anna Kovalsky", true)]
    [InlineData("Kowalski", true)]
    [InlineData("Ana Kowalski", true)]
    [InlineData("Anna Miller", false)]
    [InlineData("Bob", false)]
    public void NamesAreFoundThoughMisheard(string heard, bool same) => Assert.Equal(same, NameLikeness.Match(heard, "Anna Kowalski"));

    [Fact]
    public async Task AWebhookIsCalledWithItsKey()
    {
        using var server = new WireServer(WireServer.Status(200, """{"outcome":"done","values":{"number":7,"when":"2026-11-23"}}"""), WireServer.Status(500, "no"));
        var action = new WebhookAction(new WebhookDefinition("crm.note", new Uri(server.Url), true, TimeSpan.FromSeconds(20), null, ["done"]), WebhookAction.SharedClient, TimeProvider.System);
        var call = new FlowActionCall { Session = "s", Key = "s/1", Arguments = new Dictionary<string, string> { ["name"] = "Anna" }, Time = new FixedTime() };

        var result = await action.RunAsync(call, CancellationToken.None);

        Assert.Equal("done", result.Outcome);
        Assert.Equal("7", result.Values["number"]);
        using var body = JsonDocument.Parse(Assert.Single(server.Requests).Body);
        Assert.Equal("s/1", body.RootElement.GetProperty("key").GetString());
        Assert.Equal("Anna", body.RootElement.GetProperty("arguments").GetProperty("name").GetString());
        await Assert.ThrowsAsync<HttpRequestException>(async () => await action.RunAsync(call, CancellationToken.None));
    }
}
