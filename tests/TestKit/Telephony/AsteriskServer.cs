using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Conversation.TestKit.Telephony;

/// <summary>
/// An Asterisk 22 of its own, that listens on this machine's loopback alone: SIP for telephones (context "phone", "caller" and "trunk" of its plan are the
/// test's), ARI, and Local channels that play recordings.
/// </summary>
public sealed class AsteriskServer : IAsyncDisposable
{
    /// <summary>User and password of its ARI.</summary>
    public const string User = "conversation", Password = "pass word";

    private static readonly string Root = Environment.GetEnvironmentVariable("ASTERISK_ROOT") ?? "";
    private static readonly string[] Modules =
    [
        "res_timing_timerfd", "codec_ulaw", "codec_alaw", "codec_resample", "format_pcm", "format_wav", "format_sln", "pbx_config", "func_uuid", "func_channel", "func_callerid", "func_global", "func_uri", "func_logic", "func_strings",
        "res_clioriginate", "app_dial", "app_playback", "app_mixmonitor", "app_senddtmf", "app_verbose", "app_stack", "app_echo", "bridge_simple", "bridge_softmix",
        "res_audiosocket", "app_audiosocket", "chan_audiosocket", "res_crypto", "res_http_websocket", "res_websocket_client", "chan_websocket",
        "res_rtp_asterisk", "res_pjproject", "res_pjsip", "res_pjsip_pubsub", "res_pjsip_session", "res_pjsip_sdp_rtp", "res_pjsip_caller_id", "res_pjsip_endpoint_identifier_ip", "res_pjsip_rfc3326", "chan_pjsip",
        "res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop", "app_stasis", "res_ari", "res_ari_model", "res_ari_channels", "res_ari_bridges", "res_ari_events", "res_ari_asterisk", "res_ari_applications",
    ];

    private readonly string inside;
    private Process process;

    private AsteriskServer(Process process, string inside, int http, int sip)
    {
        this.process = process;
        this.inside = inside;
        Http = new Uri($"http://127.0.0.1:{http}");
        SipPort = sip;
    }

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Missing { get; } = Root.Length > 0 && File.Exists(Path.Combine(Root, "usr/sbin/asterisk")) ? null
        : "there is no Asterisk 22: name the folder it is installed under in ASTERISK_ROOT (\"/\", or one to chroot into; docs/guides/asterisk.md says how to have one)";

    /// <summary>Where ARI and media WebSockets are.</summary>
    public Uri Http { get; }

    /// <summary>Where it takes SIP, UDP on 127.0.0.1.</summary>
    public int SipPort { get; }

    /// <summary>What Asterisk wrote.</summary>
    public string Log => File.Exists(Folder + "/log/full") ? File.ReadAllText(Folder + "/log/full") : "there is no log";

    private string Folder => Root.TrimEnd('/') + inside;

    private static string[] Command => Root.TrimEnd('/').Length == 0 ? ["/usr/sbin/asterisk"] : ["chroot", Root, "/usr/sbin/asterisk"];

