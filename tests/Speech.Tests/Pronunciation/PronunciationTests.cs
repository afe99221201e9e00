using Conversation.Inference.Onnx.Synthesis;
using Conversation.Speech.Pronunciation;
using Conversation.Speech.Tests.Support;

namespace Conversation.Speech.Tests.Pronunciation;

public class PronunciationTests
{
    [Theory]
    [InlineData("The hour", "ði ˈWəɹ")]
    [InlineData("the doctor", "ðə dˈɑktəɹ")]
    [InlineData("to eat", "tʊ ˈit")]
    [InlineData("to go", "tə ɡˈO")]
    [InlineData("a cat and a dog", "ɐ kˈæt ænd ɐ dˈɔɡ")]
    [InlineData("water", "wˈɔTəɹ")]
    [InlineData("little bottle", "lˈɪTᵊl bˈɑTᵊl")]
    [InlineData("the NHS", "ði ˌɛnˌAʧˈɛs")]
    [InlineData("the USA", "ðə jˌuˌɛsˈA")]
    [InlineData("two PCs", "tˈu pˌisˈiz")]
    [InlineData("$5", "fˈIv dˈɑləɹz")]
    [InlineData("Yes, I can.", "jˈɛs, ˌI kˈæn.")]
    [InlineData("I have read it", "ˌI hæv ɹˈɛd ɪt")]
    [InlineData("please read it", "plˈiz ɹˈid ɪt")]
    [InlineData("I live here", "ˌI lˈɪv hˈɪɹ")]
    [InlineData("we close at five", "wi klˈOz æt fˈIv")]
    [InlineData("so close", "sˌO klˈOs")]
    [InlineData("to record", "tə ɹəkˈɔɹd")]
    [InlineData("a record", "ɐ ɹˈɛkəɹd")]
    public void Says(string written, string phonemes) =>
        Assert.Equal(phonemes, Shared.Phonemes.Write(Shared.Normaliser.Normalise(written)).Phonemes);

    [Theory]
    [InlineData("rescheduling", "ɹiskˈɛʤulɪŋ")] // -ing
    [InlineData("blog's", "blˈɔɡz")] // 's
    [InlineData("smartphones", "smˈɑɹtfˌOnz")] // -s
    [InlineData("textbox", "tˈɛkstbˌɑks")] // compound
    [InlineData("naïve", "nˌIˈiv")] // diacritics
    public void Builds_words_the_dictionary_lacks(string word, string phonemes) => Assert.Equal(phonemes, Shared.Phonemes.Word(word));

    [Theory]
    [InlineData("blorptastic")]
    [InlineData("krishnamurthy")]
    [InlineData("amoxicillin")]
    [InlineData("oyelaran")]
    [InlineData("zyxtrophian")]
    public void Unseen_words_get_one_main_stress_and_known_symbols(string word)
    {
        var phonemes = Shared.Phonemes.Word(word);
        Assert.Equal(1, phonemes.Count(c => c == 'ˈ'));
        Assert.All(phonemes, c => Assert.True(KokoroTokens.Has(c), $"Kokoro has no '{c}'"));
    }

    [Fact]
    public void Without_a_model_a_word_that_cannot_be_built_is_spelled() =>
        Assert.Equal("zˈi kjˈu ˈɛks vˈi pˈi", new PhonemeWriter(Shared.Dictionary, null).Word("zqxvp"));

    [Fact]
    public void Every_symbol_of_the_dictionary_is_known_to_both_engines()
    {
        var vits = VitsTokens.Load(TestKit.Weights.File("vits-libritts", "tokens.txt"));
        foreach (var word in File.ReadLines(TestKit.Weights.File("cmudict-kokoro", "en-us.txt")).Where(l => l.Length > 0 && l[0] != ';').Select(l => l.Split('\t')).Where(l => l.Length > 1))
        {
            var phonemes = Allophones.Apply(word[1]);
            for (var i = 0; i < phonemes.Length; i++)
            {
                Assert.True(KokoroTokens.Has(phonemes[i]), $"{word[0]}: Kokoro has no '{phonemes[i]}'");
                Assert.All(EspeakAlphabet.Spell(phonemes, i), c => Assert.True(vits.Has(c), $"{word[0]}: VITS has no '{c}'"));
            }
        }
    }

    [Fact]
    public void Words_that_the_tables_add_are_in_both_alphabets()
    {
        var vits = VitsTokens.Load(TestKit.Weights.File("vits-libritts", "tokens.txt"));
        foreach (var phonemes in CommonWords.Added.Values.Concat(CommonWords.Weak.Values))
        {
            Assert.All(phonemes, c => Assert.True(KokoroTokens.Has(c), phonemes));
            Assert.All(Enumerable.Range(0, phonemes.Length), i => Assert.All(EspeakAlphabet.Spell(phonemes, i), c => Assert.True(vits.Has(c), phonemes)));
        }
    }

    [Fact]
    public void The_dictionary_finds_words_in_any_case_and_gives_all_their_pronunciations()
    {
        Assert.InRange(Shared.Dictionary.Count, 120_000, 130_000);
        Assert.Equal("əpˈYntmənt", Shared.Dictionary.Find("Appointment"));
        Assert.Equal(["ðə", "ðˈʌ", "ði"], Shared.Dictionary.All("the"));
        Assert.Null(Shared.Dictionary.Find("qqqqq"));
        Assert.Null(Shared.Dictionary.Find("naïve"));
        Assert.Null(Shared.Dictionary.Find(new string('a', 80)));
    }

    [Fact]
    public void Windows_line_ends_and_a_missing_last_one_do_no_harm()
    {
        var dictionary = Dictionary.Parse(";;; note\r\nONE\twˈʌn\r\nTWO\ttˈu\ttə");
        Assert.Equal("wˈʌn", dictionary.Find("one"));
        Assert.Equal(["tˈu", "tə"], dictionary.All("two"));
    }

    [Theory]
    [InlineData("həlˈO", "həlˈoʊ")]
    [InlineData("bˈɜɹd", "bˈɜːd")]
    [InlineData("lˈɛTəɹ", "lˈɛɾɚ")]
    [InlineData("ʤˈʌʤ ʧˈiz", "dʒˈʌdʒ tʃˈiːz")]
    [InlineData("hˈæpi", "hˈæpi")]
    [InlineData("wi sˈɛl", "wiː sˈɛl")]
    [InlineData("ði ˈɛnd", "ðɪ ˈɛnd")]
    [InlineData("kˈɑɹ", "kˈɑːɹ")]
    [InlineData("əɹˈWnd", "ɚɹˈaʊnd")]
    [InlineData("hˈɜɹi", "hˈɜːɹi")]
    public void The_fast_engine_reads_espeaks_alphabet(string misaki, string espeak) =>
        Assert.Equal(espeak, string.Concat(Enumerable.Range(0, misaki.Length).Select(i => EspeakAlphabet.Spell(misaki, i))));

    [Theory]
    [InlineData("oʊt͡ʃ", "ˈOʧ")]
    [InlineData("ænθɹɒpɪk", "ænθɹˈɑpɪk")]
    [InlineData("steɪʃən", "stˈAʃən")]
    public void The_models_alphabet_is_mapped_and_stressed(string ipa, string misaki) => Assert.Equal(misaki, MisakiAlphabet.FromIpa(ipa));
}
