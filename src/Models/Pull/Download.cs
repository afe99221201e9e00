using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Conversation.Models.Manifest;

namespace Conversation.Models.Pull;

/// <summary>
/// Brings one tarball to disk: continues a part file left by an earlier run or a cut connection,
/// and hands out only what has the size and the integrity the manifest names.
/// </summary>
internal sealed class Download(IPackageRegistry registry, HttpClient http, PullDisk disk, IPullProgress progress, TimeProvider time, PullOptions options)
{
    /// <summary>After this, either <paramref name="path"/> is the tarball, or a fault says why not.</summary>
    public async Task<PullFault?> RunAsync(string key, ModelPackage package, string path, CancellationToken cancel)
    {
        string part = path + ".part";
        Tally tally = new(progress);
        try
        {
            for (bool again = File.Exists(part); ; again = false)
            {
                PullFault? fault = await ReceiveAsync(key, package, part, tally, cancel).ConfigureAwait(false);
                if (fault is not null)
                {
                    return fault;
                }

                if (await IntegrityAsync(part, cancel).ConfigureAwait(false) == package.Integrity)
                {
                    File.Move(part, path, overwrite: true);
                    return null;
                }

                File.Delete(part);
                tally.Set(0);
                if (!again)
                {
                    return new PullFault(key, PullFaultKind.Integrity, "the tarball is not what the manifest names: its sha512 differs",
                        "The registry or a proxy changed it. Nothing was kept. Try again; if it stays, pull through another registry.");
                }

                // The spoilt bytes may be an earlier run's: once more from the start.
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (error is IOException io && PullDisk.IsFull(io))
            {
                // What does not fit should not fill the disk either.
                File.Delete(part);
            }

            return PullDisk.Fault(key, error, Path.GetDirectoryName(path)!);
        }
    }

    private async Task<PullFault?> ReceiveAsync(string key, ModelPackage package, string part, Tally tally, CancellationToken cancel)
    {
        (Uri? tarball, PullFault? unknown) = await registry.LocateAsync(key, cancel).ConfigureAwait(false);
        if (tarball is null)
        {
            return unknown;
        }

        string cause = "";
        for (int attempt = 1; attempt <= options.Attempts; attempt++)
        {
            if (attempt > 1)
            {
                await Task.Delay(options.RetryPause * Math.Pow(2, attempt - 2), time, cancel).ConfigureAwait(false);
            }

            long have = File.Exists(part) ? new FileInfo(part).Length : 0;
            tally.Set(have);
            if (have == package.Size)
            {
                return null;
            }

            if (have > package.Size)
            {
                File.Delete(part);
                have = 0;
            }

            (string? failed, PullFault? final) = await ConnectAsync(key, package, tarball, part, have, tally, cancel).ConfigureAwait(false);
            if (final is not null || failed is null)
            {
                return final;
            }

            cause = failed;
        }

        return new PullFault(key, PullFaultKind.Network, $"the download broke off {options.Attempts} times: {cause}",
            "Run the command again: it continues where it stopped. Behind a proxy, set HTTPS_PROXY and npm's own settings.");
    }

    /// <summary>One connection. Neither value: the file is complete. The first: try again. The second: do not.</summary>
    private async Task<(string? Failed, PullFault? Final)> ConnectAsync(
        string key, ModelPackage package, Uri tarball, string part, long have, Tally tally, CancellationToken cancel)
    {
        using CancellationTokenSource stall = new(options.Stall, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stall.Token);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, tarball);
            request.Headers.Range = have > 0 ? new RangeHeaderValue(have, null) : null;
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    have = 0;
                    break;
                case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == have:
                    break;
                case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                    File.Delete(part);
                    return ("the registry would not continue it", null);
                case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired:
                    return (null, await registry.FetchAsync(key, part, cancel).ConfigureAwait(false));
                case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                    return (null, new PullFault(key, PullFaultKind.NotFound, $"the registry names the tarball but does not have it ({(int)response.StatusCode})",
                        "A mirror may be behind: try again later, or pull through another registry (npm config set registry, or npm_config_registry in the environment)."));
                default:
                    return ($"the registry answered {(int)response.StatusCode}", null);
            }

            tally.Set(have);
            using Stream body = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            using Stream file = disk.Write(part, append: have > 0);
            byte[] buffer = new byte[1 << 17];
            while (true)
            {
                int read;
                stall.CancelAfter(options.Stall);
                try
                {
                    read = await body.ReadAsync(buffer, either.Token).ConfigureAwait(false);
                }
                catch (IOException cut)
                {
                    // Told apart from the disk's errors, which end the pull.
                    return ($"the connection ended at {have} of {package.Size} bytes ({cut.Message})", null);
                }

                if (read == 0)
                {
                    return (have == package.Size ? null : $"the connection ended at {have} of {package.Size} bytes", null);
                }

                have += read;
                if (have > package.Size)
                {
                    file.Close();
                    File.Delete(part);
                    return (null, new PullFault(key, PullFaultKind.Integrity, "the tarball is larger than the manifest names",
                        "The registry or a proxy changed it. Nothing was kept. Try again; if it stays, pull through another registry."));
                }

                file.Write(buffer, 0, read);
                tally.Set(have);
            }
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return (null, await registry.FetchAsync(key, part, cancel).ConfigureAwait(false));
        }
        catch (HttpRequestException refused)
        {
            return (refused.Message, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return ($"nothing arrived for {options.Stall.TotalSeconds:0} s", null);
        }
    }

    private static async Task<string> IntegrityAsync(string path, CancellationToken cancel)
    {
        using FileStream file = File.OpenRead(path);
        return "sha512-" + Convert.ToBase64String(await SHA512.HashDataAsync(file, cancel).ConfigureAwait(false));
    }

    /// <summary>Tells the progress the difference to what this package had before, also backwards.</summary>
    private sealed class Tally(IPullProgress progress)
    {
        private long _told;

        public void Set(long have)
        {
            progress.Add(have - _told);
            _told = have;
        }
    }
}
