using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx;

/// <summary>ONNX Runtime on an NVIDIA device: how it is asked for, and what to do where it cannot be had.</summary>
internal static class CudaProvider
{
    /// <summary>Throws with the whole reason where the provider does not load. The shorter call that takes a number alone keeps the reason to itself, and is not exported by every build.</summary>
    public static void Append(SessionOptions options, int device)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>
        {
            ["device_id"] = device.ToString(CultureInfo.InvariantCulture),

            // No two utterances are equally long: the default times every algorithm at each new shape, on a caller's turn.
            ["cudnn_conv_algo_search"] = "HEURISTIC",

            // Ten sessions share the device, and the default doubles each one's memory whenever it grows.
            ["arena_extend_strategy"] = "kSameAsRequested",
        });
        options.AppendExecutionProvider_CUDA(cuda);
    }

    /// <summary>What to do about an error of the provider; empty where there is nothing to say.</summary>
    public static string Advice(string error)
    {
        (string Sign, string Advice)[] known =
        [
            ("not enabled in this build", "The ONNX Runtime library beside the program is the one without CUDA. Fetch the other with ./run --setup --cuda (Linux x64) and build again."),
            ("entry point named 'OrtSession", "The ONNX Runtime library beside the program is the one without CUDA. Fetch the other with ./run --setup --cuda (Linux x64) and build again."),
            ("libonnxruntime_providers_cuda.so: cannot open", "The CUDA provider is not beside the program. Fetch it with ./run --setup --cuda (Linux x64) and build again."),
            ("libcuda.so.1: cannot open", "There is no NVIDIA driver, or a container that does not get it. Install the driver (in a container: NVIDIA's container toolkit)."),
            ("libcudnn", "Install cuDNN 9 for CUDA 13, and let the loader find it (LD_LIBRARY_PATH)."),
            (".so.13: cannot open", "Install CUDA 13 (its runtime, cuBLAS and cuRAND), and let the loader find it (LD_LIBRARY_PATH)."),
            ("libcurand.so.10: cannot open", "Install CUDA 13 (its runtime, cuBLAS and cuRAND), and let the loader find it (LD_LIBRARY_PATH)."),
            ("CUDA failure 35:", "The NVIDIA driver is older than CUDA 13 needs (580): update it."),
            ("CUDA failure 100:", "The driver sees no device: look at nvidia-smi, and at CUDA_VISIBLE_DEVICES or the pod's nvidia.com/gpu."),
            ("CUDA failure 101:", "There is no device of that number: cuda:0 is the first one; nvidia-smi -L lists them."),
            ("Invalid device ID", "There is no device of that number: cuda:0 is the first one; nvidia-smi -L lists them."),
            ("no kernel image", "The card is of a generation that the provider has no code for."),
            ("out of memory", "Something else fills the device's memory: nvidia-smi says what."),
        ];
        return known.FirstOrDefault(k => error.Contains(k.Sign, StringComparison.OrdinalIgnoreCase)).Advice ?? "";
    }
}
