using System.Text.RegularExpressions;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>What works at any point of any flow.</summary>
internal enum Command
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>Say it again.</summary>
    Repeat,

    /// <summary>Go on with what was cut.</summary>
    GoOn,

    /// <summary>Begin the task afresh.</summary>
    StartOver,

    /// <summary>Leave the task.</summary>
    Abandon,

    /// <summary>Hand over to a person.</summary>
    Person,

    /// <summary>The caller is finished.</summary>
    Goodbye,

    /// <summary>The caller needs a moment.</summary>
    Wait,

    /// <summary>Thanks and nothing more.</summary>
    Thanks,

    /// <summary>A greeting and nothing more.</summary>
    Hello,

    /// <summary>A greeting that asks how one is.</summary>
    HowAreYou,
}

/// <summary>Recognises commands by their words. Each pattern covers the whole utterance but for courtesies, so that "sorry, no, Tuesday" is an answer.</summary>
internal static partial class Commands
{
    private static readonly (Command Command, Regex Pattern)[] Patterns =
    [
        (Command.Person, Person()), (Command.StartOver, StartOver()), (Command.Repeat, Repeat()), (Command.GoOn, GoOn()), (Command.Abandon, Abandon()),
        (Command.Wait, Wait()), (Command.Goodbye, Goodbye()), (Command.Thanks, Thanks()), (Command.HowAreYou, HowAreYou()), (Command.Hello, Hello()),
    ];

    public static Command Read(string text)
    {
        var plain = Marks().Replace(text.ToLowerInvariant().Replace('’', '\''), " ");
        plain = Spaces().Replace(plain, " ").Trim();
        foreach (var (command, pattern) in Patterns)
        {
            if (pattern.IsMatch(plain))
            {
                return command;
            }
        }

        return Command.None;
    }

    [GeneratedRegex(@"[^\p{L}\p{N}' ]+")]
    private static partial Regex Marks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\b(?:speak|talk|put me (?:through|on)|connect me|transfer me|pass me|get me|give me)\b.{0,24}\b(?:person|human|someone|somebody|operator|receptionist|reception|agent|representative|real|people|staff|front desk)\b|^(?:an? |the )?(?:operator|human|agent|representative|receptionist|real person|reception)(?: please)?$|\btransfer me\b|\bput me through\b")]
    private static partial Regex Person();

    [GeneratedRegex(@"\b(?:start (?:over|again|afresh|from (?:scratch|the (?:top|beginning)))|begin again|from the (?:beginning|start|top)|restart)\b")]
    private static partial Regex StartOver();

    [GeneratedRegex(@"^(?:(?:um|uh|oh|i'm|please|sorry|excuse me|hello|wait|huh) )*(?:sorry|pardon(?: me)?|i beg your pardon|beg your pardon|what|huh|eh|excuse me|come again|say what|what was that(?: again)?|what did you (?:just )?say|what was the question|(?:can|could|would|will) you (?:please )?(?:say|repeat|tell me) (?:that|it|the question|yourself)?(?: again| once more| one more time)?|(?:please )?(?:say|repeat) (?:that|it|the question)(?: again| once more| one more time)?|repeat|again|once more|one more time|i (?:didn't|did not|couldn't|can't|could not) (?:quite |really )?(?:hear|catch|get|understand)(?: (?:that|you|it|what you said|the question|the last part|the last bit))?|i missed (?:that|it|what you said))(?: (?:sorry|please|again|once more|more slowly|slowly|one more time))*$")]
    private static partial Regex Repeat();

    [GeneratedRegex(@"^(?:(?:no|sorry|oh|okay|ok|yes|please|you were saying) )*(?:go on|carry on|continue|keep going|go ahead i'm listening|finish|you were saying|what were you (?:saying|going to say)|i'm listening)(?: please| sorry)?$")]
    private static partial Regex GoOn();

    [GeneratedRegex(@"^(?:(?:oh|no|ok|okay|actually|sorry|well|um|uh|just|please|you know what|i think) )*(?:cancel (?:that|this|it)|never ?mind(?: that| it)?|forget (?:it|that|about it|about that)|stop(?: that| it)?|scrap (?:that|it)|leave (?:it|that)|drop it|i(?:'ve| have)? changed my mind|don't bother|quit|abort|i don't want (?:to do )?(?:that|this|it)(?: any ?more)?)(?: please| then| thanks| thank you)*$")]
    private static partial Regex Abandon();

    [GeneratedRegex(@"^(?:(?:um|uh|oh|ok|okay|yes|sorry|please|can you|could you|well) )*(?:hold on|hang on|wait(?: up)?|one (?:moment|second|sec|minute)|(?:wait |hold on |hang on )?(?:just )?(?:a|one) (?:moment|second|sec|minute|bit)|bear with me|give me a (?:moment|second|sec|minute)|let me (?:think|check|see|look)(?: about (?:it|that))?|hold (?:the line|please))(?: (?:a|one|just a) (?:moment|second|sec|minute))?(?: please| let me .*| i'm .*)*$")]
    private static partial Regex Wait();

    [GeneratedRegex(@"^(?:(?:ok|okay|great|perfect|thanks|thank you|alright|all right|well|no|that's (?:great|fine|good|all)|thanks a lot|thank you very much|thank you so much|lovely|cool|right|very much|so much) )*(?:(?:good ?)?bye(?: bye)?|bye now|hang up|end (?:the )?call|have a (?:nice|good|great|lovely) (?:day|evening|afternoon|one|weekend)|see you(?: (?:then|later|soon|tomorrow))?|talk to you (?:later|soon)|cheerio|that's (?:all|it|everything)(?: i needed| for (?:now|today))?|that is all|that will be all|that'll be all|nothing else|i'm done|we're done|no that's (?:all|it))(?: (?:thanks|thank you|bye|goodbye|bye bye|for now|today|thank you very much|thank you bye|then))*$")]
    private static partial Regex Goodbye();

    [GeneratedRegex(@"^(?:(?:ok|okay|great|perfect|oh|lovely|that's|very|good|kind|helpful|right|alright|wonderful|excellent|cool) )*(?:thanks|thank you|cheers|ta|much appreciated)(?: (?:very much|so much|a lot|a bunch|for that|for your help|thanks|you))*$")]
    private static partial Regex Thanks();

    [GeneratedRegex(@"^(?:(?:oh|um|uh|yes|well|hello|hi|hey|hiya|there|good|morning|afternoon|evening) )*(?:how are you(?: doing| today)*|how's it going|how do you do|are you well|how are things|you all right|what's up)(?: (?:today|then|there|this morning|this afternoon))*$")]
    private static partial Regex HowAreYou();

    [GeneratedRegex(@"^(?:(?:oh|um|uh|yes|well|sorry|ah|yeah) )*(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening)|hello there|hi there|are you there|is anyone there|is anybody there|can you hear me|hello can you hear me|anyone there)(?: (?:hello|hi|there|sorry|yes|yeah|um|uh|oh|so|are you there|can you hear me|is anyone there|is anybody there|to you|clinic|good morning|good afternoon|good evening|maple street clinic|nice to meet you|is this the (?:\w+ ){0,2}clinic|i'm calling|sir|madam|ma'am))*$")]
    private static partial Regex Hello();
}
