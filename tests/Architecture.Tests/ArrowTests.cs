using System.Text.RegularExpressions;

namespace Conversation.Architecture.Tests;

/// <summary>The allowed arrows between rooms, in project files and in the names that sources use.</summary>
public class ArrowTests
{
    public static TheoryData<string> Rooms => [.. Room.All.Where(room => room.Exists).Select(room => room.Name)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void ARoomKnowsOnlyTheRoomsItMay(string name)
    {
        var types = Room.All.Where(room => room.Exists).ToDictionary(room => room.Name, room => room.Names());
        NoFaults(Room.All.Single(room => room.Name == name).Faults(types));
    }

    [Fact]
    public void EveryProjectUnderSrcIsARoom()
    {
        var known = Room.All.Select(room => room.Project).ToHashSet();
        NoFaults(Repository.Sources("src", "*.csproj").Where(project => !known.Contains(project)).Select(project => $"{project} is not among the rooms; add it to Room.All with its arrows."));
    }

    [Fact]
    public void DialogKnowsOfInferenceOnlyThePorts()
    {
        NoFaults(
            from file in Repository.Sources("src/Dialog")
            let code = SourceText.Strip(Repository.Read(file))
            from Match match in Regex.Matches(code, @"(?<![\w.])(?:Conversation\s*\.\s*)?Inference\s*\.\s*(\w+)|\busing\s+Conversation\.Inference\s*;")
            where match.Groups[1].Value is not "Ports"
            select $"{file} names {match.Value}.");
    }

    [Fact]
    public void DialogKnowsOfCoreOnlyItsWords()
    {
        const string words = "src/Core/Words.cs";
        var hidden = Repository.Sources("src/Core").Where(file => file != words)
            .SelectMany(file => SourceText.PublicTypes(SourceText.Strip(Repository.Read(file)))).ToHashSet();
        hidden.ExceptWith(SourceText.PublicTypes(SourceText.Strip(Repository.Read(words))));
        var sources = Repository.Sources("src/Dialog").Select(file => (File: file, Code: SourceText.Strip(Repository.Read(file)))).ToArray();
        hidden.ExceptWith(sources.SelectMany(source => SourceText.AnyTypes(source.Code)));
        Assert.Contains("SessionInput", hidden);
        NoFaults(
            sources.Where(source => Regex.IsMatch(source.Code, @"\bConversation\.Core\b"))
                .SelectMany(source => SourceText.Identifiers(source.Code).Where(hidden.Contains).Distinct().Select(name => $"{source.File} names Core's {name}."))
                .Concat(sources.Where(source => Regex.IsMatch(source.Code, @"\bConversation\.Core\.\w+\s*;")).Select(source => $"{source.File} uses an inner namespace of Core.")));
    }

    [Fact]
    public void OnlyGrainsAndSiloKnowOrleans()
    {
        var outside = Room.All.Where(room => room.Name is not ("Grains" or "Silo")).ToArray();
        NoFaults(
            outside.SelectMany(room => Repository.Sources(room.Folder)).Where(file => Regex.IsMatch(SourceText.Strip(Repository.Read(file)), @"\bOrleans\s*\."))
                .Concat(outside.Where(room => room.Exists).Select(room => room.Project).Where(project => Repository.Read(project).Contains("Microsoft.Orleans", StringComparison.Ordinal)))
                .Select(file => $"{file} names Orleans."));
    }

    [Fact]
    public void OnlyInferenceOnnxKnowsOnnxRuntime()
    {
        NoFaults(
            Repository.Sources("src").Where(file => !file.StartsWith("src/Inference/Onnx/", StringComparison.Ordinal) && !file.StartsWith("src/OnnxRuntime/", StringComparison.Ordinal))
                .Where(file => Regex.IsMatch(SourceText.Strip(Repository.Read(file)), @"\bMicrosoft\s*\.\s*ML\b"))
                .Concat(Repository.Sources("src", "*.csproj").Where(file => file != "src/OnnxRuntime/OnnxRuntime.csproj" && Repository.Read(file).Contains("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal)))
                .Select(file => $"{file} names Microsoft.ML.OnnxRuntime."));
    }

    [Theory]
    [InlineData("Core")]
    [InlineData("Audio")]
    public void CoreAndAudioStandOnTheRuntimeAlone(string room)
    {
        Assert.DoesNotMatch(@"<(Package|Framework)Reference", Repository.Read($"src/{room}/{room}.csproj"));
    }

    [Fact]
    public void CoreHasNoClockNoTasksAndNoInputOrOutput()
    {
        NoFaults(
            from file in Repository.Sources("src/Core")
            from Match match in Regex.Matches(SourceText.Strip(Repository.Read(file)), @"\b(async|await|Task|ValueTask|Thread|Timer|TimeProvider|Stopwatch|DateTime|DateTimeOffset|Environment|Console|File|ILogger|Random)\b")
            select $"{file} names {match.Value}.");
    }

    [Fact]
    public void TheCheckItselfSeesWhatItShould()
    {
        var code = SourceText.Strip("""
            // Conversation.Core in a comment
            using Conversation.Audio; /* Inference.Ports */
            var text = "Conversation.Sessions \" Speech.ISpeaker"; var c = '"'; var raw = $"{1}";
            var verbatim = @"a\"; Dialog.IResponder r;
            """);
        Assert.DoesNotContain("Core", code, StringComparison.Ordinal);
        Assert.DoesNotContain("Ports", code, StringComparison.Ordinal);
        Assert.DoesNotContain("Sessions", code, StringComparison.Ordinal);
        Assert.DoesNotContain("ISpeaker", code, StringComparison.Ordinal);
        Assert.Contains("Conversation.Audio", code, StringComparison.Ordinal);
        Assert.Contains("Dialog.IResponder", code, StringComparison.Ordinal);
        Assert.Equal(["A", "B", "C"], SourceText.PublicTypes("public sealed partial record A(int X);\npublic readonly record struct B;\ninternal class D;\npublic interface C\n{\n    public class E;\n}\n"));
        Assert.Contains("PlayoutQueue", Room.All.Single(room => room.Name == "Audio").Names());
        Assert.Contains("Ports", Room.All.Single(room => room.Name == "Inference").Names());
    }

    internal static void NoFaults(IEnumerable<string> faults)
    {
        var all = faults.Distinct().ToArray();
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }
}
