using Conversation.Models.Catalog;

namespace Conversation.Models;

/// <summary>
/// Finds weight files on disk by artifact and file name, as models/manifest.json names them.
/// Pulling is another program's work: a room that lacks a file says so and stops.
/// </summary>
public sealed class ModelCatalog
{
    /// <summary>The catalog over <paramref name="directory"/>, which need not exist.</summary>
    public ModelCatalog(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        Directory = System.IO.Path.GetFullPath(directory);
    }

    /// <summary>
    /// The catalog of this machine: $CONVERSATION_CACHE, else $XDG_CACHE_HOME/conversation, else ~/.cache/conversation
    /// (LOCALAPPDATA\conversation on Windows). The environment is read at each call.
    /// </summary>
    public static ModelCatalog Default => new(CacheLocation.Find());

    /// <summary>The folder with one folder per artifact, absolute.</summary>
    public string Directory { get; }

    /// <summary>Whether the file is there. Its content is verified when pulled, not here.</summary>
    public bool Has(string artifact, string file) => File.Exists(Join(artifact, file));

    /// <summary>The absolute path of a file.</summary>
    /// <exception cref="WeightsMissingException">The file is not there; the message says how to get it.</exception>
    public string PathOf(string artifact, string file)
    {
        string path = Join(artifact, file);
        return File.Exists(path) ? path : throw new WeightsMissingException(artifact, file, Directory);
    }

    /// <summary>The absolute path of an artifact's folder, for artifacts of many files such as voices.</summary>
    /// <exception cref="WeightsMissingException">The folder is not there; the message says how to get it.</exception>
    public string DirectoryOf(string artifact)
    {
        string path = Join(artifact, "");
        return System.IO.Directory.Exists(path) ? path : throw new WeightsMissingException(artifact, "", Directory);
    }

    private string Join(string artifact, string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(artifact);
        ArgumentNullException.ThrowIfNull(file);
        return System.IO.Path.Combine(Directory, artifact, file);
    }
}
