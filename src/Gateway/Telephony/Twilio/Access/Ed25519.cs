using System.Numerics;
using System.Security.Cryptography;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>Verifies Ed25519 signatures (RFC 8032, 5.1.7), as .NET does not. Verifies only: nothing here is secret, so nothing needs constant time. A few milliseconds each.</summary>
internal static class Ed25519
{
    public const int KeyBytes = 32;
    public const int SignatureBytes = 64;

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly BigInteger RootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
    private static readonly Point Base = Decode(BasePoint())!.Value;

    // Extended homogeneous coordinates: x = X/Z, y = Y/Z, xy = T/Z.
    private readonly record struct Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);

    /// <summary>Whether the holder of this public key signed this message so.</summary>
    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (key.Length != KeyBytes || signature.Length != SignatureBytes || Decode(key) is not { } point)
        {
            return false;
        }

        // A key of small order is nobody's: for it a signature of any message can be made up.
        var eightfold = Multiply(point, 8);
        var s = new BigInteger(signature[32..], isUnsigned: true);
        if (s >= L || (eightfold.X.IsZero && eightfold.Y == eightfold.Z))
        {
            return false;
        }

        byte[] hashed = [.. signature[..32], .. key, .. message];
        var h = new BigInteger(SHA512.HashData(hashed), isUnsigned: true) % L;
        // R = sB - hA, compared as it is written.
        var minus = point with { X = Mod(-point.X), T = Mod(-point.T) };
        return Encode(Add(Multiply(Base, s), Multiply(minus, h))).AsSpan().SequenceEqual(signature[..32]);
    }

    private static byte[] BasePoint()
    {
        // y = 4/5, x even.
        var bytes = new byte[KeyBytes];
        Mod(4 * Inverse(5)).TryWriteBytes(bytes, out _, isUnsigned: true);
        return bytes;
    }

    private static Point? Decode(ReadOnlySpan<byte> bytes)
    {
        Span<byte> text = stackalloc byte[KeyBytes];
        bytes.CopyTo(text);
        var odd = (text[31] & 0x80) != 0;
        text[31] &= 0x7F;
        var y = new BigInteger(text, isUnsigned: true);
        if (y >= P)
        {
            return null;
        }

        var (u, v) = (Mod((y * y) - 1), Mod((D * y * y) + 1));
        var x = Mod(u * BigInteger.ModPow(v, 3, P) * BigInteger.ModPow(u * BigInteger.ModPow(v, 7, P), (P - 5) / 8, P));
        var square = Mod(v * x * x);
        if (square == Mod(-u))
        {
            x = Mod(x * RootOfMinusOne);
        }
        else if (square != u)
        {
            return null;
        }

        if (x.IsZero && odd)
        {
            return null;
        }

        x = x.IsEven == odd ? P - x : x;
        return new Point(x, y, 1, Mod(x * y));
    }

    private static byte[] Encode(Point point)
    {
        var inverse = Inverse(point.Z);
        var (x, y) = (Mod(point.X * inverse), Mod(point.Y * inverse));
        var bytes = new byte[KeyBytes];
        y.TryWriteBytes(bytes, out _, isUnsigned: true);
        bytes[31] |= (byte)(x.IsEven ? 0 : 0x80);
        return bytes;
    }

    private static Point Multiply(Point point, BigInteger times)
    {
        var sum = new Point(0, 1, 1, 0);
        for (; !times.IsZero; times >>= 1)
        {
            sum = times.IsEven ? sum : Add(sum, point);
            point = Add(point, point);
        }

        return sum;
    }

    // Complete: it doubles too (RFC 8032, 5.1.4).
    private static Point Add(Point one, Point other)
    {
        var a = (one.Y - one.X) * (other.Y - other.X) % P;
        var b = (one.Y + one.X) * (other.Y + other.X) % P;
        var c = one.T * 2 * D % P * other.T % P;
        var d = one.Z * 2 * other.Z % P;
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new Point(Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
    }

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(value, P - 2, P);

    private static BigInteger Mod(BigInteger value)
    {
        var rest = value % P;
        return rest.Sign < 0 ? rest + P : rest;
    }
}
