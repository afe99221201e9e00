using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Ari;

/// <summary>A call made from here and not yet answered: whom it is for, who is called, and since when (a timestamp).</summary>
internal sealed record AriExpected(CarrierRoute Route, CallerInfo Caller, long Since);
