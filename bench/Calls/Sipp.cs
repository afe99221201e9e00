using System.Diagnostics;
using Conversation.Audio;

namespace Conversation.Bench.Calls;

/// <summary>Many SIP telephones at once: sipp, which plays a recording over and over and hangs up when its time is over.</summary>
internal static class Sipp
{
    public static string? Missing { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, "sipp"))) ? null : "there is no sipp: on Debian it is in the package sip-tester";

    /// <summary>Makes calls, some a second, and gives how many failed; all where sipp itself did.</summary>
    public static async Task<int> Call(string extension, int port, int calls, TimeSpan length, short[] says)
    {
        var folder = Directory.CreateTempSubdirectory("calls-bench-sipp-").FullName;
        try
        {
            var bytes = new byte[says.Length];
            G711.EncodeMuLaw(says, bytes);
            await File.WriteAllBytesAsync(Path.Combine(folder, "says.ulaw"), bytes);
            await File.WriteAllTextAsync(Path.Combine(folder, "call.xml"), Scenario(Path.Combine(folder, "says.ulaw"), length));
            string[] arguments = ["-sf", "call.xml", "-s", extension, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-m", $"{calls}", "-l", $"{calls}", "-r", "3", "-nostdin", "-trace_stat", "-fd", "1", "-stf", "stat.csv", $"127.0.0.1:{port}"];
            using var sipp = Process.Start(new ProcessStartInfo("sipp", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, errors) = (sipp.StandardOutput.ReadToEndAsync(), sipp.StandardError.ReadToEndAsync());
            await sipp.WaitForExitAsync();
            await Task.WhenAll(output, errors);
            if (!File.Exists(Path.Combine(folder, "stat.csv")))
            {
                throw new InvalidOperationException($"sipp: {await errors}");
            }

            var statistics = await File.ReadAllLinesAsync(Path.Combine(folder, "stat.csv"));
            var (names, values) = (statistics[0].Split(';'), statistics[^1].Split(';'));
            return calls - int.Parse(values[Array.IndexOf(names, "SuccessfulCall(C)")], System.Globalization.CultureInfo.InvariantCulture);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Scenario(string recording, TimeSpan length) => $"""
        <?xml version="1.0" encoding="ISO-8859-1" ?>
        <scenario name="a caller who speaks">
        <send retrans="500"><![CDATA[
        INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: sipp <sip:caller[call_number]@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>
        Call-ID: [call_id]
        CSeq: 1 INVITE
        Contact: sip:caller@[local_ip]:[local_port]
        Max-Forwards: 70
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
        s=-
        c=IN IP[media_ip_type] [media_ip]
        t=0 0
        m=audio [rtpstream_audio_port] RTP/AVP 0 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:20
        ]]></send>
        <recv response="100" optional="true"/>
        <recv response="180" optional="true"/>
        <recv response="183" optional="true"/>
        <recv response="200" rtd="true"/>
        <send><![CDATA[
        ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: sipp <sip:caller[call_number]@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
        Call-ID: [call_id]
        CSeq: 1 ACK
        Contact: sip:caller@[local_ip]:[local_port]
        Max-Forwards: 70
        Content-Length: 0

        ]]></send>
        <nop><action><exec rtp_stream="{recording},-1,0,PCMU/8000"/></action></nop>
        <pause milliseconds="{length.TotalMilliseconds:0}"/>
        <send retrans="500"><![CDATA[
        BYE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: sipp <sip:caller[call_number]@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
        Call-ID: [call_id]
        CSeq: 2 BYE
        Max-Forwards: 70
        Content-Length: 0

        ]]></send>
        <recv response="200"/>
        </scenario>
        """;
}
