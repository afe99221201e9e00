namespace Conversation.Dialog;

/// <summary>Who answers. Bound from configuration section <c>Dialog</c>.</summary>
public sealed record DialogOptions
{
    /// <summary>Responders by name. Default: <c>clinic</c>, the shipped flow, and <c>echo</c>. Names hold letters, digits, '-' and '_'.</summary>
    public Dictionary<string, ResponderOptions> Responders { get; init; } = new(StringComparer.Ordinal)
    {
        ["clinic"] = new ResponderOptions { Type = "flow", File = "flows/clinic.yaml" },
        ["echo"] = new ResponderOptions { Type = "echo" },
    };

    /// <summary>Every fault, in words that name the setting; empty when all is well.</summary>
    public IEnumerable<string> Validate() => DialogOptionsValidator.Check(this);
}

/// <summary>A responder.</summary>
public sealed record ResponderOptions
{
    /// <summary>"flow", "openai" (any server that speaks OpenAI's chat completions), "anthropic" or "echo". Default "flow".</summary>
    public string Type { get; init; } = "flow";

    /// <summary>For a flow: its YAML file, from the working folder or from the program's. No default.</summary>
    public string? File { get; init; }

    /// <summary>For a flow: where the built-in appointment book is kept, in place of what the flow's file says. Default null: as the flow says.</summary>
    public string? AppointmentsFile { get; init; }

    /// <summary>For chat: the server's base address, as <c>http://localhost:11434/v1</c>. Default null: OpenAI's or Anthropic's own.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>For chat: the environment variable that holds the key. Default <c>OPENAI_API_KEY</c> or <c>ANTHROPIC_API_KEY</c>. A server of your own may need none.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>For chat: the model's name at the server. No default.</summary>
    public string? Model { get; init; }

    /// <summary>For chat: who the model is and what it is for. What makes an answer good to listen to is added to it. Default: a helpful assistant.</summary>
    public string System { get; init; } = "You are a helpful assistant on the telephone.";

    /// <summary>For chat: what opens the call, said without asking the model. Default "Hello, how can I help?".</summary>
    public string Greeting { get; init; } = "Hello, how can I help?";

    /// <summary>For chat: what is said while a tool takes long. Default "One moment, I'm looking that up.".</summary>
    public string Filler { get; init; } = "One moment, I'm looking that up.";

    /// <summary>For chat: how long a tool may run before <see cref="Filler"/> is said, in milliseconds, 100 to 10,000. Default 700.</summary>
    public int FillerAfterMs { get; init; } = 700;

    /// <summary>For chat: tokens of an answer at most, 16 to 4096. Default 300, about a minute and a half of speech.</summary>
    public int MaxTokens { get; init; } = 300;

    /// <summary>For chat: turns of the conversation sent along, 1 to 500. Default 40.</summary>
    public int HistoryTurns { get; init; } = 40;

    /// <summary>For chat: how long the server may be silent before or within an answer, in milliseconds, 500 to 120,000. Default 8000.</summary>
    public int StallMs { get; init; } = 8000;

    /// <summary>For chat: attempts after the first where the server is busy or fails before its first word, 0 to 5. Default 2.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>For chat: the longest wait before another attempt, in milliseconds, 0 to 10,000; a server that asks for longer is not waited for. Default 2000.</summary>
    public int RetryWaitMs { get; init; } = 2000;

    /// <summary>For chat: where the model may hand the caller over to; null gives it no such tool. Default null.</summary>
    public string? TransferTarget { get; init; }

    /// <summary>For chat: where else it may hand the caller over to: what the model calls it ("billing") and the target the carrier is given. Default none.</summary>
    public Dictionary<string, string> TransferTargets { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>For chat: how often the model may use tools in one turn, 1 to 20. Default 5.</summary>
    public int ToolRounds { get; init; } = 5;

    /// <summary>For chat: how long a tool may run, in milliseconds, 500 to 120,000. Default 15,000.</summary>
    public int ToolTimeoutMs { get; init; } = 15_000;

    /// <summary>For chat: MCP servers by name, whose tools the model may use. Default none.</summary>
    public Dictionary<string, McpServerOptions> McpServers { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>An MCP server: a program spoken to over its standard input and output, or an address.</summary>
public sealed record McpServerOptions
{
    /// <summary>The program to start. Exactly one of this and <see cref="Url"/>.</summary>
    public string? Command { get; init; }

    /// <summary>The program's arguments. Default none.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables to set for the program. Default none.</summary>
    public Dictionary<string, string?> Environment { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The server's http or https address.</summary>
    public string? Url { get; init; }

    /// <summary>The environment variable that holds a bearer token for the address. Default null: none is sent.</summary>
    public string? TokenVariable { get; init; }

    /// <summary>How long the start may take, in milliseconds, 100 to 120,000. Default 10,000.</summary>
    public int StartTimeoutMs { get; init; } = 10_000;

    /// <summary>Tools that may be used; empty allows all. Default empty.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];
}
