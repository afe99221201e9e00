namespace Conversation.Bench;

/// <summary>What "device" was asked to do.</summary>
internal sealed record DeviceArguments
{
    public const string Usage = """
        dotnet run -c Release --project bench -- device [--device cuda:0|cpu] [--quick] [--json] [--workers N] [--bound MS] [--only STAGE]
          --device   the device to verify (default cuda:0); cpu runs everything where there is none
          --quick    seconds instead of minutes, for a look
          --json     one JSON object on standard output, for keeping
          --workers  recognitions of one size side by side in the sessions' part (default: as the server, half the processors, 1 to 8)
          --bound    the p95 recognition delay that live sessions may have, in milliseconds (default 100)
          --only     one of: placement, agreement, throughput, sessions
        Ends with 0; 1 where a model's outputs disagree with the CPU's; 2 where this line makes no sense; 3 where the device cannot be had.
        """;

    public static readonly IReadOnlyList<string> Stages = ["placement", "agreement", "throughput", "sessions"];

    public string Device { get; init; } = "cuda:0";

    public bool Quick { get; init; }

    public bool Json { get; init; }

    public int? Workers { get; init; }

    public int BoundMs { get; init; } = 100;

    public string? Only { get; init; }

    /// <summary>The K of "cuda:K"; null for the CPU.</summary>
    public int? Cuda => Device == "cpu" ? null : int.Parse(Device.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture);

    public bool Does(string stage) => Only is null || Only == stage;

    /// <summary>Null where the line makes no sense; the second value says why.</summary>
    public static (DeviceArguments? Parsed, string? Fault) Parse(IReadOnlyList<string> line)
    {
        var parsed = new DeviceArguments();
        for (var i = 0; i < line.Count; i++)
        {
            var value = i + 1 < line.Count ? line[i + 1] : "";
            switch (line[i])
            {
                case "--quick":
                    parsed = parsed with { Quick = true };
                    continue;
                case "--json":
                    parsed = parsed with { Json = true };
                    continue;
                case "--device" when value == "cpu" || (value.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(value.AsSpan(5), out _)):
                    parsed = parsed with { Device = value };
                    break;
                case "--workers" when int.TryParse(value, out var workers) && workers is >= 1 and <= 64:
                    parsed = parsed with { Workers = workers };
                    break;
                case "--bound" when int.TryParse(value, out var bound) && bound is >= 1 and <= 60_000:
                    parsed = parsed with { BoundMs = bound };
                    break;
                case "--only" when Stages.Contains(value):
                    parsed = parsed with { Only = value };
                    break;
                default:
                    return (null, $"'{line[i]}{(value.Length > 0 ? " " + value : "")}' is not understood.");
            }

            i++;
        }

        return (parsed, null);
    }
}
