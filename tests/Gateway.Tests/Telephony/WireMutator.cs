using System.Text;

namespace Conversation.Gateway.Tests.Telephony;

/// <summary>Makes what a carrier never sends of what it does: one to four changes to a message.</summary>
internal static class WireMutator
{
    /// <param name="random">Says which, so that a seed says all.</param>
    /// <param name="seeds">Messages.</param>
    /// <param name="pieces">What is put into them.</param>
    /// <param name="swap">Exchanges parts of a message, where it is to stay one and say something else.</param>
    /// <param name="longest">From so many bytes on no other message is put in.</param>
    /// <param name="cutsSeldom">Mostly one byte is taken out instead of all the rest.</param>
    public static List<byte> Mutate(Random random, string[] seeds, string[] pieces, Action<List<byte>, Random>? swap = null, int longest = int.MaxValue, bool cutsSeldom = false)
    {
        var bytes = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]).ToList();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(swap is null ? 5 : 6))
            {
                case 0 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
                case 1 when at < bytes.Count: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)])); break;
                case 3 when bytes.Count < longest: bytes.InsertRange(at, Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)])); break;
                case 4 when swap is not null: swap(bytes, random); break;
                default: bytes.RemoveRange(at, Math.Min(bytes.Count - at, !cutsSeldom || random.Next(8) == 0 ? int.MaxValue : 1)); break;
            }
        }

        return bytes;
    }
}
