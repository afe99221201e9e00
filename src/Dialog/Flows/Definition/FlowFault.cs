namespace Conversation.Dialog.Flows.Definition;

/// <summary>Something wrong in a flow's file, and where.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record FlowFault(int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}: {Message}";
}

/// <summary>A flow's file cannot be used; every fault in it is listed.</summary>
public sealed class FlowException : Exception
{
    /// <summary>A file with faults.</summary>
    public FlowException(string file, IReadOnlyList<FlowFault> faults)
        : base($"{file} has {faults.Count} fault(s):{string.Concat(faults.Select(f => $"\n  {f}"))}")
    {
        Faults = faults;
    }

    /// <summary>All of them, by line.</summary>
    public IReadOnlyList<FlowFault> Faults { get; }
}
