using Conversation.Models.Pull;

namespace Conversation.Models.Tests.Pull;

/// <summary>Takes so many bytes in all, then says what a full disk says.</summary>
internal sealed class FullDisk(long room) : PullDisk
{
    private long _room = room;

    public long Free { get; init; } = long.MaxValue;

    public override long Available(string directory) => Free;

    public override Stream Write(string path, bool append) => new Filling(base.Write(path, append), this);

    private sealed class Filling(Stream inner, FullDisk disk) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Interlocked.Add(ref disk._room, -buffer.Length) < 0)
            {
                throw new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);
            }

            inner.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
