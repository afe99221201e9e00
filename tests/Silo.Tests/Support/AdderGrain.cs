using Conversation.Grains.Composition;
using Orleans;
using Orleans.Runtime;

namespace Conversation.Silo.Tests.Support;

public interface IAdderGrain : IGrainWithIntegerKey
{
    /// <summary>Adds in memory; the sum.</summary>
    Task<int> Add(int amount);

    /// <summary>Writes the sum.</summary>
    Task Save();

    /// <summary>Which silo it lives on.</summary>
    Task<string> Where();

    /// <summary>Asks to be reminded; the names of its reminders.</summary>
    Task<string[]> Remind(string name);

    Task Forget(string name);

    Task Leave();
}

/// <summary>Kept as plain JSON.</summary>
public sealed class AdderState
{
    public int Sum { get; set; }

    public string Words { get; set; } = "";
}

public sealed class AdderGrain([PersistentState("adder", StorageNames.Sessions)] IPersistentState<AdderState> state, ILocalSiloDetails silo) : Grain, IAdderGrain, IRemindable
{
    public Task<int> Add(int amount) => Task.FromResult(state.State.Sum += amount);

    public Task Save()
    {
        state.State.Words = "“quoted” – ünï";
        return state.WriteStateAsync();
    }

    public Task<string> Where() => Task.FromResult(silo.Name);

    public async Task<string[]> Remind(string name)
    {
        await this.RegisterOrUpdateReminder(name, TimeSpan.FromHours(1), TimeSpan.FromDays(40));
        return [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order()];
    }

    public async Task Forget(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}

public interface IEchoGrain : IGrainWithIntegerKey
{
    Task<int> Echo(int value);
}

public sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<int> Echo(int value) => Task.FromResult(value);
}
