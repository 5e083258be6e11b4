using System.Runtime.InteropServices;

namespace Spinel.Engine;

/// <summary>
/// Why a file could not be used, in the operating system's words. The program carries no texts of exceptions, and theirs would
/// repeat the path, which the callers name anyway.
/// </summary>
public static class FileErrorText
{
    /// <summary>The reason behind an exception of the file system, on one line and without the path.</summary>
    public static string Of(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        UnauthorizedAccessException => "Permission denied",
        PathTooLongException => "File name too long",

        // On Unix, other failures carry the error number; Windows' HRESULTs are negative.
        IOException { HResult: > 0 } => Marshal.GetPInvokeErrorMessage(exception.HResult),
        _ => exception.Message.ReplaceLineEndings(" "),
    };
}
