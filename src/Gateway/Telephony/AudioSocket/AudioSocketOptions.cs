namespace Conversation.Gateway.Telephony.AudioSocket;

/// <summary>Calls by Asterisk's AudioSocket; configuration section <c>Gateway:AudioSocket</c>.</summary>
public sealed record AudioSocketOptions
{
    /// <summary>The TCP port to listen at. Default none: no calls are taken; from 1 to 65,535, or 0 for any that is free.</summary>
    public int? Port { get; init; }

    /// <summary>The address to listen at. Default 127.0.0.1: the protocol knows neither keys nor encryption, so let nobody else reach it.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Calls at once; further ones are hung up on. Default 200, from 1 to 10,000.</summary>
    public int MaxCalls { get; init; } = 200;

    /// <summary>Samples a second of a call of which no audio came within half a second of its id (a caller on hold, or silent by its codec). Default 8,000; else 16,000, 24,000 or 48,000.</summary>
    public int SilentRate { get; init; } = 8_000;

    /// <summary>How long nothing at all may come from Asterisk, no audio and no key, before the call counts as dead and is hung up on. Default 60 s, from 5 s to 1 h: a caller on hold may send nothing for as long.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whom a call is for where none of <see cref="Routes"/> fits.</summary>
    public CarrierRoute Default { get; init; } = new();

    /// <summary>Whom calls are for, by the beginning of their id ("0000a1b2"): the longest that fits counts. Default none.</summary>
    public IReadOnlyDictionary<string, CarrierRoute> Routes { get; init; } = new Dictionary<string, CarrierRoute>();

    /// <summary>Whether calls that none of <see cref="Routes"/> fits are hung up on. Default no.</summary>
    public bool RoutedOnly { get; init; }

    /// <summary>Whom a call is for; null where it is for nobody.</summary>
    internal CarrierRoute? RouteFor(Guid id)
    {
        var name = id.ToString();
        var best = Routes.Where(route => name.StartsWith(route.Key, StringComparison.OrdinalIgnoreCase)).OrderByDescending(route => route.Key.Length).FirstOrDefault();
        return best.Value ?? (RoutedOnly ? null : Default);
    }
}
