using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Conversation.Gateway.Telephony.Recording;

/// <summary>The recordings of this process: where they lie, how long they are kept, and those under way.</summary>
internal sealed partial class Recordings : IHostedService, IDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<CallRecording, bool> running = new();
    private readonly Counter<long> ended;
    private readonly ILogger logger;
    private ITimer? sweeping;

    public Recordings(GatewayOptions options, TimeProvider time, IMeterFactory meters, ILogger<Recordings> logger)
    {
        Options = options.Recording;
        Time = time;
        this.logger = logger;
        ended = meters.Create(GatewayMetrics.MeterName).CreateCounter<long>("gateway.recordings", "{recording}", "Recordings of calls that ended, by what became of them: kept, deleted (the caller objected), failed.");
    }

    public RecordingOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>Makes a file. Set by tests.</summary>
    public Func<string, int, IStereoFile> Create { get; set; } = (path, rate) => new StereoWavFile(path, rate);

    /// <summary>Done when those that a killed process left are closed.</summary>
    public Task Closing { get; private set; } = Task.CompletedTask;

    /// <summary>Those under way.</summary>
    public ICollection<CallRecording> Running => running.Keys;

    /// <summary>What a route asks for, as far as this host can do it; null where the call is not to be recorded.</summary>
    public CallRecorder? For(CarrierCaller caller)
    {
        if (!caller.Route.Record)
        {
            return null;
        }

        if (Options.Folder is null || caller.Route.Consent.Trim().Length == 0)
        {
            LogNotRecorded(caller.CallId, Options.Folder is null ? "Gateway:Recording:Folder is not set" : "its route has no Consent to be said");
            return null;
        }

        return new CallRecorder(this, caller);
    }

    /// <summary>A recording begins: DATE/TIME-CALL.wav, by UTC.</summary>
    public CallRecording Begin(RecordingNote note)
    {
        var started = note.Started.UtcDateTime;
        var name = string.Concat(note.Call.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_').Take(80));
        var path = Path.Combine(Options.Folder!, started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"{started.ToString("HHmmssfff", CultureInfo.InvariantCulture)}-{name}.wav");
        var recording = new CallRecording(this, path, note);
        running[recording] = true;
        _ = recording.Done.ContinueWith(_ => running.TryRemove(recording, out bool _), TaskScheduler.Default);
        LogBegun(note.Call);
        return recording;
    }

    /// <summary>Throws where too little is free.</summary>
    public void CheckSpace()
    {
        var free = new DriveInfo(Options.Folder!).AvailableFreeSpace >> 20;
        if (free < Options.LeastFreeMb)
        {
            throw new IOException($"{free} MiB are free, and Gateway:Recording:LeastFreeMb is {Options.LeastFreeMb}.");
        }
    }

    public void Ended(string how) => ended.Add(1, new KeyValuePair<string, object?>("how", how));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Options is { Folder: not null, RetentionDays: > 0 })
        {
            sweeping = Time.CreateTimer(_ => Sweep(), null, TimeSpan.Zero, SweepEvery);
        }

        if (Options.Folder is not null)
        {
            // Beside the start: there may be many.
            Closing = Task.Run(CloseKilled, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var recording in Running)
        {
            recording.End("stopping");
        }

        await Task.WhenAny(Task.WhenAll(Running.Select(recording => recording.Done)), Task.Delay(StopWithin, Time, cancellationToken)).ConfigureAwait(false);
    }

    public void Dispose() => sweeping?.Dispose();

    /// <summary>Deletes what has been kept for long enough. Touches nothing that it did not name itself.</summary>
    public void Sweep()
    {
        try
        {
            var oldest = Time.GetUtcNow().UtcDateTime.AddDays(-Options.RetentionDays);
            foreach (var day in new DirectoryInfo(Options.Folder!).EnumerateDirectories("????-??-??"))
            {
                if (!DateTime.TryParseExact(day.Name, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) || date.AddDays(1) > oldest)
                {
                    continue;
                }

                foreach (var file in day.EnumerateFiles().Where(file => file.Extension is ".wav" or ".json" or ".part"))
                {
                    file.Delete();
                }

                if (!day.EnumerateFileSystemInfos().Any())
                {
                    day.Delete();
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // None was made yet.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotSwept(fault);
        }
    }

    private void CloseKilled()
    {
        try
        {
            if (KilledRecordings.Close(Options.Folder!, LogNotClosed) is > 0 and var closed)
            {
                LogClosed(closed);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // None was made yet.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotClosed(Options.Folder!, fault);
        }
    }

    [LoggerMessage(60, LogLevel.Information, "Call {Call} is being recorded")]
    private partial void LogBegun(string call);

    [LoggerMessage(61, LogLevel.Error, "Call {Call} is to be recorded by its route and is not: {Why}")]
    private partial void LogNotRecorded(string call, string why);

    [LoggerMessage(62, LogLevel.Error, "The recording of call {Call} failed and ended; the call goes on")]
    public partial void LogFailed(string call, Exception fault);

    [LoggerMessage(63, LogLevel.Information, "The recording of call {Call} was deleted, for the caller objected")]
    public partial void LogDeleted(string call);

    [LoggerMessage(64, LogLevel.Warning, "The recording of call {Call} has reached Gateway:Recording:Longest and ended; the call goes on")]
    public partial void LogLongest(string call);

    [LoggerMessage(65, LogLevel.Error, "Old recordings could not be deleted")]
    private partial void LogNotSwept(Exception fault);

    [LoggerMessage(68, LogLevel.Warning, "{Count} recordings of a process that was killed were closed")]
    private partial void LogClosed(int count);

    [LoggerMessage(69, LogLevel.Error, "The recording at {Path} was left by a process that was killed, and could not be closed")]
    private partial void LogNotClosed(string path, Exception fault);

    [LoggerMessage(67, LogLevel.Critical, "The recording at {Path} is to be deleted, for the caller objected, and cannot be: delete it by hand")]
    public partial void LogNotDeleted(string path, Exception fault);

    [LoggerMessage(66, LogLevel.Information, "Call {Call} is not recorded: {Why}")]
    public partial void LogNone(string call, string why);
}
