namespace Conversation.Grains.Tests.Board;

/// <summary>Waiting for what another silo learns in its own time.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task True(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (limit.IsCancellationRequested)
            {
                Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}");
            }

            await Task.Delay(10);
        }
    }
}
