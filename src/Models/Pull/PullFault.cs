namespace Conversation.Models.Pull;

/// <summary>Why a package could not be pulled, in words for the person who ran the command.</summary>
/// <param name="Package">name@version.</param>
/// <param name="Kind">Which side failed.</param>
/// <param name="Message">What happened.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed record PullFault(string Package, PullFaultKind Kind, string Message, string Advice)
{
    public override string ToString() => $"{Package}: {Message}\n    {Advice}";
}

internal enum PullFaultKind
{
    /// <summary>The registry could not say where the package is.</summary>
    Registry,

    /// <summary>The registry does not hold it.</summary>
    NotFound,

    /// <summary>The connection failed or ended early; what arrived is kept for the next try.</summary>
    Network,

    /// <summary>The tarball is not what the manifest says.</summary>
    Integrity,

    /// <summary>A file in the tarball is not what the manifest says.</summary>
    WrongFile,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The disk refused for another reason.</summary>
    Disk,
}
