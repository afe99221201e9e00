namespace Conversation.Gateway.Telephony.Recording;

/// <summary>Recordings whose process was killed: the next one to start closes them. One under way, in whatever process, is locked and left alone.</summary>
internal static class KilledRecordings
{
    /// <summary>Why they ended.</summary>
    public const string Reason = "killed";

    /// <summary>Closes all that there are; how many.</summary>
    public static int Close(string folder, Action<string, Exception> failed)
    {
        var closed = 0;
        foreach (var path in Directory.EnumerateDirectories(folder, "????-??-??").SelectMany(day => Directory.EnumerateFiles(day, "*.json")))
        {
            try
            {
                closed += RecordingNote.Read(path) is { Ended: null } && Close(path) ? 1 : 0;
            }
            catch (FileNotFoundException)
            {
                // Deleted in the meantime; or killed before there was any audio.
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                failed(path, fault);
            }
        }

        return closed;
    }

    private static bool Close(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(Path.ChangeExtension(path, ".wav"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException busy) when (busy is not FileNotFoundException)
        {
            return false;
        }

        using (file)
        {
            // Ended in the meantime, it was closed by its own process.
            var last = File.GetLastWriteTimeUtc(file.Name);
            if (RecordingNote.Read(path) is not { Ended: null } note || StereoWavFile.Close(file, out var rate) is not { } samples || rate <= 0)
            {
                return false;
            }

            (note with { Ended = last, Seconds = Math.Round((double)samples / rate, 3), Reason = Reason }).Write(path);
            return true;
        }
    }
}
