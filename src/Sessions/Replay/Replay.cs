using Conversation.Core.Trace;

namespace Conversation.Sessions;

/// <summary>Runs a recorded session again and says whether the same comes out.</summary>
public static class Replay
{
    /// <summary>Replays the recording at <paramref name="path"/>; differences and the verdict go to <paramref name="output"/>. The exit code: 0 the same, 1 different, 2 no readable recording.</summary>
    public static int Run(string path, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            using var recorded = File.OpenText(path);
            var differences = SessionReplay.Run(recorded, output);
            output.WriteLine(differences == 0
                ? $"{path}: the same outputs, byte for byte."
                : $"{path}: {differences} lines differ.");
            return differences == 0 ? 0 : 1;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            output.WriteLine($"{path}: {fault.Message}");
            return 2;
        }
    }
}
