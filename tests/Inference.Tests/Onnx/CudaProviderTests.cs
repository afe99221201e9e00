using Conversation.Inference.Onnx;

namespace Conversation.Inference.Tests.Onnx;

public class CudaProviderTests
{
    [Theory]
    [InlineData("[ErrorCode:Fail] CUDA execution provider is not enabled in this build.", "./run --setup --cuda")]
    [InlineData("Failed to load library /app/libonnxruntime_providers_cuda.so with error: /app/libonnxruntime_providers_cuda.so: cannot open shared object file", "provider is not beside the program")]
    [InlineData("Failed to load library /app/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file", "Install CUDA 13")]
    [InlineData("Failed to load library /app/libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open shared object file", "NVIDIA driver")]
    [InlineData("Unable to load dynamic library libcudnn.so.9", "cuDNN 9")]
    [InlineData("Parse Failed to parse provider option \"device_id\": CUDA failure 100: no CUDA-capable device is detected", "nvidia-smi")]
    [InlineData("CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version", "update it")]
    [InlineData("Something new", "")]
    public void A_provider_that_does_not_load_says_what_to_do(string error, string advice)
    {
        var told = CudaProvider.Advice(error);
        Assert.Contains(advice, told, StringComparison.Ordinal);
        Assert.Equal(advice.Length == 0, told.Length == 0);
    }
}
