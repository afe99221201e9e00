using System.Text;

namespace Conversation.Gateway.Telephony.Answering;

/// <summary>What machines say and people do not, and the other way round. English, as recognition is.</summary>
internal static class AnswerPhrases
{
    private static readonly string[] Machines =
    [
        "leave a message", "leave your message", "leave me a message", "leave us a message", "leave your name", "leave a name", "leave a short message", "leave a brief message", "leave a detailed message",
        "leave word", "record your message", "after the tone", "at the tone", "after the beep", "at the beep", "sound of the tone", "sound of the beep", "hear the beep", "after the signal", "the tone please",
        "not available", "unavailable", "isn't available", "is not able to", "not able to take", "unable to take", "unable to answer", "unable to come", "can't take your call", "cannot take your call", "can't come to the phone",
        "can't answer", "cannot answer", "can't get to the phone", "cannot come to the phone", "can't talk right now", "away from my phone", "away from the phone", "away from my desk", "out of the office",
        "you have reached", "you've reached", "you reached the", "you've called", "you have called", "have reached the", "voicemail", "voice mail", "mailbox", "mail box", "answering machine", "answering service", "automated", "forwarded to",
        "get back to you", "i'll call you back", "will call you back", "call you back as soon", "return your call", "call me back", "try again later", "try your call again", "call back later", "press one", "press 1", "press two", "press 2", "press zero", "press 0", "press the", "press pound", "press star",
        "or press", "please press", "for sales", "for english", "our office is", "our offices are", "our hours", "business hours", "office hours", "currently closed", "is being recorded", "will be recorded", "may be recorded", "may be monitored",
        "please hold", "please stay on the line", "all of our", "all our agents", "your call is important", "thank you for calling and", "menu", "following options", "extension", "dial by name", "subscriber", "the person you are", "the person you're", "the number you have",
        "number you dialed", "number you dialled", "disconnected", "no longer in service", "switched off", "state your name", "reason for calling", "call screening", "google assistant", "missed your call", "sorry we missed", "sorry i missed",
    ];

    private static readonly string[] People =
    [
        "who is this", "who's this", "who is calling", "who's calling", "who is it", "who's there", "can i help", "may i help", "can i do for you", "help you", "how are you", "speaking", "this is she", "this is he", "anyone there", "anybody there", "can you hear", "yes please", "hang on", "hold on", "what's up",
    ];

    private static readonly HashSet<string> Bare = new(StringComparer.Ordinal) { "hello", "hallo", "hullo", "hi", "hey", "yes", "yeah", "yep", "yo", "ello", "there", "good", "morning", "afternoon", "evening", "hi-ya", "hiya", "ahoy", "sup", "is", "me" };

    /// <summary>Whether a machine says this.</summary>
    public static bool IsMachine(string words) => Has(Fold(words), Machines);

    /// <summary>Whether a person says this, to be answered.</summary>
    public static bool IsPerson(string words) => Has(Fold(words), People);

    /// <summary>Whether it is a greeting and nothing else.</summary>
    public static bool IsGreeting(string words) =>
        Fold(words).Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 and <= 4 } each && each.All(Bare.Contains);

    private static bool Has(string folded, string[] phrases) => phrases.Any(phrase => folded.Contains($" {phrase} ", StringComparison.Ordinal));

    private static string Fold(string words)
    {
        var folded = new StringBuilder(" ", words.Length + 2);
        foreach (var letter in words)
        {
            if (char.IsLetterOrDigit(letter) || letter is '\'' or '’')
            {
                folded.Append(letter == '’' ? '\'' : char.ToLowerInvariant(letter));
            }
            else if (folded[^1] != ' ')
            {
                folded.Append(' ');
            }
        }

        return (folded[^1] == ' ' ? folded : folded.Append(' ')).ToString();
    }
}
