using Conversation.ClusterBench.Load;

namespace Conversation.ClusterBench.Driver;

/// <summary>Lets the compiler's tiers settle before anything counts.</summary>
internal static class WarmUp
{
    public static async Task RunAsync(Modes modes, Settings settings)
    {
        foreach (var mode in (Mode[])[modes.Standalone, modes.OneSilo, modes.OtherSilo])
        {
            foreach (var script in (Script[])[Script.Talk, Script.Story])
            {
                await Round.OpenAsync(mode, settings.FrameCalls, script).ConfigureAwait(false);
                await Round.MeasureAsync(mode, settings.FrameCalls, settings.Settle, settings.WarmUp).ConfigureAwait(false);
                await Round.CloseAsync(mode).ConfigureAwait(false);
            }
        }
    }
}
