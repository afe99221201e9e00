using Conversation.Speech.Normalisation;
using Conversation.Speech.Tests.Support;

namespace Conversation.Speech.Tests.Normalisation;

public class NormaliserTests
{
    [Theory]
    // Numbers
    [InlineData("I have 3 cats.", "I have three cats.")]
    [InlineData("0 and 10 and 19", "zero and ten and nineteen")]
    [InlineData("21", "twenty one")]
    [InlineData("105", "one hundred five")]
    [InlineData("999", "nine hundred ninety nine")]
    [InlineData("1,000", "one thousand")]
    [InlineData("12,345", "twelve thousand three hundred forty five")]
    [InlineData("3450 boxes", "three thousand four hundred fifty boxes")]
    [InlineData("1,000,001", "one million one")]
    [InlineData("2,500,000,000", "two billion five hundred million")]
    [InlineData("3.14", "three point one four")]
    [InlineData("0.05", "zero point zero five")]
    [InlineData("It is -5 outside", "It is minus five outside")]
    [InlineData("−3.5 and 2", "minus three point five and two")]
    [InlineData("pages 3-5", "pages three to five")]
    [InlineData("10–20 people", "ten to twenty people")]
    [InlineData("Take 1 - 2 pills", "Take one to two pills")]
    [InlineData("007", "zero zero seven")]
    [InlineData("2 + 2 = 4", "two plus two equals four")]
    [InlineData("5 million people", "five million people")]
    [InlineData("a 12-month plan", "a twelve month plan")]
    [InlineData("version 2.1.3", "version two point one point three")]
    [InlineData("v10.0.14", "ten point zero point fourteen")]
    // Ordinals, decades, fractions
    [InlineData("the 1st and 2nd", "the first and second")]
    [InlineData("3rd, 4th, 5th", "third, fourth, fifth")]
    [InlineData("the 12th", "the twelfth")]
    [InlineData("21st birthday", "twenty first birthday")]
    [InlineData("the 100th caller", "the one hundredth caller")]
    [InlineData("the 20th century", "the twentieth century")]
    [InlineData("in the 1990s", "in the nineteen nineties")]
    [InlineData("the '80s", "the eighties")]
    [InlineData("1/2 cup", "one half cup")]
    [InlineData("3/4 of it", "three quarters of it")]
    [InlineData("2 1/2 hours", "two and a half hours")]
    [InlineData("2½ hours", "two and a half hours")]
    [InlineData("open 24/7", "open twenty four seven")]
    // Years
    [InlineData("in 1998", "in nineteen ninety eight")]
    [InlineData("since 2005", "since two thousand five")]
    [InlineData("by 2026", "by twenty twenty six")]
    [InlineData("in 1900", "in nineteen hundred")]
    [InlineData("in 2000", "in two thousand")]
    [InlineData("1805", "eighteen oh five")]
    [InlineData("1998-2004", "nineteen ninety eight to two thousand four")]
    // Money
    [InlineData("$5", "five dollars")]
    [InlineData("$1", "one dollar")]
    [InlineData("$1,250.50", "one thousand two hundred fifty dollars and fifty cents")]
    [InlineData("$0.99", "ninety nine cents")]
    [InlineData("$1.01", "one dollar and one cent")]
    [InlineData("£20", "twenty pounds")]
    [InlineData("£2.5 million", "two point five million pounds")]
    [InlineData("€19.99", "nineteen euros and ninety nine cents")]
    [InlineData("$5k", "five thousand dollars")]
    [InlineData("$3bn", "three billion dollars")]
    [InlineData("¥500", "five hundred yen")]
    [InlineData("-$40", "minus forty dollars")]
    [InlineData("$10-$20", "ten dollars to twenty dollars")]
    [InlineData("It costs $4.50.", "It costs four dollars and fifty cents.")]
    [InlineData("50¢", "fifty cents")]
    [InlineData("US$30", "thirty dollars")]
    // Dates
    [InlineData("2026-11-20", "November twentieth twenty twenty six")]
    [InlineData("11/20/2026", "November twentieth twenty twenty six")]
    [InlineData("20/11/2026", "November twentieth twenty twenty six")]
    [InlineData("3/14/24", "March fourteenth twenty twenty four")]
    [InlineData("20 November", "the twentieth of November")]
    [InlineData("the 20 November", "the twentieth of November")]
    [InlineData("20th of November 2026", "the twentieth of November twenty twenty six")]
    [InlineData("Nov 20th", "November twentieth")]
    [InlineData("Nov. 20, 2026", "November twentieth twenty twenty six")]
    [InlineData("November 3", "November third")]
    [InlineData("on May 5 at noon", "on May fifth at noon")]
    [InlineData("May 2026", "May twenty twenty six")]
    [InlineData("You may 5 times", "You may five times")]
    [InlineData("Tuesday, March 3rd, at 9:30", "Tuesday, March third, at nine thirty")]
    [InlineData("Sept. 1", "September first")]
    [InlineData("10.12.2025", "October twelfth twenty twenty five")]
    [InlineData("on Mon. and Fri. only", "on Monday and Friday only")]
    // Times
    [InlineData("9:30", "nine thirty")]
    [InlineData("at 9:05", "at nine oh five")]
    [InlineData("at 9:00", "at nine o'clock")]
    [InlineData("14:05", "fourteen oh five")]
    [InlineData("2 pm", "two P M")]
    [InlineData("2pm", "two P M")]
    [InlineData("10:30 a.m. tomorrow", "ten thirty A M tomorrow")]
    [InlineData("by 5 p.m.", "by five P M.")]
    [InlineData("9am-5pm", "nine A M to five P M")]
    [InlineData("9:00 - 17:30", "nine o'clock to seventeen thirty")]
    [InlineData("12:00 pm", "twelve P M")]
    [InlineData("8.30am", "eight thirty A M")]
    // Telephone and codes
    [InlineData("Call 555-1234", "Call five five five, one two three four")]
    [InlineData("(555) 123-4567", "five five five, one two three, four five six seven")]
    [InlineData("555-123-4567", "five five five, one two three, four five six seven")]
    [InlineData("+1 555 123 4567", "plus one, five five five, one two three, four five six seven")]
    [InlineData("020 7946 0958", "zero two zero, seven nine four six, zero nine five eight")]
    [InlineData("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight")]
    [InlineData("Dial 911", "Dial nine one one")]
    [InlineData("your code is 4821", "your code is four eight two one")]
    [InlineData("PIN 0042", "PIN zero zero four two")]
    [InlineData("room 204", "room two oh four")]
    [InlineData("room 1204", "room twelve oh four")]
    [InlineData("account 123456789", "account one two three, four five six, seven eight nine")]
    [InlineData("extension 305", "extension three zero five")]
    // Percentages and units
    [InlineData("50%", "fifty percent")]
    [InlineData("3.5 %", "three point five percent")]
    [InlineData("10%-20%", "ten percent to twenty percent")]
    [InlineData("5 km", "five kilometers")]
    [InlineData("1 km", "one kilometer")]
    [InlineData("20°C", "twenty degrees Celsius")]
    [InlineData("-4 °F", "minus four degrees Fahrenheit")]
    [InlineData("3 kg", "three kilograms")]
    [InlineData("10 MB", "ten megabytes")]
    [InlineData("100 Mbps", "one hundred megabits per second")]
    [InlineData("60 km/h", "sixty kilometers per hour")]
    [InlineData("65 mph", "sixty five miles per hour")]
    [InlineData("250ml of water", "two hundred fifty milliliters of water")]
    [InlineData("5 mg/kg", "five milligrams per kilogram")]
    [InlineData("6'2\" tall", "six feet two inches tall")]
    [InlineData("in 5 min.", "in five minutes.")]
    [InlineData("90°", "ninety degrees")]
    [InlineData("40 m²", "forty square meters")]
    // Abbreviations
    [InlineData("Dr. Smith", "doctor Smith")]
    [InlineData("Dr Jones is in", "doctor Jones is in")]
    [InlineData("14 Mulholland Dr.", "fourteen Mulholland drive.")]
    [InlineData("Mr. and Mrs. Lee", "mister and missus Lee")]
    [InlineData("St. James", "saint James")]
    [InlineData("12 Main St.", "twelve Main street.")]
    [InlineData("fruit, e.g. apples", "fruit, for example apples")]
    [InlineData("i.e. never", "that is never")]
    [InlineData("apples, pears, etc.", "apples, pears, et cetera.")]
    [InlineData("cats vs. dogs", "cats versus dogs")]
    [InlineData("No. 5", "number five")]
    [InlineData("No. I said no.", "No. I said no.")]
    [InlineData("Prof. Ada Lovelace, Ph.D.", "professor Ada Lovelace, P H D.")]
    // Initialisms
    [InlineData("the NHS", "the N H S")]
    [InlineData("the USA", "the U S A")]
    [InlineData("the U.S. economy", "the U S economy")]
    [InlineData("AI is here", "A I is here")]
    [InlineData("NASA and NATO", "NASA and NATO")]
    [InlineData("two PCs", "two P C 's")]
    [InlineData("Do NOT do it", "Do NOT do it")]
    [InlineData("it helps us", "it helps us")]
    [InlineData("vitamin C", "vitamin C")]
    [InlineData("plan A", "plan A")]
    [InlineData("A dog", "A dog")]
    [InlineData("an MRI", "an M R I")]
    [InlineData("A4 paper", "A four paper")]
    [InlineData("5G and 4K", "five G and four K")]
    [InlineData("an MP3 file", "an M P three file")]
    [InlineData("COVID-19", "COVID nineteen")]
    // Addresses
    [InlineData("Visit www.example.com.", "Visit example dot com.")]
    [InlineData("https://example.com/help", "example dot com slash help")]
    [InlineData("mail info@clinic-one.org", "mail info at clinic dash one dot org")]
    [InlineData("jane.doe@example.co.uk", "jane dot doe at example dot co dot U K")]
    // Symbols
    [InlineData("salt & pepper", "salt and pepper")]
    [InlineData("C++", "C plus plus")]
    [InlineData("yes and/or no", "yes and or no")]
    [InlineData("#1 choice", "number one choice")]
    [InlineData("~20 people", "about twenty people")]
    [InlineData("he said “hello”", "he said hello")]
    [InlineData("wait... what?", "wait… what?")]
    [InlineData("one - two", "one— two")]
    [InlineData("cafe (the big one) is", "cafe, the big one, is")]
    [InlineData("it’s fine", "it's fine")]
    // Roman numerals
    [InlineData("Henry VIII", "Henry the eighth")]
    [InlineData("World War II", "World War two")]
    [InlineData("Chapter IV", "Chapter four")]
    [InlineData("the IV drip", "the I V drip")]
    // Markdown, emojis, control characters
    [InlineData("This is **very** important", "This is very important")]
    [InlineData("_Really_ nice", "Really nice")]
    [InlineData("See [our page](https://example.com/a?b=c) now", "See our page now")]
    [InlineData("Great! 🎉👍", "Great!")]
    [InlineData("run `dotnet build` now", "run dotnet build now")]
    [InlineData("## Opening hours", "Opening hours")]
    [InlineData("- one\n- two\n- three", "one. two. three")]
    [InlineData("wrapped\nline", "wrapped line")]
    [InlineData("bell\u0007 and\u200B zero", "bell and zero")]
    [InlineData("<b>bold</b> tags", "bold tags")]
    [InlineData("snake_case name", "snake case name")]
    [InlineData("", "")]
    [InlineData("🙂", "")]
    public void Says(string written, string spoken) =>
        Assert.Equal(spoken, SpokenWriter.Show(Shared.Normaliser.Normalise(written)));

    [Fact]
    public void Every_spoken_word_comes_from_a_place_in_the_text_and_places_never_go_back()
    {
        const string Text = "Dr. Smith paid $1,250.50 on Nov 20th, 2026 at 9:30 a.m. for 5 km & 20°C, call (555) 123-4567 or see www.example.com/x today.";
        var tokens = Shared.Normaliser.Normalise(Text);
        Assert.All(tokens, t => Assert.InRange(t.Source, 0, Text.Length - 1));
        Assert.Equal(tokens.Select(t => t.Source).Order(), tokens.Select(t => t.Source));
        Assert.Equal(Text.IndexOf("20th", StringComparison.Ordinal), tokens.Single(t => t.Text == "twentieth").Source);
    }

    [Fact]
    public void No_text_breaks_it()
    {
        const string Alphabet = "aAzZ019 .,:;-–—/\\$£€%°'’\"()[]{}<>*_`#@&+=~|\n\t…?!éß漢🎉½²\0";
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var tokens = Shared.Normaliser.Normalise(text);
            Assert.All(tokens, t => Assert.InRange(t.Source, 0, text.Length - 1));
            Assert.All(tokens, t => Assert.NotEqual("", t.Text));
        }
    }
}
