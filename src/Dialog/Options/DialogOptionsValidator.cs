namespace Conversation.Dialog;

/// <summary>Checks <see cref="DialogOptions"/>, naming every fault by its setting.</summary>
internal static class DialogOptionsValidator
{
    private static readonly string[] Types = ["flow", "openai", "anthropic", "echo"];

    public static IEnumerable<string> Check(DialogOptions options)
    {
        if (options.Responders.Count == 0)
        {
            yield return "Dialog:Responders is empty; at least one responder is needed.";
        }

        foreach (var (name, responder) in options.Responders)
        {
            var at = $"Dialog:Responders:{name}";
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            {
                yield return $"{at}: a name holds letters, digits, '-' and '_'.";
            }

            foreach (var fault in responder.Type switch
            {
                "flow" => CheckFlow(at, responder),
                "openai" or "anthropic" => CheckChat(at, responder),
                "echo" => [],
                _ => [$"{at}:Type is '{responder.Type}'; it must be one of {string.Join(", ", Types)}."],
            })
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> CheckFlow(string at, ResponderOptions responder)
    {
        if (string.IsNullOrWhiteSpace(responder.File))
        {
            yield return $"{at}:File is needed: the flow's YAML file.";
        }
    }

    private static IEnumerable<string> CheckChat(string at, ResponderOptions responder)
    {
        if (string.IsNullOrWhiteSpace(responder.Model))
        {
            yield return $"{at}:Model is needed: the model's name at the server.";
        }

        if (responder.BaseUrl is { } url && !IsHttp(url))
        {
            yield return $"{at}:BaseUrl is '{url}'; it must be an http or https address.";
        }

        foreach (var (name, target) in responder.TransferTargets)
        {
            if (string.IsNullOrWhiteSpace(name) || string.IsNullOrWhiteSpace(target))
            {
                yield return $"{at}:TransferTargets:{name} is '{target}'; it must be what the carrier is to dial.";
            }
        }

        foreach (var (setting, value, least, most) in new[]
        {
            ("FillerAfterMs", responder.FillerAfterMs, 100, 10_000), ("MaxTokens", responder.MaxTokens, 16, 4096), ("HistoryTurns", responder.HistoryTurns, 1, 500), ("StallMs", responder.StallMs, 500, 120_000),
            ("Retries", responder.Retries, 0, 5), ("RetryWaitMs", responder.RetryWaitMs, 0, 10_000), ("ToolRounds", responder.ToolRounds, 1, 20), ("ToolTimeoutMs", responder.ToolTimeoutMs, 500, 120_000),
        })
        {
            if (value < least || value > most)
            {
                yield return $"{at}:{setting} is {value}; it must be {least} to {most}.";
            }
        }

        foreach (var (name, server) in responder.McpServers)
        {
            var there = $"{at}:McpServers:{name}";
            if (server.Command is null == server.Url is null)
            {
                yield return $"{there} needs exactly one of Command and Url.";
            }

            if (server.Url is { } address && !IsHttp(address))
            {
                yield return $"{there}:Url is '{address}'; it must be an http or https address.";
            }

            if (server.StartTimeoutMs is < 100 or > 120_000)
            {
                yield return $"{there}:StartTimeoutMs is {server.StartTimeoutMs}; it must be 100 to 120000.";
            }
        }
    }

    private static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https");
}
