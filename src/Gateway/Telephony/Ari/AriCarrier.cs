using Conversation.Gateway.Telephony.Outbound;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Ari;

/// <summary>Calls through Asterisk: originated into the application, where its session opens once it is answered.</summary>
internal sealed class AriCarrier(GatewayOptions options, AriClient ari, AriApplication application) : IOutboundCarrier
{
    public string Name => "asterisk";

    public bool Enabled => ari.Enabled && options.Ari.Calls;

    public CarrierRoute? RouteOf(string route) => route.Length == 0 ? options.Ari.Default : options.Ari.Routes.GetValueOrDefault(route);

    public async Task<OutboundResult> CallAsync(OutboundCall call, CancellationToken cancellation)
    {
        if (!call.To.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.' or '_' or '*' or '#'))
        {
            // It stands in what Asterisk dials, where other signs mean more than themselves: a host, a second endpoint.
            return new OutboundResult(null, new SessionFault("carrier_refused", "Asterisk is given letters, digits and +-._*# to dial, and nothing else.", "to"));
        }

        if (!application.IsConnected)
        {
            return new OutboundResult(null, new SessionFault("carrier_unavailable", "Asterisk is not there at present."));
        }

        var channel = $"{options.Ari.App}-out-{call.Id}";
        // As whoever is talked to: that is whose number it is, whoever called.
        var caller = new CallerInfo { Number = call.To, Called = call.From, Outbound = true, Attributes = call.Attributes };
        application.Expect(channel, RouteOf(call.Route)!, caller);
        var endpoint = options.Ari.Dial.Replace("{number}", call.To, StringComparison.Ordinal);
        var answer = await ari.OriginateAsync(channel, endpoint, call.From, call.Route, call.Ring).ConfigureAwait(false);
        if (answer.Done)
        {
            return new OutboundResult(channel, null);
        }

        application.Forget(channel);
        return new OutboundResult(null, answer.Answered
            ? new SessionFault("carrier_refused", $"Asterisk says: {answer.Fault}", "to")
            : new SessionFault("carrier_unavailable", "Asterisk did not answer."));
    }
}
