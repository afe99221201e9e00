using Conversation.Gateway.Telephony.Outbound;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony;

/// <summary>What every call needs of its host.</summary>
internal sealed record CarrierHost(ISessions Sessions, CarrierPacer Pacer, GatewayOptions Options, GatewayMetrics Metrics, OutboundBook Book, Recording.Recordings Recordings, TimeProvider Time, ILogger<CarrierHost> Logger);
