using System.Runtime.InteropServices;

namespace Conversation.Models.Doctor;

/// <summary>Where the models will run: an NVIDIA device with everything that the provider of ONNX Runtime 1.29 loads, or the CPU.</summary>
internal static class Devices
{
    public static Finding Look(ModelCatalog catalog)
    {
        if (Tool.Ask("nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader") is not { Length: > 0 } device)
        {
            return new(Level.Ok, "device", "CPU (no NVIDIA device found)");
        }

        string found = device.Split('\n')[0];
        string[] absent = [.. (OperatingSystem.IsWindows() ? ["cudart64_13.dll", "cudnn64_9.dll"] : (string[])["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10", "libcudnn.so.9"]).Where(library => !Loads(library))];
        return !catalog.Has("onnxruntime-cuda", "native/linux-x64/libonnxruntime_providers_cuda.so") || !catalog.Has("onnxruntime-cuda-library", "native/linux-x64/libonnxruntime.so")
                ? new(Level.Warn, "device", $"CPU, though there is {found}", "Run ./run --setup --cuda to fetch the CUDA provider (291 MB).")
            : absent.Length > 0
                ? new(Level.Warn, "device", $"CPU, though there is {found}: {string.Join(" and ", absent)} not found", "Install CUDA 13 and cuDNN 9, and let the loader find them (LD_LIBRARY_PATH).")
                : new(Level.Ok, "device", $"CUDA on {found}");
    }

    private static bool Loads(string library)
    {
        if (!NativeLibrary.TryLoad(library, out nint handle))
        {
            return false;
        }

        NativeLibrary.Free(handle);
        return true;
    }
}
