using System.Net.Sockets;
using Conversation.Gateway.Telephony.Ari;
using Conversation.TestKit.Telephony;
using Microsoft.Extensions.DependencyInjection;

namespace Conversation.Gateway.Tests.Telephony.Real;

/// <summary>One gateway and one Asterisk for all tests that call, where there is an Asterisk.</summary>
public sealed class PhoneLine : IAsyncLifetime
{
    /// <summary>The collection's name.</summary>
    public const string Collection = "telephone";

    /// <summary>What calls out must show.</summary>
    internal const string Key = "a key for calls from here";

    // Begins the ids of calls for the demo flow, as the guide does it.
    private const string Clinic = "0000c11c";

    internal PhoneGateway Gateway { get; private set; } = null!;

    internal AsteriskServer Asterisk { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (AsteriskServer.Missing is not null)
        {
            return;
        }

        var ari = AsteriskServer.FreePort(ProtocolType.Tcp);
        Gateway = await PhoneGateway.Start("--Gateway:Ari:Url", $"http://127.0.0.1:{ari}", "--Gateway:Ari:Password", AsteriskServer.Password, "--Gateway:Ari:Routes:quiet:Greet", "false", "--Gateway:Ari:Routes:clinic:Responder", "clinic", "--Gateway:AudioSocket:SilenceTimeout", "00:00:10", "--Gateway:Ari:Dial", "Local/{number}@called/n", "--Gateway:Outbound:Keys:0", Key,
            "--Gateway:AudioSocket:Routes:" + Clinic + ":Responder", "clinic", "--Gateway:ChanWebSocket:Routes:clinic:Responder", "clinic");
        Asterisk = await AsteriskServer.Start(Plan(Gateway), Clients(Gateway), ari: ari);
        await HasAri();
    }

    public async Task DisposeAsync()
    {
        if (AsteriskServer.Missing is null)
        {
            await Asterisk.DisposeAsync();
            await Gateway.DisposeAsync();
        }
    }

    /// <summary>Waits until the gateway has found Asterisk's ARI.</summary>
    internal async Task HasAri()
    {
        var application = Gateway.Services.GetRequiredService<AriApplication>();
        for (var tries = 0; !application.IsConnected; tries++)
        {
            Assert.True(tries < 1_000, Asterisk.Log);
            await Task.Delay(20);
        }
    }

    /// <summary>Ends what an earlier test left behind, so that one that failed does not take the next with it.</summary>
    internal async Task Clear()
    {
        if (AsteriskServer.Missing is not null)
        {
            return;
        }

        for (var tries = 0; Gateway.Open > 0 || !(await Asterisk.Cli("core show channels count")).Contains("0 active channels", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 200, $"calls do not end{Environment.NewLine}{Gateway.Trace}");
            await Asterisk.Cli("channel request hangup all");
            await Task.Delay(50);
        }

        Gateway.Forget();
    }

    // The route stands in the address: what v(…) adds, Asterisk keeps with the client, and adds it to the next call that has none of its own.
    private static string Clients(PhoneGateway gateway) => Client("gw", gateway, "") + Client("clinic", gateway, "?route=clinic");

    private static string Client(string name, PhoneGateway gateway, string query) => $"""
        [{name}]
        type = websocket_client
        connection_type = per_call_config
        uri = ws://{gateway.Address.Authority}/v1/asterisk{query}
        protocols = media
        username = asterisk
        password = pass word
        connection_timeout = 2000
        tls_enabled = no

        """;

    private static string Plan(PhoneGateway gateway) => $$"""
        [phone]
        include => gw
        [gw]
        exten => app,1,Answer()
         same => n,AudioSocket(${UUID()},127.0.0.1:{{gateway.AudioSocketPort}})
         same => n,Hangup()
        exten => elsewhere,1,Answer()
         same => n,AudioSocket(${UUID()},${ELSEWHERE})
         same => n,Verbose(1,the plan goes on)
         same => n,Wait(60)
        exten => driver,1,Answer()
         same => n,Dial(AudioSocket/127.0.0.1:{{gateway.AudioSocketPort}}/${UUID()}/c(slin16))
        exten => json,1,Answer()
         same => n,Dial(WebSocket/gw/c(slin16)f(json))
        exten => plain,1,Answer()
         same => n,Dial(WebSocket/gw/c(slin)f(plain-text))
        exten => ari,1,Stasis(conversation,quiet)
         same => n,Hangup()
        exten => clinic-app,1,Answer()
         same => n,Set(CUSTOMER=77)
         same => n,AudioSocket({{Clinic}}${UUID():8},127.0.0.1:{{gateway.AudioSocketPort}})
         same => n,Verbose(1,the plan learns ${SHARED(CONVERSATION_ACTION)} to ${SHARED(CONVERSATION_TARGET)})
         same => n,Hangup()
        exten => clinic-json,1,Answer()
         same => n,Set(__CUSTOMER=77)
         same => n,Dial(WebSocket/clinic/c(slin16)f(json)v(caller=${URIENCODE(${CALLERID(num)})},name=${URIENCODE(${CALLERID(name)})},called=${EXTEN},channel=${URIENCODE(${CHANNEL})}),,g)
         same => n,Verbose(1,the plan learns ${SHARED(CONVERSATION_ACTION)} to ${SHARED(CONVERSATION_TARGET)})
         same => n,Hangup()
        exten => clinic-ari,1,Set(CUSTOMER=77)
         same => n,Stasis(conversation,clinic)
         same => n,Verbose(1,the plan learns ${CONVERSATION_ACTION} to ${CONVERSATION_TARGET})
         same => n,Hangup()
        [called]
        exten => answers,1,Answer()
         same => n,Wait(1)
         same => n,SendDTMF(125#,100,120)
         same => n,Wait(60)
        exten => rings,1,Ringing()
         same => n,Wait(60)
        [caller]
        exten => ask,1,Answer()
         same => n,MixMonitor(FOLDER/call.raw,D)
         same => n,Wait(0.5)
         same => n,Playback(FOLDER/ask)
         same => n,Wait(60)
        exten => over,1,Playback(FOLDER/over)
         same => n,Wait(60)
        exten => keys,1,Answer()
         same => n,Wait(0.5)
         same => n,SendDTMF(125#,100,120)
         same => n,Wait(60)
        exten => quiet,1,Answer()
         same => n,Wait(60)
        exten => bye,1,StopMixMonitor()
         same => n,Hangup()
        """;
}

/// <summary>They run alone, for they keep time.</summary>
[CollectionDefinition(PhoneLine.Collection, DisableParallelization = true)]
public sealed class PhoneCollection : ICollectionFixture<PhoneLine>;
