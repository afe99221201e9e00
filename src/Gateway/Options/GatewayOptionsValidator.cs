using Microsoft.Extensions.Options;

namespace Conversation.Gateway;

/// <summary>Says everything that is wrong with the options, so that mending them takes one start and not ten.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var faults = new List<string>();
        Within(options.MaxConnections, 1, 100_000, nameof(options.MaxConnections));
        Within(options.MaxMessageBytes, 4_096, 1_048_576, nameof(options.MaxMessageBytes));
        Within(options.MaxTextLength, 1, 100_000, nameof(options.MaxTextLength));
        Within(options.AudioRateFactor, 1, 100, nameof(options.AudioRateFactor));
        Within(options.ControlPerSecond, 1, 10_000, nameof(options.ControlPerSecond));
        Within(options.MaxFaults, 1, 10_000, nameof(options.MaxFaults));
        Within(options.MaxSequenceGap, 1, 10_000, nameof(options.MaxSequenceGap));
        Within(options.QueueEvents, 16, 100_000, nameof(options.QueueEvents));
        Within(options.SpeakConcurrency, 1, 1_000, nameof(options.SpeakConcurrency));
        Within(options.SpeakQueue, 0, 10_000, nameof(options.SpeakQueue));
        Within(options.SpeakMaxTextLength, 1, 100_000, nameof(options.SpeakMaxTextLength));
        Lasts(options.AudioBurst, 0.2, 60, nameof(options.AudioBurst));
        Lasts(options.QueueAudio, 0.1, 60, nameof(options.QueueAudio));
        Lasts(options.SlowClientTimeout, 0.5, 300, nameof(options.SlowClientTimeout));
        Lasts(options.ClientTimeout, 1, 600, nameof(options.ClientTimeout));
        Lasts(options.KeepAlive, 0.1, options.ClientTimeout.TotalSeconds / 2, nameof(options.KeepAlive));
        Lasts(options.OpenTimeout, 1, 600, nameof(options.OpenTimeout));
        Lasts(options.StopNotice, 0, 60, nameof(options.StopNotice));
        Lasts(options.SpeakTimeout, 1, 3_600, nameof(options.SpeakTimeout));
        foreach (var origin in options.Origins)
        {
            if (!OriginPolicy.IsOrigin(origin))
            {
                faults.Add($"Gateway:Origins has '{origin}': give https://host, https://host:port or *.");
            }
        }

        if (options.PagePath is { } page && !File.Exists(Path.Combine(page, "index.html")))
        {
            faults.Add($"Gateway:PagePath is '{page}': there is no index.html in it.");
        }

        Within(options.AudioSocket.Port ?? 0, 0, 65_535, "AudioSocket:Port");
        Lasts(options.AudioSocket.SilenceTimeout, 5, 3_600, "AudioSocket:SilenceTimeout");
        Within(options.AudioSocket.MaxCalls, 1, 10_000, "AudioSocket:MaxCalls");
        Within(options.ChanWebSocket.MaxCalls, 1, 10_000, "ChanWebSocket:MaxCalls");
        Within(options.ChanWebSocket.Ahead, 2, 25, "ChanWebSocket:Ahead");
        if (options.AudioSocket.SilentRate is not (8_000 or 16_000 or 24_000 or 48_000))
        {
            faults.Add($"Gateway:AudioSocket:SilentRate is {options.AudioSocket.SilentRate}: give 8000, 16000, 24000 or 48000.");
        }

        if (!System.Net.IPAddress.TryParse(options.AudioSocket.Address, out _))
        {
            faults.Add($"Gateway:AudioSocket:Address is '{options.AudioSocket.Address}': give an IP address, such as 127.0.0.1 or 0.0.0.0.");
        }

        faults.AddRange(options.Ari.Faults());
        faults.AddRange(options.AudioHook.Faults());
        faults.AddRange(options.Twilio.Faults());
        faults.AddRange(options.Outbound.Faults());
        faults.AddRange(options.Recording.Faults());
        faults.AddRange(Telephony.CarrierRoutes.Faults(options));
        faults.AddRange(options.Realtime.Faults());
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Within(double value, double least, double most, string setting)
        {
            if (!(value >= least && value <= most))
            {
                faults.Add($"Gateway:{setting} is {value}: give {least} to {most}.");
            }
        }

        void Lasts(TimeSpan value, double least, double most, string setting)
        {
            if (!(value.TotalSeconds >= least && value.TotalSeconds <= most))
            {
                faults.Add($"Gateway:{setting} is {value}: give {least} to {most} s, as hh:mm:ss.");
            }
        }
    }
}
