using System.IO.Compression;
using System.Reflection;

namespace Spinel.Dashboard.Http;

/// <summary>The browser's files, which are built into the program: texts compressed, the rest as it is. Read on demand and not kept.</summary>
internal sealed class StaticAssets
{
    private const string Prefix = "ui/";
    private const string Compressed = ".br";

    private readonly Assembly _assembly = typeof(StaticAssets).Assembly;
    private readonly HashSet<string> _names;

    internal StaticAssets() => _names = [.. _assembly.GetManifestResourceNames()];

    /// <summary>Finds a file.</summary>
    /// <param name="path">Its path, without a leading slash.</param>
    /// <param name="acceptsBrotli">The browser takes compressed files.</param>
    /// <param name="isCompressed">The bytes are compressed.</param>
    internal byte[]? Find(string path, bool acceptsBrotli, out bool isCompressed)
    {
        isCompressed = false;
        if (_names.Contains(Prefix + path))
        {
            return Read(Prefix + path);
        }

        if (!_names.Contains(Prefix + path + Compressed))
        {
            return null;
        }

        byte[] bytes = Read(Prefix + path + Compressed);
        isCompressed = acceptsBrotli;
        return acceptsBrotli ? bytes : Decompress(bytes);
    }

    /// <summary>The type of a file's content.</summary>
    internal static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".json" or ".webmanifest" => "application/json",
        ".png" => "image/png",
        ".ico" => "image/x-icon",
        ".woff2" => "font/woff2",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };

    private byte[] Read(string name)
    {
        using Stream stream = _assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Decompress(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var brotli = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress))
        {
            brotli.CopyTo(output);
        }

        return output.ToArray();
    }
}
