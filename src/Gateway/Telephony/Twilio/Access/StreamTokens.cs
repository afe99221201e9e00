using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>
/// Tokens that a stream shows as its parameter <c>token</c>: until when it holds, a number used once, and a MAC over these, the call and all other
/// parameters. So a stream is one that our own answer asked for, with the parameters that it gave. Every gateway with the same secret takes it;
/// that it is used once, each knows for itself.
/// Of a request that can be told from others, such as Telnyx's, which are signed with their time, the token's number is made from it: sent again, it
/// gets one token more that counts as the same.
/// </summary>
internal sealed class StreamTokens
{
    /// <summary>The parameter's name.</summary>
    public const string Parameter = "token";

    private const int Head = 24;
    private const int Mac = 32;
    private readonly byte[] key;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    // Used, and until when that must be remembered: no more than calls come in some ten minutes.
    private readonly Queue<(long Until, UInt128 Name)> order = new();
    private readonly HashSet<UInt128> used = [];

    public StreamTokens(GatewayOptions options, TimeProvider time)
    {
        this.time = time;
        key = DerivedKey.Of(options.Twilio, "conversation media stream token v2");
    }

    /// <summary>A token for a stream of this call with these parameters; <paramref name="request"/>: what no other request has, where there is such.</summary>
    public string Mint(string call, IReadOnlyDictionary<string, string> parameters, TimeSpan life, string request = "")
    {
        var token = new byte[Head + Mac];
        BinaryPrimitives.WriteInt64BigEndian(token, (time.GetUtcNow() + life).ToUnixTimeMilliseconds());
        if (request.Length > 0)
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(request)).AsSpan(0, 16).CopyTo(token.AsSpan(8));
        }
        else
        {
            RandomNumberGenerator.Fill(token.AsSpan(8, 16));
        }

        Sign(token.AsSpan(0, Head), call, parameters).CopyTo(token.AsSpan(Head));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Takes a token: null, or what is wrong with it. It is taken once.</summary>
    public string? Redeem(string shown, string call, IReadOnlyDictionary<string, string> parameters)
    {
        Span<byte> token = stackalloc byte[Head + Mac];
        if (shown.Length != Base64Url.GetEncodedLength(token.Length) || !Base64Url.IsValid(shown) || !Base64Url.TryDecodeFromChars(shown, token, out var length) || length != token.Length
            || !CryptographicOperations.FixedTimeEquals(Sign(token[..Head], call, parameters), token[Head..]))
        {
            return shown.Length == 0 ? "no token" : "a wrong token";
        }

        var until = BinaryPrimitives.ReadInt64BigEndian(token);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (until <= now)
        {
            return "a token whose time is up";
        }

        lock (gate)
        {
            while (order.TryPeek(out var oldest) && oldest.Until <= now)
            {
                used.Remove(order.Dequeue().Name);
            }

            // Lives differ, so one that holds longer may stand before others: they leave with it.
            var name = BinaryPrimitives.ReadUInt128BigEndian(token[8..]);
            if (!used.Add(name))
            {
                return "a token that was used before";
            }

            // A request may be sent again until it is too old to be taken.
            order.Enqueue((until + (long)(2 * TelnyxSignature.Tolerance).TotalMilliseconds, name));
            return null;
        }
    }

    private byte[] Sign(ReadOnlySpan<byte> head, string call, IReadOnlyDictionary<string, string> parameters)
    {
        using var text = new MemoryStream();
        text.Write(head);
        Put(call);
        foreach (var (name, value) in parameters.Where(one => one.Key != Parameter).OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            Put(name);
            Put(value);
        }

        return HMACSHA256.HashData(key, text.ToArray());

        // With their lengths: two texts must not be able to pass for two others.
        void Put(string part)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            text.Write(BitConverter.GetBytes(bytes.Length));
            text.Write(bytes);
        }
    }
}
