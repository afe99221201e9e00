using Conversation.Core.Tests.World;
using Conversation.Core.Trace;

namespace Conversation.Core.Tests.Scenarios;

/// <summary>Each text beside this file is a timeline and the trace it must give. UPDATE_TRACES=1 writes the traces anew into the sources: read the difference before you commit it.</summary>
public sealed class ScenarioTests
{
    private const string Separator = "\n---\n";

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.txt", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    internal static string Timeline(string name) => Text(name).Split(Separator)[0];

    private static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name)).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Scenarios");

    [Theory]
    [MemberData(nameof(Names))]
    public void Timeline_gives_its_trace(string name)
    {
        var text = Text(name);
        var cut = text.IndexOf(Separator, StringComparison.Ordinal);
        var script = cut < 0 ? text.TrimEnd('\n') : text[..cut];
        var trace = Room.Play(Script.Parse(script), out var room);
        if (Environment.GetEnvironmentVariable("UPDATE_TRACES") == "1")
        {
            File.WriteAllText(Path.Combine(Sources(), name), script + Separator + trace);
        }
        else
        {
            Assert.Equal(cut < 0 ? "" : text[(cut + Separator.Length)..], trace);
        }

        var diff = new StringWriter();
        Assert.True(SessionReplay.Run(new StringReader(room.Recording), diff, room.Judge) == 0, diff.ToString());
    }

    private static string Sources([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
