using Orleans.Runtime;

namespace Conversation.Silo.Hosting;

/// <summary>Says who comes and goes, in a line each; the rest of what Orleans logs is warnings and worse.</summary>
internal sealed partial class MembershipLog(ISiloStatusOracle membership, ILocalSiloDetails self, ILogger<MembershipLog> logger) : IHostedService, ISiloStatusListener
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        membership.SubscribeToSiloStatusEvents(this);
        LogJoined(self.Name, self.SiloAddress.Endpoint);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        membership.UnSubscribeFromSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (updatedSilo.Equals(self.SiloAddress))
        {
            return;
        }

        var name = membership.TryGetSiloName(updatedSilo, out var known) ? known : updatedSilo.ToString();
        switch (status)
        {
            case SiloStatus.Active:
                LogOther(name, "has joined");
                break;
            case SiloStatus.ShuttingDown or SiloStatus.Stopping:
                LogOther(name, "is leaving");
                break;
            case SiloStatus.Dead:
                LogOther(name, "is gone");
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Name} is in the cluster at {Endpoint}")]
    private partial void LogJoined(string name, System.Net.IPEndPoint endpoint);

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Name} {What}")]
    private partial void LogOther(string name, string what);
}
