using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conversation.Inference.Onnx;

/// <summary>ONNX Runtime may tell its maker how it is used, and keeps a device's id for that. Here nothing leaves the machine.</summary>
internal static class OnnxTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    // The native library reads it as it loads, so it must be set before anything of it is touched.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "There is no other moment that is surely early enough.")]
    internal static void Off()
    {
        Environment.SetEnvironmentVariable(Switch, "1");
        if (!OperatingSystem.IsWindows())
        {
            // What .NET sets there, native code does not see.
            _ = SetEnvironment(Switch, "1", 1);
        }
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
