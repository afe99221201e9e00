using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Conversation.Inference.Kaldi;

/// <summary>A component of a network with its values by name, as the file holds them.</summary>
internal sealed record KaldiComponent(string Name, string Type, IReadOnlyDictionary<string, object> Values)
{
    public T Get<T>(string name) => Values.GetValueOrDefault(name) is T value ? value : throw new InvalidDataException($"Component '{Name}' ({Type}) has no {name} that is a {typeof(T).Name}.");

    public float Float(string name) => BinaryPrimitives.ReadSingleLittleEndian(Get<byte[]>(name));

    public int Int(string name) => BinaryPrimitives.ReadInt32LittleEndian(Get<byte[]>(name));
}

/// <summary>Where a component stands in the chain: it sees its predecessor's frames at these offsets.</summary>
internal sealed record KaldiNode(KaldiComponent Component, int[] Offsets);

/// <summary>An nnet3 network that is one chain from its input to its output; components that the output does not need are left out.</summary>
internal sealed partial class KaldiNetwork
{
    private KaldiNetwork(int inputs, IReadOnlyList<KaldiNode> chain) => (Inputs, Chain) = (inputs, chain);

    /// <summary>Numbers in a frame that goes in.</summary>
    public int Inputs { get; }

    /// <summary>What a frame goes through, first to last.</summary>
    public IReadOnlyList<KaldiNode> Chain { get; }

    public static KaldiNetwork Load(string path)
    {
        var file = KaldiReader.Open(path);
        file.Expect("<Nnet3>");
        if (file.Line().Length > 0)
        {
            throw file.Fault("no network follows");
        }

        Dictionary<string, (string Component, string Input)> nodes = [];
        string? output = null;
        var inputs = 0;
        while (file.Line() is { Length: > 0 } line)
        {
            var fields = Field().Matches(line).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
            switch (line.Split(' ', 2)[0])
            {
                case "input-node" when fields["name"] == "input":
                    inputs = int.Parse(fields["dim"], CultureInfo.InvariantCulture);
                    break;
                case "component-node":
                    nodes.Add(fields["name"], (fields["component"], fields["input"]));
                    break;
                case "output-node" when output is null:
                    output = fields["input"];
                    break;
                default:
                    throw file.Fault($"'{line}' is not understood");
            }
        }

        var components = Components(file).ToDictionary(component => component.Name);
        List<KaldiNode> chain = [];
        for (var name = output ?? throw file.Fault("it has no output"); name != "input";)
        {
            if (!nodes.Remove(name, out var node) || !components.TryGetValue(node.Component, out var component))
            {
                throw file.Fault($"node '{name}' is not there, or is its own input");
            }

            var sources = Source().Matches(node.Input).Select(match => (Name: match.Groups[1].Value, Offset: match.Groups[2])).ToList();
            name = sources.Select(source => source.Name).Distinct().Count() == 1 ? sources[0].Name : throw file.Fault($"node '{name}' has not one input: {node.Input}");
            chain.Add(new KaldiNode(component, [.. sources.Select(source => source.Offset.Success ? int.Parse(source.Offset.ValueSpan, CultureInfo.InvariantCulture) : 0)]));
        }

        chain.Reverse();
        return new KaldiNetwork(inputs, chain);
    }

    private static IEnumerable<KaldiComponent> Components(KaldiReader file)
    {
        file.Expect("<NumComponents>");
        for (var left = file.Int(); left > 0; left--)
        {
            file.Expect("<ComponentName>");
            var name = file.Token();
            var type = file.Token();
            Dictionary<string, object> values = [];
            for (var token = file.Token(); token != type.Replace("<", "</", StringComparison.Ordinal); token = file.Token())
            {
                if (file.Value() is { } value)
                {
                    values[token.Trim('<', '>')] = value;
                }
            }

            yield return new KaldiComponent(name, type.Trim('<', '>'), values);
        }
    }

    [GeneratedRegex(@"(\S+)=(.*?)(?= \S+=|$)")]
    private static partial Regex Field();

    // "Append(Offset(x, -2), x, Offset(x, 2))", "Round(x, 1)" or "x": names with their offsets.
    [GeneratedRegex(@"(?<![\w.-])(?!Append|Offset|Round)([A-Za-z][\w.-]*)(?:(?<=Offset\(\1), (-?\d+)\))?")]
    private static partial Regex Source();
}
