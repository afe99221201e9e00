namespace Conversation.Models.Pull;

/// <summary>The disk as the pull sees it; a test hands in one that fills up.</summary>
internal class PullDisk
{
    /// <summary>Opens a file for writing: from its start, or after what it holds.</summary>
    public virtual Stream Write(string path, bool append)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, append ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
    }

    /// <summary>Bytes that can be written under a folder; <see cref="long.MaxValue"/> where the system does not say.</summary>
    public virtual long Available(string directory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }

    /// <summary>Whether an error says that nothing more fits: ENOSPC or EDQUOT, ERROR_DISK_FULL or ERROR_HANDLE_DISK_FULL.</summary>
    public static bool IsFull(IOException error) => (error.HResult & 0xFFFF) is int code
        && (OperatingSystem.IsWindows() ? code is 112 or 39 : code is 28 or 122 or 69);

    /// <summary>What a failed write means.</summary>
    public static PullFault Fault(string package, Exception error, string cache) => error is IOException io && IsFull(io)
        ? new PullFault(package, PullFaultKind.DiskFull, "the disk is full", $"Make room where {cache} lies, or set CONVERSATION_CACHE to a folder on a larger disk, and run the command again.")
        : new PullFault(package, PullFaultKind.Disk, $"the disk refused: {error.Message}", $"See that {cache} can be written, or set CONVERSATION_CACHE to a folder that can.");
}
