using System.Text;

namespace Conversation.Inference.Onnx.MiniLm;

/// <summary>
/// Takes the accents off letters, as BERT's uncased vocabulary wants. By table, not by Unicode decomposition: that needs ICU data, which an invariant build has not.
/// Covers Latin-1 and Latin Extended-A; other letters pass unchanged, combining marks vanish.
/// </summary>
internal static class AccentFolding
{
    private const string Accented = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿāăąćĉċčďēĕėęěĝğġģĥĩīĭįĵķĺļľńņňōŏőŕŗřśŝşšţťũūŭůűųŵŷźżž";
    private const string Plain = "aaaaaaceeeeiiiinooooouuuuyyaaaccccdeeeeegggghiiiijklllnnnooorrrssssttuuuuuuwyzzz";

    public static string Fold(Rune lower)
    {
        if (lower.Value is >= 0x300 and <= 0x36F)
        {
            return "";
        }

        var at = lower.Value is >= 0xE0 and <= 0x17E ? Accented.IndexOf((char)lower.Value) : -1;
        return at < 0 ? lower.ToString() : Plain[at].ToString();
    }
}
