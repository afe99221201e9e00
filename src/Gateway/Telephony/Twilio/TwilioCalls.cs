using System.Collections.Concurrent;
using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Gateway.Telephony.Twilio.Rest;
using Conversation.Gateway.Telephony.Twilio.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Twilio;

/// <summary>The calls there are: one stream for each, admitted by what its start shows; and what can be done with them at the carrier.</summary>
internal sealed class TwilioCalls(GatewayOptions options, StreamTokens tokens, TwilioRest rest, ILogger<TwilioCalls> logger)
{
    private readonly OutboundNote notes = new(options);
    private readonly ConcurrentDictionary<string, TwilioConnection> live = new(StringComparer.Ordinal);

    /// <summary>Streams open now.</summary>
    public int Count => live.Count;

    /// <summary>Null where a stream may go on; else why not. <paramref name="local"/>: it comes from this machine, where no secret is set up.</summary>
    public string? Admit(StreamStart start, bool local, TwilioConnection connection)
    {
        var twilio = options.Twilio;
        if (start.StreamId.Length == 0 || start.CallId.Length == 0)
        {
            return "it names no stream or no call";
        }

        if (twilio.AccountSid.Length > 0 && !twilio.IsTelnyx && start.AccountSid != twilio.AccountSid)
        {
            return "it is of another account";
        }

        if (twilio.RouteOf(start.Parameters.GetValueOrDefault(StreamCaller.Route)) is null)
        {
            return "there is no such route";
        }

        // Telnyx does not say that its two names for a call are one.
        if (twilio.RequireToken && !local && tokens.Redeem(start.Parameters.GetValueOrDefault(StreamTokens.Parameter, ""), twilio.IsTelnyx ? "" : start.CallId, start.Parameters) is { } wrong)
        {
            return "it shows " + wrong;
        }

        return live.Count >= twilio.MaxCalls ? "there are as many calls as may be" : live.TryAdd(start.CallId, connection) ? null : "its call has a stream already";
    }

    /// <summary>Who calls, from what a stream tells at its start.</summary>
    public CallerInfo CallerOf(StreamStart start) => StreamCaller.Read(start, notes);

    /// <summary>A stream is over.</summary>
    public void Release(string call, TwilioConnection connection) => live.TryRemove(KeyValuePair.Create(call, connection));

    /// <summary>Has the carrier do what the dialog asks for; null where it cannot.</summary>
    public Task<bool>? Act(string call, SessionEvent.ActionRequested action)
    {
        if (!rest.Enabled || action.Name is not ("hangup" or "transfer"))
        {
            return null;
        }

        if (action.Name == "hangup")
        {
            return Done(rest.HangUpAsync(call));
        }

        var (target, why) = TransferTarget.Find(options.Twilio, action.Target);
        if (target is null)
        {
            TwilioLog.NoTarget(logger, call, why);
            return null;
        }

        return Done(rest.TransferAsync(call, target));
    }

    private static async Task<bool> Done(Task<RestAnswer> asked) => (await asked.ConfigureAwait(false)).Done;
}
