using System.Globalization;
using Conversation.Gateway.Telephony.Outbound;
using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Gateway.Telephony.Twilio.Rest;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Twilio;

/// <summary>Calls somebody by Twilio: when answered, it asks <c>/v1/twilio/voice</c> as for any call.</summary>
internal sealed class TwilioCarrier(GatewayOptions options, TwilioRest rest) : IOutboundCarrier
{
    private readonly OutboundNote notes = new(options);

    public string Name => "twilio";

    // Twilio must find us by itself: there is no request to learn the address from.
    public bool Enabled => options.Twilio is { Enabled: true, IsTelnyx: false, PublicUrl: not null } && rest.Enabled;

    public CarrierRoute? RouteOf(string route) => options.Twilio.RouteOf(route);

    public async Task<OutboundResult> CallAsync(OutboundCall call, CancellationToken cancellation)
    {
        var from = call.From.Length > 0 ? call.From : options.Twilio.From;
        if (from.Length == 0)
        {
            return new OutboundResult(null, new SessionFault("carrier_refused", "Twilio shows one of your numbers: give 'from', or set Gateway:Twilio:From.", "from"));
        }

        var note = notes.Seal(new Dictionary<string, string>(call.Attributes) { ["id"] = call.Id });
        if (note.Length > OutboundNote.Longest)
        {
            return new OutboundResult(null, new SessionFault("carrier_refused", "The attributes are longer than Twilio passes on: about 2,000 characters.", "attributes"));
        }

        var url = $"{options.Twilio.PublicUrl!.TrimEnd('/')}{options.Twilio.VoicePath}?{OutboundNote.Parameter}={note}{(call.Route.Length > 0 ? $"&{StreamCaller.Route}={Uri.EscapeDataString(call.Route)}" : "")}";
        List<(string, string)> fields = [("To", call.To), ("From", from), ("Url", url), ("Timeout", ((int)call.Ring.TotalSeconds).ToString(CultureInfo.InvariantCulture))];
        if (call.DetectMachine && options.Twilio.MachineDetection)
        {
            fields.Add(("MachineDetection", "Enable"));
        }

        var answer = await rest.CallAsync(fields).ConfigureAwait(false);
        return answer.Done
            ? new OutboundResult(answer.CallId, null)
            : new OutboundResult(null, new SessionFault(answer.Answered ? "carrier_refused" : "carrier_unavailable", $"Twilio: {answer.Fault}"));
    }
}
