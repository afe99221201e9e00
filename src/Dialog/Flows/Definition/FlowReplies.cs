namespace Conversation.Dialog.Flows.Definition;

/// <summary>What every flow needs to be able to say. Each has a default and may be replaced under <c>replies</c>.</summary>
internal sealed record FlowReplies
{
    public Prompts NotUnderstood { get; init; } = Prompts.Of("Sorry, I didn't quite get that.", "I'm sorry, I missed that.");

    public Prompts Explain { get; init; } = Prompts.Of("Sorry, I'm still not with you.");

    public Prompts Again { get; init; } = Prompts.Of("Of course.", "Sure.");

    public Prompts Unheard { get; init; } = Prompts.Of("Just to be sure:", "Let me say that again:");

    public Prompts Corrected { get; init; } = Prompts.Of("All right.", "No problem.", "Sure.");

    public Prompts Change { get; init; } = Prompts.Of("What should I change?", "All right, what would you like to change?");

    public Prompts Wait { get; init; } = Prompts.Of("Of course, take your time.", "Sure, take your time.");

    public Prompts Thanks { get; init; } = Prompts.Of("You're welcome.", "My pleasure.");

    public Prompts Hello { get; init; } = Prompts.Of("Hello!", "Hi there!");

    /// <summary>To a caller who has said who is calling.</summary>
    public Prompts Introduced { get; init; } = Prompts.Of("Nice to talk to you.", "Thank you.");

    public Prompts HowAreYou { get; init; } = Prompts.Of("I'm very well, thank you.", "Very well, thanks for asking.");

    public Prompts Abandoned { get; init; } = Prompts.Of("All right, I've left that.", "Okay, never mind that.");

    public Prompts StartOver { get; init; } = Prompts.Of("Sure, let's start again.", "All right, from the beginning.");

    public Prompts AnythingElse { get; init; } = Prompts.Of("Is there anything else I can do for you?", "Can I help with anything else?");

    public Prompts Help { get; init; } = Prompts.Of("How can I help?", "What can I do for you?");

    /// <summary>What the flow can do, said after two misunderstandings while nothing is under way.</summary>
    public Prompts Options { get; init; } = Prompts.Of("How can I help?");

    /// <summary>What one may say, after a first misunderstanding while nothing is under way; <see cref="Help"/> where there is none.</summary>
    public Prompts? Examples { get; init; }

    public Prompts GoAhead { get; init; } = Prompts.Of("Go ahead, what can I do for you?");

    public Prompts Goodbye { get; init; } = Prompts.Of("Thank you for calling. Goodbye!");

    public Prompts StillThere { get; init; } = Prompts.Of("Are you still there?", "Sorry, I can't hear you.");

    /// <summary>On silence before the caller has said what it is about.</summary>
    public Prompts AnyoneThere { get; init; } = Prompts.Of("Hello, I'm listening.", "I can't hear you. Are you still there?");

    /// <summary>After the last silence.</summary>
    public Prompts IdleGoodbye { get; init; } = Prompts.Of("I can't hear you, so I'll hang up now. Please call again any time. Goodbye!");

    public Prompts Apology { get; init; } = Prompts.Of("Sorry, something went wrong on my side.");

    public Prompts Failed { get; init; } = Prompts.Of("I'm sorry, that didn't work on our side just now.");

    /// <summary>Asks again which of what was offered is wanted.</summary>
    public Prompts Offer { get; init; } = Prompts.Of("Would you like {{offered}}?");

    /// <summary>Asks again whether the one thing offered suits.</summary>
    public Prompts OfferOne { get; init; } = Prompts.Of("Would {{offered}} work?");

    /// <summary>To keys that mean nothing here.</summary>
    public Prompts KeysWrong { get; init; } = Prompts.Of("Sorry, that isn't one of the choices.");

    public Prompts KeysMenu { get; init; } = Prompts.Of("Press {{call.menu}}.");

    public Prompts KeysYesNo { get; init; } = Prompts.Of("Press {{call.yes}} for yes or {{call.no}} for no.");

    public Prompts KeysOffers { get; init; } = Prompts.Of("Press {{call.offers}} to choose.");

    public Prompts KeysWhich { get; init; } = Prompts.Of("Press 1 to {{first}} or 2 to {{second}}.");

    public Prompts KeysChange { get; init; } = Prompts.Of("Press {{call.changes}}.");

    public Prompts Which { get; init; } = Prompts.Of("Would you like to {{first}}, or {{second}}?");
}
