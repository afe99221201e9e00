namespace Conversation.Models.Pull;

/// <summary>Where packages come from. The real one asks npm, so that mirrors, scopes and .npmrc work as they do for npm.</summary>
internal interface IPackageRegistry
{
    /// <summary>The address of a package's tarball.</summary>
    Task<(Uri? Tarball, PullFault? Fault)> LocateAsync(string package, CancellationToken cancel);

    /// <summary>Fetches the tarball with the registry's own client, for a registry that wants credentials or certificates only it has. Not resumable.</summary>
    Task<PullFault?> FetchAsync(string package, string path, CancellationToken cancel);
}
