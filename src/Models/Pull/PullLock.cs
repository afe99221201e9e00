namespace Conversation.Models.Pull;

/// <summary>One pull at a time for a cache, also between programs: the system frees the lock when its holder dies.</summary>
internal static class PullLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static async Task<IDisposable> TakeAsync(string cache, IPullProgress progress, TimeProvider time, CancellationToken cancel)
    {
        Directory.CreateDirectory(cache);
        string path = Path.Combine(cache, ".lock");
        for (bool told = false; ; told = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException held) when (IsHeld(held))
            {
                if (!told)
                {
                    progress.Say("Another pull is at work in this cache; waiting for it.");
                }

                await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; all else is a disk that refuses.</summary>
    private static bool IsHeld(IOException error) => (error.HResult & 0xFFFF) is int code
        && (OperatingSystem.IsWindows() ? code is 32 or 33 : code is 11 or 35);
}
