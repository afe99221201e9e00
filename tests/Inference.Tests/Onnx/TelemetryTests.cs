using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conversation.Inference.Lanes;

namespace Conversation.Inference.Tests.Onnx;

public sealed class TelemetryTests
{
    [Fact]
    public void The_native_library_is_told_to_tell_nobody()
    {
        RuntimeHelpers.RunModuleConstructor(typeof(LaneServices).Module.ModuleHandle);
        Assert.Equal("1", OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable("ORT_DISABLE_TELEMETRY") : Marshal.PtrToStringAnsi(Read("ORT_DISABLE_TELEMETRY")));
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint Read(string name);
}
