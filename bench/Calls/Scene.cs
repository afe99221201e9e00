using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using Conversation.TestKit.Telephony;

namespace Conversation.Bench.Calls;

/// <summary>A gateway in a process of its own and an Asterisk before it, connected in every way.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private Process gateway = null!;

    /// <summary>By which ways a call gets from Asterisk to the gateway: extensions of its dialplan.</summary>
    public static readonly string[] Ways = ["audiosocket", "chan_websocket", "ari"];

    public AsteriskServer Asterisk { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public int AudioSocketPort { get; private set; }

    public static async Task<Scene> Start()
    {
        var scene = new Scene { AudioSocketPort = AsteriskServer.FreePort(ProtocolType.Tcp) };
        var (http, ari) = (AsteriskServer.FreePort(ProtocolType.Tcp), AsteriskServer.FreePort(ProtocolType.Tcp));
        string[] settings = [.. Settings(scene.AudioSocketPort, ari), "--urls", $"http://127.0.0.1:{http}", "--Logging:LogLevel:Default", "Warning", "--Store:Path", ""];
        scene.gateway = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Conversation.Gateway.dll"), .. settings]))!;
        scene.Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}"), Timeout = TimeSpan.FromMinutes(2) };
        scene.Asterisk = await AsteriskServer.Start(Plan(scene.AudioSocketPort), Clients(http), ari: ari);
        for (var ready = false; !ready; await Task.Delay(200))
        {
            if (scene.gateway.HasExited)
            {
                await scene.DisposeAsync();
                throw new InvalidOperationException($"The gateway ended with exit code {scene.gateway.ExitCode}.");
            }

            try
            {
                using var answer = await scene.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                ready = answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        // ARI is tried again ever more slowly until Asterisk is there.
        await Task.Delay(TimeSpan.FromSeconds(2));
        return scene;
    }

    /// <summary>What the platform's own voice makes of a text, at 8 kHz.</summary>
    public static async Task<short[]> Speak(HttpClient http, string text)
    {
        using var answer = await http.PostAsJsonAsync("/api/speak", new { text, tier = "fast", rate = 8_000 });
        answer.EnsureSuccessStatusCode();
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>((await answer.Content.ReadAsByteArrayAsync()).AsSpan(44)).ToArray();
    }

    /// <summary>What the gateway is told.</summary>
    public static string[] Settings(int audioSocket, int ari) =>
    [
        "--Engines:Expressive=false", "--Gateway:AudioSocket:Port", $"{audioSocket}", "--Gateway:AudioSocket:Default:Greet", "false", "--Gateway:ChanWebSocket:Enabled", "true", "--Gateway:ChanWebSocket:Default:Greet", "false",
        "--Gateway:Ari:Url", $"http://127.0.0.1:{ari}", "--Gateway:Ari:Password", AsteriskServer.Password, "--Gateway:Ari:Default:Greet", "false",
    ];

    public static string Clients(int gateway) => $"""
        [gw]
        type = websocket_client
        connection_type = per_call_config
        uri = ws://127.0.0.1:{gateway}/v1/asterisk
        protocols = media
        connection_timeout = 2000
        tls_enabled = no
        """;

    public static string Plan(int audioSocket) => $$"""
        [phone]
        exten => audiosocket,1,Answer()
         same => n,AudioSocket(${UUID()},127.0.0.1:{{audioSocket}})
         same => n,Hangup()
        exten => chan_websocket,1,Answer()
         same => n,Dial(WebSocket/gw/c(slin16)f(json))
        exten => ari,1,Stasis(conversation)
        """;

    public async ValueTask DisposeAsync()
    {
        if (Asterisk is not null)
        {
            await Asterisk.DisposeAsync();
        }

        if (!gateway.HasExited)
        {
            gateway.Kill(entireProcessTree: true);
            await gateway.WaitForExitAsync();
        }
        Http.Dispose();
    }
}
