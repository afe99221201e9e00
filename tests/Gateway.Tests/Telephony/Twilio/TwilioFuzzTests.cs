using System.Runtime.InteropServices;
using System.Text;
using Conversation.Gateway.Telephony.Twilio.Wire;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

public sealed class TwilioFuzzTests
{
    private static readonly string[] Seeds =
    [
        """{"event":"connected","protocol":"Call","version":"1.0.0"}""",
        """{"event":"start","sequenceNumber":"1","start":{"accountSid":"AC1","streamSid":"MZ1","callSid":"CA1","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{"token":"abc","route":"sales"}},"streamSid":"MZ1"}""",
        """{"event":"start","sequence_number":"1","stream_id":"32DE","start":{"user_id":"3E6F","call_control_id":"v2:T02","from":"+13122010094","to":"+13122123456","tags":["A","B"],"custom_parameters":{"customer_id":"c"},"media_format":{"encoding":"PCMU","sample_rate":8000,"channels":1}}}""",
        """{"event":"media","sequenceNumber":"3","media":{"track":"inbound","chunk":"1","timestamp":"5","payload":"/////wAA\/\/8="},"streamSid":"MZ1"}""",
        """{"event":"media","stream_id":"32DE","media":{"track":"outbound","chunk":2,"timestamp":40,"payload":"AQIDBAUG"}}""",
        """{"event":"dtmf","streamSid":"MZ1","sequenceNumber":"5","dtmf":{"track":"inbound_track","digit":"1"}}""",
        """{"event":"mark","sequenceNumber":"4","streamSid":"MZ1","mark":{"name":"17"}}""",
        """{"event":"stop","sequenceNumber":"5","streamSid":"MZ1","stop":{"accountSid":"AC1","callSid":"CA1"}}""",
        """{"event":"error","stream_id":"32DE","payload":{"code":100004,"title":"invalid_media","detail":"Unable"}}""",
    ];

    private static readonly string[] Pieces = ["\"", "{", "}", "[", "]", ":", ",", "\\u0000", "\\ud800", "\\", "\\/", "null", "-1", "1e999", "99999999999999999999", "[[[[[[[[[[[[[[[[[[", "{\"a\":", "true", "é", "====", "\"event\":\"media\",", "\"start\":{},", "\"payload\":{},", "\"chunk\":[1],"];

    /// <summary>Real messages with something done to them: nothing throws, and what is read keeps its bounds. CONVERSATION_FUZZ sets how many.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(-77)]
    public void Mutated_messages_do_not_throw_and_keep_their_bounds(int seed)
    {
        var random = new Random(seed);
        var most = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? asked : 100_000;
        var message = new StreamMessage();
        var read = 0;
        for (var n = 0; n < most; n++)
        {
            var bytes = WireMutator.Mutate(random, Seeds, Pieces, Swap, longest: 4_000, cutsSeldom: true);
            var fine = false;
            try
            {
                fine = StreamParser.TryRead(CollectionsMarshal.AsSpan(bytes), message);
            }
            catch (Exception fault)
            {
                Assert.Fail($"seed {seed}, {n}: {Convert.ToHexString(bytes.ToArray())}{Environment.NewLine}{fault}");
            }

            read += fine ? 1 : 0;
            var kept = !fine || (message.PayloadLength is >= 0 and <= StreamParser.LongestAudio && message is { Chunk: >= -1, Timestamp: >= -1, Text.Length: <= 1_024 } && message.Event switch
            {
                StreamEvent.Media => message.PayloadLength > 0,
                StreamEvent.Start => message.Start is { Parameters.Count: <= 64, Rate: >= 0, Channels: >= 0 },
                StreamEvent.Dtmf => message.Digit != '\0',
                StreamEvent.Mark => message.Text.Length > 0,
                _ => true,
            });
            Assert.True(kept, $"seed {seed}, {n}: {Convert.ToHexString(bytes.ToArray())}");
        }

        Assert.InRange(read, most / 100, most - (most / 10));
    }

    /// <summary>Exchanges two parts, so that it mostly stays JSON but says something else.</summary>
    private static void Swap(List<byte> bytes, Random random)
    {
        var parts = Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes)).Split(',');
        var (one, other) = (random.Next(parts.Length), random.Next(parts.Length));
        (parts[one], parts[other]) = (parts[other], parts[one]);
        bytes.Clear();
        bytes.AddRange(Encoding.UTF8.GetBytes(string.Join(',', parts)));
    }
}