    /// <summary>Starts one. FOLDER in the dialplan is its own folder. <paramref name="phone"/> is where a telephone called by <c>PJSIP/NUMBER@phone</c> listens for SIP, <paramref name="ari"/> its own HTTP port.</summary>
    public static async Task<AsteriskServer> Start(string dialplan, string webSocketClients = "", int? phone = null, int? ari = null)
    {
        var inside = $"/tmp/conversation-{Guid.NewGuid():N}"[..25];
        var folder = Root.TrimEnd('/') + inside;
        foreach (var part in new[] { "etc", "lib/keys", "spool/monitor", "spool/tmp", "spool/recording", "run", "log" })
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        void Configure(string name, string text) => File.WriteAllText(Path.Combine(folder, "etc", name + ".conf"), text);
        foreach (var empty in new[] { "cdr", "cel", "stasis", "codecs", "stir_shaken", "features", "acl", "udptl", "ccss", "indications", "chan_websocket", "pjproject" })
        {
            Configure(empty, "");
        }

        var (http, sip) = (ari ?? FreePort(ProtocolType.Tcp), FreePort(ProtocolType.Udp));
        var modules = Directory.EnumerateDirectories(Path.Combine(Root, "usr/lib"), "*-linux-gnu").Select(path => Path.Combine(path, "asterisk/modules")).First(Directory.Exists);
        Configure("asterisk", $"""
            [directories]
            astetcdir => {inside}/etc
            astmoddir => /{Path.GetRelativePath(Root, modules)}
            astvarlibdir => {inside}/lib
            astdbdir => {inside}/lib
            astkeydir => {inside}/lib
            astdatadir => /usr/share/asterisk
            astagidir => {inside}/lib
            astspooldir => {inside}/spool
            astrundir => {inside}/run
            astlogdir => {inside}/log
            [options]
            verbose = 3
            transmit_silence = yes
            """);
        Configure("modules", "[modules]\nautoload=no\npreload=res_sorcery_config.so\npreload=res_sorcery_memory.so\npreload=res_sorcery_astdb.so\n" + string.Concat(Modules.Select(name => $"load={name}.so\n")));
        Configure("logger", "[logfiles]\nfull => notice,warning,error,verbose\n");
        Configure("http", $"[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport={http}\n");
        Configure("ari", $"[general]\nenabled=yes\nchannelvars=CUSTOMER\n[{User}]\ntype=user\npassword={Password}\n");
        // Below the range from which Linux takes ports by itself.
        Configure("rtp", "[general]\nrtpstart=20000\nrtpend=24999\n");
        Configure("pjsip", $"""
            [transport]
            type = transport
            protocol = udp
            bind = 127.0.0.1:{sip}
            [phone]
            type = endpoint
            transport = transport
            context = phone
            disallow = all
            allow = ulaw
            direct_media = no
            media_address = 127.0.0.1
            bind_rtp_to_media_address = yes
            rtp_symmetric = no
            dtmf_mode = rfc4733
            trust_id_inbound = yes
            aors = phone
            [phone]
            type = aor
            contact = sip:phone@127.0.0.1:{phone ?? 9}
            [phone]
            type = identify
            endpoint = phone
            match = 127.0.0.1
            """);
        Configure("websocket_client", webSocketClients);
        Configure("extensions", "[general]\nstatic=yes\n" + dialplan.Replace("FOLDER", inside, StringComparison.Ordinal));

        var server = new AsteriskServer(Launch(Daemon(inside)), inside, http, sip);
        await server.Booted();
        return server;
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task Kill()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>Stops it, so that it neither reads nor answers.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>Lets it go on after <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal("-CONT");

    /// <summary>Starts it again after <see cref="Kill"/>.</summary>
    public async Task Restart()
    {
        process.Dispose();
        process = Launch(Daemon(inside));
        await Booted();
    }

    /// <summary>Keeps a WAV (16 bit, 8 or 16 kHz) for Playback(FOLDER/name).</summary>
    public void Keep(string name, byte[] wav) => File.WriteAllBytes($"{Folder}/{name}.{(BitConverter.ToInt32(wav, 24) == 16_000 ? "wav16" : "wav")}", wav);

    /// <summary>What MixMonitor(FOLDER/name,D) recorded: what the caller heard and what it said, 8 kHz.</summary>
    public (short[] Heard, short[] Said) Recording(string name)
    {
        var bytes = File.ReadAllBytes($"{Folder}/{name}");
        var samples = MemoryMarshal.Cast<byte, short>(bytes.AsSpan(0, bytes.Length / 4 * 4)).ToArray();
        return ([.. samples.Where((_, n) => n % 2 == 0)], [.. samples.Where((_, n) => n % 2 == 1)]);
    }

    /// <summary>Calls an extension of context "gw"; the caller does what an extension of context "caller" says.</summary>
    public Task Call(string extension, string caller) => Cli(string.Create(CultureInfo.InvariantCulture, $"channel originate Local/{extension}@gw/n extension {caller}@caller"));

    /// <summary>Sets a global variable of the dialplan.</summary>
    public Task Set(string variable, string value) => Cli($"dialplan set global {variable} {value}");

    /// <summary>Sends the caller of the only call elsewhere in its plan.</summary>
    public async Task Redirect(string caller)
    {
        var channels = await Cli("core show channels concise");
        var channel = channels.Split('\n').Select(line => line.Split('!')[0]).Single(name => name.EndsWith(";1", StringComparison.Ordinal));
        await Cli($"channel redirect {channel} caller,{caller},1");
    }

    /// <summary>Waits until the log says something, from a place in it on.</summary>
    public async Task Logged(string text, int from = 0)
    {
        for (var tries = 0; !Log[from..].Contains(text, StringComparison.Ordinal); tries++)
        {
            if (tries >= 500)
            {
                throw new TimeoutException($"Asterisk did not say '{text}':{Environment.NewLine}{Log[from..]}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>What a command of its console says.</summary>
    public async Task<string> Cli(string command)
    {
        using var cli = Launch([.. Command, "-C", inside + "/etc/asterisk.conf", "-rx", command]);
        var output = await cli.StandardOutput.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A port that nobody has.</summary>
    public static int FreePort(ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string[] Daemon(string inside) => [.. Command, "-C", inside + "/etc/asterisk.conf", "-f", "-g"];

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private async Task Booted()
    {
        for (var tries = 0; !(await Cli("core waitfullybooted")).Contains("fully booted", StringComparison.Ordinal); tries++)
        {
            if (tries >= 100)
            {
                throw new InvalidOperationException($"Asterisk did not start:{Environment.NewLine}{Log}");
            }

            await Task.Delay(100);
        }
    }

    private static Process Launch(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        if (!command.Contains("-rx"))
        {
            process.BeginOutputReadLine();
        }

        return process;
    }
}
