using Conversation.Models.Catalog;

namespace Conversation.Models.Tests;

public class CatalogTests
{
    [Theory]
    [InlineData("CONVERSATION_CACHE=/a;XDG_CACHE_HOME=/b;HOME=/c", "/a")]
    [InlineData("XDG_CACHE_HOME=/b;HOME=/c", "/b/conversation")]
    [InlineData("HOME=/c", "/c/.cache/conversation")]
    [InlineData("CONVERSATION_CACHE=;HOME=/c", "/c/.cache/conversation")]
    public void The_cache_is_where_the_environment_says(string environment, string expected)
    {
        Dictionary<string, string> values = environment.Split(';').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(expected, CacheLocation.Find(values.GetValueOrDefault, windows: false).Replace('\\', '/'));
    }

    [Fact]
    public void On_windows_it_is_in_the_local_application_data() =>
        Assert.Equal(Path.Combine("L", "conversation"), CacheLocation.Find(name => name is "LOCALAPPDATA" ? "L" : name is "HOME" ? "/c" : null, windows: true));

    [Fact]
    public void A_missing_file_names_the_command_that_fetches_it()
    {
        ModelCatalog catalog = new(Path.Combine(Path.GetTempPath(), "conversation-nowhere"));
        WeightsMissingException missing = Assert.Throws<WeightsMissingException>(() => catalog.PathOf("minilm", "model.onnx"));
        Assert.Contains("./run --setup", missing.Message, StringComparison.Ordinal);
        Assert.Contains("minilm/model.onnx", missing.Message, StringComparison.Ordinal);
        Assert.False(catalog.Has("minilm", "model.onnx"));
        Assert.Throws<WeightsMissingException>(() => catalog.DirectoryOf("kokoro-voices"));
    }
}
