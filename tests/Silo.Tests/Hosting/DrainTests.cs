using System.Net;
using Conversation.Gateway.Tests.Support;
using Conversation.Silo.Tests.Support;

namespace Conversation.Silo.Tests.Hosting;

/// <summary>In which order things end when a silo is told to stop.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Sessions_move_before_clients_are_told_and_the_silo_works_until_then()
    {
        var moved = new TaskCompletionSource();
        await using var silo = await TestSilo.StartAsync("--Silo:DrainWithin=00:00:30");
        silo.Drain.Work = moved.Task;
        using var http = new HttpClient { BaseAddress = silo.Http };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("health", UriKind.Relative))).StatusCode);
        await using var client = await RawClient.Connect(silo.Http);
        await client.Open();

        var stopping = Task.Run(silo.StopAsync);
        await silo.Drain.Begun.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(30), silo.Drain.Within);

        // The gateway still answers, says that no one should come, and its client has heard nothing.
        using var health = await http.GetAsync(new Uri("health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("draining", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(System.Net.WebSockets.WebSocketState.Open, client.State);
        Assert.Equal(4, await silo.Grains.GetGrain<IEchoGrain>(1).Echo(4));
        Assert.False(stopping.IsCompleted);

        moved.SetResult();
        var closed = await client.Until(message => message.ToJsonString().Contains("server_stopping", StringComparison.Ordinal));
        Assert.NotNull(closed);
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_drain_that_fails_does_not_hold_up_the_stop()
    {
        await using var silo = await TestSilo.StartAsync();
        silo.Drain.Work = Task.FromException(new InvalidOperationException("no"));
        await silo.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(silo.Drain.Begun.IsCompleted);
    }

    [Fact]
    public async Task A_drain_that_never_ends_is_left_after_its_budget()
    {
        await using var silo = await TestSilo.StartAsync("--Silo:DrainWithin=00:00:00.5");
        silo.Drain.Work = new TaskCompletionSource().Task;
        await silo.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(silo.Drain.Begun.IsCompleted);
    }
}
