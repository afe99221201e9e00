namespace Conversation.Gateway.Telephony.AudioHook.Signing;

/// <summary>Which nonces were used, for as long as the signatures that carry them are good. Only what was signed rightly is remembered, so strangers cannot fill it.</summary>
internal sealed class SeenNonces(int most = 100_000)
{
    private readonly Lock gate = new();
    private readonly HashSet<(string Key, string Nonce)> seen = [];
    private readonly PriorityQueue<(string Key, string Nonce), long> leaving = new();

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return seen.Count;
            }
        }
    }

    /// <summary>True the first time. Full, it lets nobody in rather than somebody twice. Times are seconds since 1970.</summary>
    public bool TryUse(string key, string nonce, long now, long until)
    {
        lock (gate)
        {
            while (leaving.TryPeek(out var oldest, out var left) && left < now)
            {
                leaving.Dequeue();
                seen.Remove(oldest);
            }

            if (seen.Count >= most || !seen.Add((key, nonce)))
            {
                return false;
            }

            leaving.Enqueue((key, nonce), until);
            return true;
        }
    }
}
