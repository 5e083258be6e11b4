using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;

namespace Spinel.Engine.Tests.Security;

/// <summary>What MONITOR and the slow log must not show.</summary>
public sealed class SensitiveArgumentsTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("AUTH !secret")]
    [InlineData("AUTH !user !secret")]
    [InlineData("HELLO 3 AUTH !user !secret SETNAME me")]
    [InlineData("HELLO 3 SETNAME me AUTH !user !secret")]
    [InlineData("HELLO 3 SETNAME AUTH")]
    [InlineData("HELLO 3 SETNAME AUTH AUTH !user !secret")]
    [InlineData("HELLO 3 AUTH !secret")]
    [InlineData("ACL SETUSER !user !on !>secret")]
    [InlineData("ACL GETUSER user")]
    [InlineData("CONFIG SET port 1 requirepass !secret maxmemory 5")]
    [InlineData("SET AUTH secret")]
    public void Secrets(string line)
    {
        string[] words = line.Split(' ');
        Request request = new([.. words.Select(word => word.TrimStart('!'))]);
        CommandTable commands = _engine.Engine.Commands;
        CommandDescriptor command = commands.Find(Encoding.ASCII.GetBytes(words[0]))!;
        command = command.HasSubcommands ? command.FindSubcommand(Encoding.ASCII.GetBytes(words[1]))! : command;
        for (int i = 0; i < words.Length; i++)
        {
            Assert.Equal(words[i].StartsWith('!'), SensitiveArguments.IsSensitive(command, request.Arguments, i));
        }
    }
}
