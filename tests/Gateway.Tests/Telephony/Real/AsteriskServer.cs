using System.Diagnostics;
using System.Globalization;

namespace Conversation.Gateway.Tests.Telephony.Real;

/// <summary>A test that calls through a real Asterisk: skipped where ASTERISK_ROOT names none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AsteriskFactAttribute : FactAttribute
{
    public AsteriskFactAttribute() => Skip = AsteriskServer.Missing;
}

/// <summary>An Asterisk 22 of its own, with nothing open to the network: a caller is a Local channel that plays recordings.</summary>
internal sealed class AsteriskServer : IAsyncDisposable
{
    private static readonly string Root = Environment.GetEnvironmentVariable("ASTERISK_ROOT") ?? "";
    private static readonly string[] Modules =
    [
        "res_timing_timerfd", "codec_ulaw", "codec_resample", "format_pcm", "format_wav", "format_sln", "pbx_config", "func_uuid", "func_channel", "res_clioriginate",
        "app_dial", "app_playback", "app_mixmonitor", "app_senddtmf", "app_verbose", "bridge_simple", "bridge_softmix", "res_audiosocket", "app_audiosocket", "chan_audiosocket",
        "res_http_websocket", "res_websocket_client", "chan_websocket",
    ];

    private readonly Process process;
    private readonly string inside;

    private AsteriskServer(Process process, string inside)
    {
        this.process = process;
        this.inside = inside;
    }

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Missing { get; } = Root.Length > 0 && File.Exists(Path.Combine(Root, "usr/sbin/asterisk")) ? null
        : "there is no Asterisk 22: name the folder it is installed under in ASTERISK_ROOT (\"/\", or one to chroot into; docs/guides/asterisk.md says how to have one)";

    private string Folder => Root.TrimEnd('/') + inside;

    public static async Task<AsteriskServer> Start(string dialplan, string webSocketClients = "")
    {
        var inside = $"/tmp/conversation-{Guid.NewGuid():N}"[..25];
        var folder = Root.TrimEnd('/') + inside;
        foreach (var part in new[] { "etc", "lib/keys", "spool/monitor", "spool/tmp", "run", "log" })
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        void Configure(string name, string text) => File.WriteAllText(Path.Combine(folder, "etc", name + ".conf"), text);
        foreach (var empty in new[] { "cdr", "cel", "stasis", "codecs", "stir_shaken", "features", "acl", "udptl", "ccss", "indications", "chan_websocket" })
        {
            Configure(empty, "");
        }

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
        Configure("http", "[general]\nenabled=no\n");
        Configure("rtp", "[general]\n");
        Configure("websocket_client", webSocketClients);
        Configure("extensions", "[general]\nstatic=yes\n" + dialplan.Replace("FOLDER", inside, StringComparison.Ordinal));

        var server = new AsteriskServer(Launch([.. Command, "-C", inside + "/etc/asterisk.conf", "-f", "-g"]), inside);
        for (var tries = 0; !(await server.Cli("core waitfullybooted")).Contains("fully booted", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 100, server.Log);
            await Task.Delay(100);
        }

        return server;
    }

    /// <summary>What Asterisk wrote.</summary>
    public string Log => File.Exists(Folder + "/log/full") ? File.ReadAllText(Folder + "/log/full") : "there is no log";

    /// <summary>Keeps a WAV (16 bit, 8 or 16 kHz) for Playback(FOLDER/name).</summary>
    public void Keep(string name, byte[] wav) => File.WriteAllBytes($"{Folder}/{name}.{(BitConverter.ToInt32(wav, 24) == 16_000 ? "wav16" : "wav")}", wav);

    /// <summary>What MixMonitor(FOLDER/name,D) recorded: what the caller heard and what it said, 8 kHz.</summary>
    public (short[] Heard, short[] Said) Recording(string name)
    {
        var bytes = File.ReadAllBytes($"{Folder}/{name}");
        var samples = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes.AsSpan(0, bytes.Length / 4 * 4)).ToArray();
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

    private static string[] Command => Root.TrimEnd('/').Length == 0 ? ["/usr/sbin/asterisk"] : ["chroot", Root, "/usr/sbin/asterisk"];

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
