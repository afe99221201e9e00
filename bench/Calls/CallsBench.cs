using System.Globalization;
using Conversation.TestKit.Telephony;

namespace Conversation.Bench.Calls;

/// <summary>Calls through a real Asterisk by real telephones (baresip, sipp): barge-in, many at once, words.</summary>
internal static class CallsBench
{
    public const string Description = "calls through a real Asterisk: barge-in, many at once, word errors (see its --help)";

    private const string Usage = """
        ASTERISK_ROOT=FOLDER dotnet run -c Release --project bench -- calls barge-in|load|wer … [--way audiosocket|chan_websocket|ari|all]
          barge-in [--count 40]                      onset of speech to silence at the telephone
          load     [--calls 30] [--seconds 60]       calls at once: failures, intervals between frames
          wer      --dir FOLDER --transcripts TSV [--most N]   recordings (WAV) and what is said in them (file, tab, text)
        As root, with baresip and sipp installed. Exit code 1 where a target is missed, 2 where it was misunderstood or something is missing.
        """;

    public static int Run(string[] line)
    {
        var what = line.FirstOrDefault() ?? "--help";
        var values = new Dictionary<string, string>();
        for (var n = 1; n + 1 < line.Length; n += 2)
        {
            values[line[n].TrimStart('-')] = line[n + 1];
        }

        if (what is not ("barge-in" or "load" or "wer") || line.Length % 2 == 0 || (what == "wer" && !(values.ContainsKey("dir") && values.ContainsKey("transcripts"))))
        {
            Console.WriteLine(Usage);
            return what == "--help" ? 0 : 2;
        }

        if ((AsteriskServer.Missing ?? Baresip.Missing ?? Sipp.Missing) is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 2;
        }

        var way = values.GetValueOrDefault("way", "all");
        var ways = way == "all" ? Scene.Ways : [way];
        int Number(string name, int otherwise) => values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        new Harness(quick: true).DescribeMachine();
        Console.WriteLine($"calls {what}");
        var good = what switch
        {
            "barge-in" => BargeInBench.Run(ways, Number("count", 40)),
            "load" => LoadBench.Run(ways, Number("calls", 30), TimeSpan.FromSeconds(Number("seconds", 60))),
            _ => WerBench.Run(ways, values["dir"], values["transcripts"], Number("most", int.MaxValue)),
        };
        return good.GetAwaiter().GetResult() ? 0 : 1;
    }
}
