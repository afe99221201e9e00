using System.Security.Cryptography;
using System.Text;
using Conversation.Models.Manifest;

namespace Conversation.Models.Pull;

/// <summary>
/// A small file in an artifact's folder saying that everything this manifest names for it was verified there.
/// With it a second run needs a few file sizes and no hashing.
/// </summary>
internal static class Stamp
{
    private const string Name = ".complete";

    /// <summary>Stamped for exactly these files, and each is there with its size.</summary>
    public static bool IsCurrent(string folder, IReadOnlyList<ModelFile> files)
    {
        string path = Path.Combine(folder, Name);
        return File.Exists(path)
            && File.ReadAllText(path).Trim() == Digest(files)
            && files.All(file => HasSize(Path.Combine(folder, file.Path), file.Size));
    }

    public static void Write(string folder, IReadOnlyList<ModelFile> files)
    {
        string path = Path.Combine(folder, Name);
        File.WriteAllText(path + ".new", Digest(files) + "\n");
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Takes the stamp away; the folder need not exist.</summary>
    public static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(Path.Combine(folder, Name));
        }
    }

    /// <summary>Whether a file has the size and the sha256 that the manifest names.</summary>
    public static bool IsRight(string path, ModelFile file)
    {
        if (!HasSize(path, file.Size))
        {
            return false;
        }

        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == file.Sha256;
    }

    private static bool HasSize(string path, long size) => new FileInfo(path) is { Exists: true } info && info.Length == size;

    private static string Digest(IReadOnlyList<ModelFile> files) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', files.Select(file => $"{file.Path} {file.Size} {file.Sha256}")))));
}
