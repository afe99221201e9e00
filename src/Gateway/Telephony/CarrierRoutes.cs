namespace Conversation.Gateway.Telephony;

/// <summary>The routes of all carriers, by the settings they come from.</summary>
internal static class CarrierRoutes
{
    /// <summary>What is wrong with them.</summary>
    public static IEnumerable<string> Faults(GatewayOptions options)
    {
        foreach (var (setting, route) in All(options))
        {
            if (route.Record && options.Recording.Folder is null)
            {
                yield return $"Gateway:{setting}:Record is true and Gateway:Recording:Folder is not set: give a folder for recordings, or record no calls.";
            }

            if (route.Record && string.IsNullOrWhiteSpace(route.Consent))
            {
                yield return $"Gateway:{setting}:Record is true and Gateway:{setting}:Consent is empty: give what callers are told, or record no calls.";
            }

            if (route.WhenMachine is { } action && !Answering.AnswerOptions.IsAction(action))
            {
                yield return $"Gateway:{setting}:WhenMachine is '{action}': give hangup, message or talk.";
            }
        }
    }

    private static IEnumerable<(string Setting, CarrierRoute Route)> All(GatewayOptions options) =>
    [
        .. Of("AudioSocket", options.AudioSocket.Default, options.AudioSocket.Routes),
        .. Of("ChanWebSocket", options.ChanWebSocket.Default, options.ChanWebSocket.Routes),
        .. Of("Ari", options.Ari.Default, options.Ari.Routes),
        .. Of("Twilio", options.Twilio.Default, options.Twilio.Routes),
        .. options.AudioHook.Clients.SelectMany(client => Of($"AudioHook:Clients:{client.Key}", client.Value.Default, client.Value.Routes)),
    ];

    private static IEnumerable<(string Setting, CarrierRoute Route)> Of(string section, CarrierRoute usual, IReadOnlyDictionary<string, CarrierRoute> routes) =>
        routes.Select(route => ($"{section}:Routes:{route.Key}", route.Value)).Prepend(($"{section}:Default", usual));
}
