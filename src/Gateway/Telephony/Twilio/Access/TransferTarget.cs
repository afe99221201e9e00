namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>Whom a call may be handed over to: what the configuration names, and what it allows a dialog to name.</summary>
internal static class TransferTarget
{
    /// <summary>What is to be dialled for a dialog's target; null and why not where it is not to be.</summary>
    public static (string? Target, string Why) Find(TwilioOptions options, string asked)
    {
        if (options.Transfers.TryGetValue(asked, out var named))
        {
            return (named, "");
        }

        return !Twiml.IsTarget(asked) ? (null, "it is not in Gateway:Twilio:Transfers, and neither a number nor a SIP address")
            : options.TransferTo.Any(entry => Allows(entry, asked)) ? (asked, "")
            : (null, "it is not in Gateway:Twilio:Transfers, and Gateway:Twilio:TransferTo does not allow it");
    }

    /// <summary>Whether this can stand in <see cref="TwilioOptions.TransferTo"/>: an empty one would allow every number.</summary>
    public static bool IsEntry(string entry) => entry.StartsWith('@') ? entry.Length > 1 && Host(entry) == entry[1..] : Number(entry) is { Length: > 0 } number && number != "+" && number.TrimStart('+').All(char.IsAsciiDigit);

    private static bool Allows(string entry, string target) =>
        target.StartsWith("sip", StringComparison.OrdinalIgnoreCase)
            ? entry.StartsWith('@') && Host(target).Equals(entry[1..], StringComparison.OrdinalIgnoreCase)
            : !entry.StartsWith('@') && Number(target).StartsWith(Number(entry), StringComparison.Ordinal);

    /// <summary>Without what only helps the eye.</summary>
    private static string Number(string written) => string.Concat(written.Where(letter => letter is not ('-' or '.' or '(' or ')' or ' ')));

    /// <summary>The host of a SIP address: behind what may be a user and a password, before port, parameters and headers.</summary>
    private static string Host(string address)
    {
        var bare = address.Split(['?', ';', '<', '>', ','])[0];
        return bare[(bare.LastIndexOf('@') + 1)..].Split(':')[0];
    }
}
