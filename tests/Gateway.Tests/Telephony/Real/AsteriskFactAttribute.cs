using Conversation.TestKit.Telephony;

namespace Conversation.Gateway.Tests.Telephony.Real;

/// <summary>A test that calls through a real Asterisk: skipped where ASTERISK_ROOT names none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AsteriskFactAttribute : FactAttribute
{
    public AsteriskFactAttribute() => Skip = AsteriskServer.Missing;
}

/// <summary>The same of several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AsteriskTheoryAttribute : TheoryAttribute
{
    public AsteriskTheoryAttribute() => Skip = AsteriskServer.Missing;
}

/// <summary>A test that calls through a real Asterisk with a real telephone: skipped where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PhoneTheoryAttribute : TheoryAttribute
{
    public PhoneTheoryAttribute() => Skip = AsteriskServer.Missing ?? Baresip.Missing;
}
