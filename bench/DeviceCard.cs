using System.Diagnostics;
using System.Globalization;
using Conversation.Inference.Onnx;
using Conversation.Models;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Bench;

/// <summary>The device, and whether ONNX Runtime can use it.</summary>
internal sealed record DeviceCard
{
    public required string Device { get; init; }

    public required string Name { get; init; }

    public string? Driver { get; init; }

    public int? MemoryMb { get; init; }

    public required string Runtime { get; init; }

    /// <summary>The providers that the loaded library was built with.</summary>
    public required string[] Providers { get; init; }

    /// <summary>Why it cannot be used, in full; null where it can.</summary>
    public string? Fault { get; init; }

    public string? Advice { get; init; }

    public static DeviceCard Look(DeviceArguments arguments, ModelCatalog models)
    {
        var environment = OrtEnv.Instance();
        var card = new DeviceCard
        {
            Device = arguments.Device,
            Name = $"CPU, {Environment.ProcessorCount} processors",
            Runtime = environment.GetVersionString(),
            Providers = environment.GetAvailableProviders(),
        };
        if (arguments.Cuda is not { } index)
        {
            return card;
        }

        var fault = Try(index, models);
        var told = AskNvidia(index, "name,driver_version,memory.total");
        return card with
        {
            Name = told?[0] ?? "unknown (nvidia-smi is not there or knows no such device)",
            Driver = told?[1],
            MemoryMb = told is null ? null : int.Parse(told[2], CultureInfo.InvariantCulture),
            Fault = fault,
            Advice = fault is null ? null : CudaProvider.Advice(fault),
        };
    }

    /// <summary>What nvidia-smi says of the device; null where there is none.</summary>
    public static string[]? AskNvidia(int index, string what)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("nvidia-smi", ["-i", $"{index}", $"--query-gpu={what}", "--format=csv,noheader,nounits"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var line = process.StandardOutput.ReadLine();
            process.WaitForExit();
            var fields = line?.Split(',', StringSplitOptions.TrimEntries);
            return process.ExitCode == 0 && fields?.Length == what.Split(',').Length ? fields : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // As the engines do it, but without their way out to the CPU.
    private static string? Try(int index, ModelCatalog models)
    {
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            CudaProvider.Append(options, index);
            using var session = new InferenceSession(models.PathOf("silero-vad-v6", "silero_vad_v6.onnx"), options);
            return null;
        }
        catch (Exception error) when (error is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
        {
            return error.Message.Trim();
        }
    }
}
