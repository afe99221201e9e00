using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Conversation.Audio;

namespace Conversation.TestKit.Telephony;

/// <summary>A real SIP telephone, without a head: baresip, whose microphone is a file that can be changed in mid-call. G.711 and RFC 4733.</summary>
public sealed class Baresip : IAsyncDisposable
{
    // baresip ends a call at the end of its microphone's file: so every file goes on in silence for longer than anybody waits for an answer.
    private const int SilenceSeconds = 90;

    private readonly string folder = Directory.CreateTempSubdirectory("conversation-baresip-").FullName;
    private readonly StringBuilder events = new();
    private Process process = null!;
    private Socket control = null!;
    private Task reading = Task.CompletedTask;
    private int files;

    private Baresip()
    {
    }

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Missing { get; } = Modules is null || Which("baresip") is null ? "there is no baresip: on Debian it is in the package baresip-core" : null;

    private static string? Modules => new[] { "/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules", "/usr/lib/aarch64-linux-gnu/baresip/modules" }.FirstOrDefault(Directory.Exists);

    /// <summary>What it told of its calls so far.</summary>
    public string Events
    {
        get
        {
            lock (events)
            {
                return events.ToString();
            }
        }
    }

    /// <summary>Starts one whose number is told to whom it calls; its microphone is silent.</summary>
    public static async Task<Baresip> Start(string number, int sipPort)
    {
        var phone = new Baresip();
        var port = AsteriskServer.FreePort(ProtocolType.Tcp);
        var quiet = phone.Keep([]);
        await File.WriteAllTextAsync(Path.Combine(phone.folder, "accounts"), $"\"Anna Kowalski\" <sip:{number}@127.0.0.1:{sipPort}>;regint=0;audio_codecs=PCMU/8000/1;dtmfmode=rtpevent\n");
        await File.WriteAllTextAsync(Path.Combine(phone.folder, "contacts"), "");
        await File.WriteAllTextAsync(Path.Combine(phone.folder, "config"), $"""
            sip_listen 127.0.0.1:{AsteriskServer.FreePort(ProtocolType.Udp)}
            audio_source aufile,{quiet}
            audio_player aufile,{phone.folder}/heard.wav
            audio_alert none
            ausrc_srate 8000
            auplay_srate 8000
            ausrc_channels 1
            auplay_channels 1
            rtp_ports 26000-27998
            module_path {Modules}
            module g711.so
            module aufile.so
            module_app account.so
            module_app menu.so
            module_app ctrl_tcp.so
            ctrl_tcp_listen 127.0.0.1:{port}

            """);
        phone.process = Process.Start(new ProcessStartInfo(Which("baresip")!, ["-f", phone.folder]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        phone.process.BeginOutputReadLine();
        phone.process.BeginErrorReadLine();
        for (var tries = 0; ; tries++)
        {
            try
            {
                phone.control = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await phone.control.ConnectAsync(IPAddress.Loopback, port);
                break;
            }
            catch (SocketException) when (tries < 100 && !phone.process.HasExited)
            {
                phone.control.Dispose();
                await Task.Delay(50);
            }
        }

        phone.reading = Task.Run(phone.Read);
        return phone;
    }

    /// <summary>Calls an extension of an Asterisk; done when it was answered.</summary>
    public async Task Dial(string extension, int sipPort)
    {
        var before = Events.Length;
        Say("dial", $"sip:{extension}@127.0.0.1:{sipPort}");
        await Until(() => Events[before..].Contains("CALL_ESTABLISHED", StringComparison.Ordinal), "it was not answered");
    }

    /// <summary>Says a recording (WAV, 16 bit, 8 kHz) and is silent again.</summary>
    public void Play(ReadOnlySpan<short> pcm) => Say("ausrc", $"aufile,{Keep(pcm)}");

    /// <summary>Presses a key.</summary>
    public void Press(char key) => Say("sndcode", key.ToString());

    public void HangUp()
    {
        // Its microphone stays what it was, into the next call.
        Play([]);
        Say("hangup");
    }

    /// <summary>Done when the other side hung up.</summary>
    public Task Closed() => Until(() => Events.Contains("CALL_CLOSED", StringComparison.Ordinal), "nobody hung up");

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        control?.Dispose();
        await reading;
        Directory.Delete(folder, recursive: true);
    }

    private static string? Which(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(path => Path.Combine(path, program)).FirstOrDefault(File.Exists);

    private string Keep(ReadOnlySpan<short> pcm)
    {
        var path = Path.Combine(folder, $"says-{files++}.wav");
        File.WriteAllBytes(path, WavFile.Write([.. pcm, .. new short[SilenceSeconds * 8_000]], 8_000));
        return path;
    }

    /// <summary>A command, as a netstring of JSON.</summary>
    private void Say(string command, string parameters = "")
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { command, @params = parameters });
        control.Send([.. Encoding.ASCII.GetBytes($"{json.Length}:"), .. json, (byte)',']);
    }

    private async Task Read()
    {
        var buffer = new byte[16_384];
        try
        {
            while (await control.ReceiveAsync(buffer) is > 0 and var count)
            {
                lock (events)
                {
                    events.Append(Encoding.UTF8.GetString(buffer, 0, count));
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Until(Func<bool> done, string otherwise)
    {
        for (var tries = 0; !done(); tries++)
        {
            if (tries > 1_000 || process.HasExited)
            {
                throw new TimeoutException($"baresip: {otherwise}.{Environment.NewLine}{Events}");
            }

            await Task.Delay(20);
        }
    }
}
