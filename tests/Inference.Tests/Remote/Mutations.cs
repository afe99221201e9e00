namespace Conversation.Inference.Tests.Remote;

/// <summary>Good messages, spoilt: bytes changed, dropped, doubled, lengths set to extremes, two messages spliced. The same each time; <c>CONVERSATION_FUZZ</c> says how many.</summary>
internal static class Mutations
{
    private static readonly byte[][] Extremes = [[0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0x7f], [1, 0, 0, 0], "\"}"u8.ToArray(), "\n\n"u8.ToArray(), "\\ud800"u8.ToArray(), "[[[[[[[[["u8.ToArray(), "1e999"u8.ToArray()];

    public static IEnumerable<(byte[] Bytes, Random Random)> Of(byte[][] seeds, int usually)
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? asked : usually;
        var random = new Random(4);
        for (var i = 0; i < count; i++)
        {
            var bytes = seeds[random.Next(seeds.Length)].ToList();
            for (var times = 1 + random.Next(4); times > 0 && bytes.Count > 0; times--)
            {
                Mutate(bytes, seeds, random);
            }

            yield return ([.. bytes], random);
        }
    }

    private static void Mutate(List<byte> bytes, byte[][] seeds, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + random.Next(16)));
                break;
            case 2:
                bytes.InsertRange(at, bytes.Skip(at).Take(1 + random.Next(32)).ToArray());
                break;
            case 3:
                bytes.InsertRange(at, Extremes[random.Next(Extremes.Length)]);
                break;
            case 4:
                var extreme = Extremes[random.Next(4)];
                for (var i = 0; i < 4 && at + i < bytes.Count; i++)
                {
                    bytes[at + i] = extreme[i];
                }

                break;
            default:
                var other = seeds[random.Next(seeds.Length)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.Skip(random.Next(other.Length)));
                break;
        }
    }
}
