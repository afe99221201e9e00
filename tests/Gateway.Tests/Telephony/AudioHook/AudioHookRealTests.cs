using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Conversation.Audio;
using Conversation.Gateway.Tests.Telephony.Real;
using Conversation.Sessions;
using Xunit.Abstractions;

namespace Conversation.Gateway.Tests.Telephony.AudioHook;

/// <summary>Calls by AudioHook with the real models and the demo flow, the platform's own voice for a caller.</summary>
[Collection("real")]
public sealed class AudioHookRealTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly AudioHookPeer peer = new();
    private readonly ConcurrentQueue<byte> toSay = new();
    private readonly CancellationTokenSource over = new();
    private PhoneGateway gateway = null!;
    private Task talking = Task.CompletedTask;

    public async Task InitializeAsync() => gateway = await PhoneGateway.Start(
        "--Gateway:AudioHook:Enabled", "true", "--Gateway:AudioHook:Clients:acme:ApiKey", AudioHookPeer.Key, "--Gateway:AudioHook:Clients:acme:Secret", AudioHookPeer.Secret,
        "--Gateway:AudioHook:Clients:acme:Routes:clinic:Responder", "clinic", "--Gateway:AudioHook:Clients:acme:Routes:clinic:Greet", "false");

    public async Task DisposeAsync()
    {
        await over.CancelAsync();
        await talking;
        await peer.DisposeAsync();
        await gateway.DisposeAsync();
        over.Dispose();
        Assert.Empty(peer.Faults);
    }

    [Fact]
    public async Task A_question_is_answered_spoken_over_and_a_transfer_goes_to_the_flow()
    {
        var question = await gateway.Speak("What are your opening hours?");
        var next = await gateway.Speak("I need to renew a prescription.");
        await peer.Connect(gateway.Address, "/v1/audiohook/clinic");
        await peer.Open();
        talking = Task.Run(Talk);

        Say(question);
        for (var tries = 0; peer.Played.Count < 8_000; tries++)
        {
            Assert.True(tries < 1_500, gateway.Trace);
            await Task.Delay(20);
        }

        Say(next);
        var flush = await peer.Next("event");
        Assert.Equal("barge_in", (string)flush["parameters"]!["entities"]![0]!["type"]!);
        var first = await gateway.Turn(0);
        Assert.Contains("opening hours", first.User, StringComparison.OrdinalIgnoreCase);
        Assert.True(first.Interrupted);

        var disconnect = (await peer.Next("disconnect"))["parameters"]!;
        output.WriteLine(gateway.Trace);
        Assert.Equal(("completed", "transfer", "reception"), ((string)disconnect["reason"]!, (string)disconnect["outputVariables"]!["action"]!, (string)disconnect["outputVariables"]!["target"]!));
        await peer.Next("closed");
        Assert.Equal("transfer: reception", (await gateway.Event<SessionEvent.Closed>()).Reason);
        Assert.Contains("prescription", (await gateway.Turn(1)).User, StringComparison.OrdinalIgnoreCase);
    }

    private void Say(byte[] wav)
    {
        foreach (var sample in MemoryMarshal.Cast<byte, short>(wav.AsSpan(44)))
        {
            toSay.Enqueue(G711.EncodeMuLaw(sample));
        }
    }

    /// <summary>As Genesys does: audio without a pause, 100 ms a message.</summary>
    private async Task Talk()
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await ticks.WaitForNextTickAsync(over.Token))
            {
                await peer.Audio([.. Enumerable.Range(0, 800).Select(_ => toSay.TryDequeue(out var sample) ? sample : G711.MuLawSilence)]);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
