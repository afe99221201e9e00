using System.Text;
using Conversation.Gateway.Tests.Support;

namespace Conversation.Gateway.Tests.Hub;

/// <summary>Broken and hostile frames: the server survives, and whoever else is connected notices nothing.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Seeds =
    [
        """{"type":1,"target":"Audio","arguments":[0,"AQACAAMABAA="]}""",
        """{"type":1,"invocationId":"1","target":"Open","arguments":[{"version":1,"inputRate":16000,"settings":{"speed":1.0}}]}""",
        """{"type":1,"target":"Played","arguments":[1,480]}""",
        """{"type":1,"target":"Text","arguments":["hello there"]}""",
        """{"type":1,"target":"Configure","arguments":[{"voice":"v3","speed":1.5}]}""",
        """{"type":4,"invocationId":"2","target":"Audio","arguments":[1]}""",
        """{"type":2,"invocationId":"2","item":5}""",
        """{"type":3,"invocationId":"2","result":5}""",
        """{"type":5,"invocationId":"2"}""",
        """{"type":6}""",
        """{"type":8,"sequenceId":3}""",
        """{"type":9,"sequenceId":0}""",
    ];

    private static readonly byte[][] Splices =
    [
        [0x1E], "\""u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "[[[[[[[[[[[[[[[[[[[["u8.ToArray(), "\\u0000"u8.ToArray(), [0xFF, 0xFE], [0xED, 0xA0, 0x80],
        "-1"u8.ToArray(), "1e308"u8.ToArray(), "99999999999999999999"u8.ToArray(), "null"u8.ToArray(), "\"type\":7,"u8.ToArray(), "\"streamIds\":[\"1\"],"u8.ToArray(), "\"headers\":{\"a\":1},"u8.ToArray(),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Mutated_frames_hurt_nobody_else(int seed)
    {
        var random = new Random(seed);
        await using var gateway = await TestGateway.Start();
        await using var other = await gateway.Connect();
        await other.Open();
        for (var round = 0; round < 60; round++)
        {
            await using var client = await gateway.Connect();
            if (random.Next(2) == 0)
            {
                await client.Open();
            }

            try
            {
                for (var n = 0; n < 10; n++)
                {
                    await client.SendRaw(Mutate(random));
                }
            }
            catch (System.Net.WebSockets.WebSocketException)
            {
                // Closed on us, as it may.
            }
        }

        await BadInputTests.Works(other, gateway.Sessions.All["s0"]);
        await using var fresh = await gateway.Connect();
        await fresh.Open();
        Assert.Equal("ready", (string?)System.Text.Json.Nodes.JsonNode.Parse(await gateway.Http.GetStringAsync("/health"))!["status"]);
    }

    [Fact]
    public async Task Mutated_handshakes_hurt_nobody_else()
    {
        var random = new Random(5);
        await using var gateway = await TestGateway.Start();
        await using var other = await gateway.Connect();
        await other.Open();
        for (var round = 0; round < 60; round++)
        {
            await using var client = await RawClient.Connect(gateway.Address, handshake: false);
            var bytes = Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e");
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await client.SendRaw(bytes);
        }

        await BadInputTests.Works(other, gateway.Sessions.All["s0"]);
    }

    private static byte[] Mutate(Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]).ToList();
        for (var change = random.Next(4); change > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Splices[random.Next(Splices.Length)]);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at)));
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        bytes.Add(0x1E);
        return [.. bytes];
    }
}
