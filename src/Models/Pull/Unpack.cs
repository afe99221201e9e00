using System.Formats.Tar;
using System.IO.Compression;
using Conversation.Models.Manifest;

namespace Conversation.Models.Pull;

/// <summary>Streams a tarball once and writes only the wanted files: whole entries, byte ranges of one, or several joined.</summary>
internal sealed class Unpack(PullDisk disk)
{
    /// <summary>Writes each file to the path given with it. Files that are incomplete stay behind: the caller owns the folder.</summary>
    public PullFault? Run(string package, string tarball, IReadOnlyList<(ModelFile File, string Path)> wanted, CancellationToken cancel)
    {
        List<Slice> slices = [.. wanted.SelectMany(Slices)];
        HashSet<string> seen = [];
        byte[] buffer = new byte[1 << 17];
        try
        {
            using FileStream raw = File.OpenRead(tarball);
            using GZipStream plain = new(raw, CompressionMode.Decompress);
            using TarReader reader = new(plain);
            while (reader.GetNextEntry() is { } entry)
            {
                Slice[] here = [.. slices.Where(slice => slice.Entry == entry.Name)];
                if (here.Length > 0 && entry.DataStream is { } data)
                {
                    Copy(data, here, buffer, cancel);
                    seen.Add(entry.Name);
                    if (seen.Count == slices.Select(slice => slice.Entry).Distinct().Count())
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or FormatException)
        {
            return new PullFault(package, PullFaultKind.WrongFile, $"the tarball cannot be read: {broken.Message}", "Report it: the manifest names a broken package.");
        }

        if (slices.FirstOrDefault(slice => !seen.Contains(slice.Entry)) is { } absent)
        {
            return new PullFault(package, PullFaultKind.WrongFile, $"the tarball has no {absent.Entry}", "Report it: the manifest names a file that its package lacks.");
        }

        foreach ((ModelFile file, string path) in wanted.Where(w => w.File.Join is not null))
        {
            Join(file, path);
        }

        return null;
    }

    private static IEnumerable<Slice> Slices((ModelFile File, string Path) wanted) => wanted.File.Entries.Select((entry, index) => new Slice(
        entry,
        wanted.File.Range?[0] ?? 0,
        wanted.File.Range?[1] ?? long.MaxValue,
        wanted.File.Join is null ? wanted.Path : Piece(wanted.Path, index)));

    private static string Piece(string path, int index) => $"{path}.{index}";

    private void Copy(Stream data, Slice[] slices, byte[] buffer, CancellationToken cancel)
    {
        Stream[] outputs = new Stream[slices.Length];
        try
        {
            for (int i = 0; i < slices.Length; i++)
            {
                outputs[i] = disk.Write(slices[i].Path, append: false);
            }

            long end = slices.Max(slice => slice.End);
            for (long position = 0; position < end;)
            {
                cancel.ThrowIfCancellationRequested();
                int read = data.Read(buffer);
                if (read == 0)
                {
                    break;
                }

                for (int i = 0; i < slices.Length; i++)
                {
                    int from = (int)Math.Clamp(slices[i].Start - position, 0, read);
                    int to = (int)Math.Clamp(slices[i].End - position, 0, read);
                    outputs[i].Write(buffer.AsSpan(from..Math.Max(from, to)));
                }

                position += read;
            }
        }
        finally
        {
            foreach (Stream? output in outputs)
            {
                output?.Dispose();
            }
        }
    }

    private void Join(ModelFile file, string path)
    {
        using (Stream whole = disk.Write(Piece(path, 0), append: true))
        {
            for (int index = 1; index < file.Join!.Count; index++)
            {
                using (FileStream piece = File.OpenRead(Piece(path, index)))
                {
                    piece.CopyTo(whole, 1 << 17);
                }

                File.Delete(Piece(path, index));
            }
        }

        File.Move(Piece(path, 0), path);
    }

    private sealed record Slice(string Entry, long Start, long End, string Path);
}
