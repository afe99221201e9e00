using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.Ari;
using Conversation.Sessions;
using Conversation.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Gateway.Tests.Telephony;

public sealed class AriExpectedTests
{
    [Fact]
    public void A_call_of_which_nothing_is_heard_is_not_expected_for_ever()
    {
        var time = new ManualTime();
        var options = new GatewayOptions();
        using var ari = new AriClient(options, NullLogger<AriClient>.Instance);
        using var application = new AriApplication(options, ari, new CarrierHost(null!, null!, options, null!, null!, null!, time, NullLogger<CarrierHost>.Instance), NullLogger<AriApplication>.Instance);
        application.Expect("one", new CarrierRoute(), new CallerInfo());
        time.Advance(TimeSpan.FromMinutes(5));
        application.Expect("two", new CarrierRoute(), new CallerInfo());
        Assert.Equal(2, application.Awaited);
        // A call rings 300 s at most.
        time.Advance(AriApplication.ExpectedFor - TimeSpan.FromMinutes(5));
        Assert.True(SpinWait.SpinUntil(() => application.Awaited == 1, TimeSpan.FromSeconds(10)));
        application.Forget("two");
        Assert.Equal(0, application.Awaited);
    }
}
