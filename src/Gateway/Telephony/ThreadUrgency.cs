using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Conversation.Gateway.Telephony;

/// <summary>
/// Has the system run the present thread as soon as it is due. .NET's thread priorities do nothing on Linux, where a thread that wakes next to busy
/// ones waits for several of their slices. First choice is the real-time round robin at its lowest priority, which needs CAP_SYS_NICE (root has it);
/// else a short slice, which needs nothing, and which kernels from 6.12 on serve before longer ones.
/// </summary>
internal static partial class ThreadUrgency
{
    private const int RoundRobin = 2;
    private const uint AttributesSize = 48;
    private const ulong Slice = 100_000;

    /// <summary>What was achieved, in words for the log.</summary>
    public static string Raise()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "the priority of threads";
        }

        try
        {
            var lowest = 1;
            if (SetScheduler(0, RoundRobin, ref lowest) == 0)
            {
                return "real-time scheduling";
            }

            // struct sched_attr: size, policy (0, as others), flags, nice, priority, runtime (the slice, in nanoseconds), deadline, period.
            var attributes = new byte[AttributesSize];
            BinaryPrimitives.WriteUInt32LittleEndian(attributes, AttributesSize);
            BinaryPrimitives.WriteUInt64LittleEndian(attributes.AsSpan(24), Slice);
            long number = RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 314, Architecture.Arm64 => 274, _ => -1 };
            return number > 0 && SystemCall(number, 0, attributes, 0) == 0 ? "a short slice" : "no more than other threads";
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return "no more than other threads";
        }
    }

    [DllImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetScheduler(int thread, int policy, ref int priority);

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long SystemCall(long number, int thread, byte[] attributes, uint flags);
}
