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
                await Round.RunAsync(mode, settings.FrameCalls, script, settings.Settle, settings.FrameLength).ConfigureAwait(false);
            }
        }
    }
}
