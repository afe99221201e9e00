using Conversation.Sessions;

namespace Conversation.ClusterBench.Load;

/// <summary>Takes all and does nothing: what remains is what the callers themselves cost.</summary>
internal sealed class NoSessions : ISessions, ISession
{
    public SessionCatalog Catalog => throw new NotSupportedException();

    public string Id => "none";

    public Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation) => Task.FromResult(new OpenResult(this, null, null));

    public SessionFault? PushAudio(long sequence, ReadOnlySpan<short> pcm) => null;

    public void Played(int generation, long samples)
    {
    }

    public SessionFault? Type(string text) => null;

    public SessionFault? Configure(SessionSettings settings) => null;

    public void Detach(ISessionClient client)
    {
    }

    public void Close(string reason)
    {
    }
}
