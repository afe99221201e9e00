using Conversation.Models;

namespace Conversation.Bench;

/// <summary>Verifies a device: does its provider load, do the models say the same there, how much does it carry. One command, for a person with a new card.</summary>
internal static class DeviceBench
{
    public const string Description = "verifies a GPU: the provider loads, outputs agree with the CPU's, throughput, live sessions (see its --help)";

    private const int Disagrees = 1, Misunderstood = 2, NoDevice = 3;

    public static int Run(string[] line)
    {
        if (line.Any(argument => argument is "--help" or "-h"))
        {
            Console.WriteLine(DeviceArguments.Usage);
            return 0;
        }

        var (arguments, fault) = DeviceArguments.Parse(line);
        if (arguments is null)
        {
            Console.Error.WriteLine(fault);
            Console.Error.WriteLine(DeviceArguments.Usage);
            return Misunderstood;
        }

        return RunAsync(arguments, ModelCatalog.Default).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(DeviceArguments arguments, ModelCatalog models)
    {
        var report = new DeviceReport { Device = DeviceCard.Look(arguments, models) };
        var printer = new DevicePrinter(arguments.Json);
        printer.Card(report.Device);
        var code = report.Device.Fault is null ? 0 : NoDevice;
        if (code == 0)
        {
            try
            {
                await MeasureAsync(arguments, models, report, printer);
                code = report.Agreement.All(agreement => agreement.Pass) ? 0 : Disagrees;
            }
            catch (DeviceFellBackException fellBack)
            {
                Console.Error.WriteLine(fellBack.Message);
                code = NoDevice;
            }
        }

        if (arguments.Json)
        {
            Console.WriteLine(report.ToJson());
        }

        return code;
    }

    private static async Task MeasureAsync(DeviceArguments arguments, ModelCatalog models, DeviceReport report, DevicePrinter printer)
    {
        using var cpu = await DeviceEngines.LoadAsync(new DeviceSetup("cpu", SynthesisThreads: Math.Clamp(Environment.ProcessorCount, 1, 4), Steady: true), models);
        var sentences = await DeviceSpeech.MakeAsync(cpu, models, arguments.Quick ? 3 : 6);
        if (arguments.Does("placement"))
        {
            printer.Title("placement: operators of each model on the device, and those left on the CPU");
            foreach (var placement in await DevicePlacements.FindAsync(arguments, models, sentences[0]))
            {
                report.Placement.Add(placement);
                printer.Placement(placement);
            }
        }

        if (arguments.Does("agreement"))
        {
            printer.Title("agreement with the CPU");
            foreach (var agreement in await new DeviceAgreements(arguments, models, sentences).FindAsync(cpu))
            {
                report.Agreement.Add(agreement);
                printer.Agreement(agreement);
            }
        }

        if (arguments.Does("throughput"))
        {
            printer.Title("throughput");
            await new DeviceThroughputs(arguments, models, sentences).FindAsync(throughput =>
            {
                report.Throughput.Add(throughput);
                printer.Throughput(throughput);
            });
        }

        if (arguments.Does("sessions"))
        {
            printer.Title(FormattableString.Invariant($"live sessions at a p95 recognition delay of {arguments.BoundMs} ms"));
            (report.LiveSessions, report.Saturated) = await new DeviceSessions(arguments, models, sentences).FindAsync(load =>
            {
                report.Sessions.Add(load);
                printer.Load(load);
            });
            printer.Sessions(report);
        }
    }
}
