using System.Text;
using Conversation.Models.Commands;
using Conversation.Models.Manifest;

namespace Conversation.Models.Tests;

public class ManifestTests
{
    [Fact]
    public void The_manifest_in_the_repository_is_well_formed()
    {
        ModelManifest manifest = ModelManifest.Embedded();
        Assert.Empty(ManifestValidator.Faults(manifest));
        Assert.Equal(["cuda", "default", "expressive", "speaker"], manifest.Artifacts.Select(a => a.Group).Distinct().Order());
    }

    [Theory]
    [InlineData("silero-vad-v6", "silero_vad_v6.onnx")]
    [InlineData("moonshine-tiny", "encoder_model.onnx")]
    [InlineData("moonshine-tiny", "decoder_model_merged.onnx")]
    [InlineData("moonshine-base", "encoder_model.onnx")]
    [InlineData("moonshine-base", "decoder_model_merged.onnx")]
    [InlineData("llama-tokenizer", "llama-tokenizer.js")]
    [InlineData("minilm", "model.onnx")]
    [InlineData("minilm", "tokenizer.json")]
    [InlineData("vits-libritts", "model.onnx")]
    [InlineData("vits-libritts", "tokens.txt")]
    [InlineData("kokoro-v1-fp16", "model.onnx")]
    [InlineData("kokoro-voices", "af_heart.bin")]
    [InlineData("cmudict-kokoro", "en-us.txt")]
    [InlineData("deep-phonemizer", "deep-phonemizer.onnx")]
    [InlineData("deep-phonemizer", "tokenizer.json")]
    [InlineData("speaker-xvector", "final.ext.raw")]
    [InlineData("speaker-xvector", "mean.vec")]
    [InlineData("speaker-xvector", "transform.mat")]
    [InlineData("speaker-xvector", "mfcc.conf")]
    public void Every_file_the_rooms_open_is_named(string artifact, string file)
    {
        Assert.Contains(ModelManifest.Embedded().Artifacts.Single(a => a.Id == artifact).Files, f => f.Path == file);
    }

    [Theory]
    [InlineData("linux-x64", "native/linux-x64/libonnxruntime.so")]
    [InlineData("win-x64", "native/win-x64/onnxruntime.dll")]
    [InlineData("win-arm64", "native/win-arm64/onnxruntime.dll")]
    [InlineData("osx-arm64", "native/osx-arm64/libonnxruntime.dylib")]
    public void A_system_takes_its_own_native_library_and_no_other(string rid, string library)
    {
        IReadOnlyList<ModelFile> files = ModelManifest.Embedded().Artifacts.Single(a => a.Id == "onnxruntime").FilesFor(rid);
        Assert.Contains(files, f => f.Path == library);
        Assert.All(files.Where(f => f.Path.StartsWith("native/", StringComparison.Ordinal)), f => Assert.StartsWith($"native/{rid}/", f.Path, StringComparison.Ordinal));
        Assert.Contains(files, f => f.Path == "Runtime/InferenceSession.shared.cs");
    }

    [Fact]
    public void The_licence_list_is_the_one_the_manifest_makes()
    {
        Assert.Equal(Licences.Text(ModelManifest.Embedded()), File.ReadAllText(Repository.File("models/LICENSES.md")));
    }

    [Fact]
    public void Nothing_is_under_a_licence_that_binds_the_platform()
    {
        Assert.DoesNotContain(ModelManifest.Embedded().Artifacts, a => a.Licence.Contains("GPL", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Every_fault_is_reported_at_once()
    {
        string json = """
            {"version": 2, "packages": {"noversion": {"integrity": "md5-x", "size": 0}},
             "artifacts": [{"id": "../up", "role": "r", "group": "odd", "licence": "MIT", "upstream": "u", "package": "absent@1.0.0",
               "files": [{"path": "../../etc/passwd", "from": "a", "join": ["b", "c"], "range": [5, 4], "size": 1, "sha256": "AB"}]}]}
            """;
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => ModelManifest.Parse(new MemoryStream(Encoding.UTF8.GetBytes(json))));
        foreach (string part in new[] { "version 2", "not name@version", "integrity", "size must be positive", "no artifact comes", "not a folder name", "unknown group", "unknown package", "not a plain relative path", "either from or join", "range does not fit", "sha256" })
        {
            Assert.Contains(part, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_misspelt_member_is_an_error() =>
        Assert.Throws<InvalidDataException>(() => ModelManifest.Parse(new MemoryStream("""{"version": 1, "packages": {}, "artifacts": [], "extra": 1}"""u8.ToArray())));
}
