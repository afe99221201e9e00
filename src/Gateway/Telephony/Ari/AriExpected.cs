using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Ari;

/// <summary>A call made from here and not yet answered: whom it is for, and who is called.</summary>
internal sealed record AriExpected(CarrierRoute Route, CallerInfo Caller);
