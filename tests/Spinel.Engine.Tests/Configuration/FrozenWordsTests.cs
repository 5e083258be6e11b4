using Spinel.Engine.Configuration;

namespace Spinel.Engine.Tests.Configuration;

/// <summary>
/// The words of options stand in configuration files and are asked for by clients; those of a renamed member would change with it. Their order is that of the error for an unknown word.
/// </summary>
public sealed class FrozenWordsTests
{
    [Theory]
    [InlineData("appendfsync", "`everysec`, `always`, `no`")]
    [InlineData("maxmemory-policy", "`volatile-lru`, `volatile-lfu`, `volatile-random`, `volatile-ttl`, `allkeys-lru`, `allkeys-lfu`, `allkeys-random`, `noeviction`")]
    [InlineData("loglevel", "`debug`, `verbose`, `notice`, `warning`")]
    [InlineData("repl-diskless-load", "`disabled`, `on-empty-db`, `swapdb`")]
    [InlineData("sanitize-dump-payload", "`no`, `yes`, `clients`")]
    [InlineData("acl-pubsub-default", "`allchannels`, `resetchannels`")]
    [InlineData("enable-debug-command", "`no`, `yes`, `local`")]
    [InlineData("enable-module-command", "`no`, `yes`, `local`")]
    [InlineData("enable-protected-configs", "`no`, `yes`, `local`")]
    [InlineData("oom-score-adj", "`no`, `yes`, `relative`, `absolute`")]
    [InlineData("propagation-error-behavior", "`ignore`, `panic`, `panic-on-replicas`")]
    [InlineData("shutdown-on-sigterm", "any of `default`, `save`, `nosave`, `now`, `force`")]
    [InlineData("supervised", "`upstart`, `systemd`, `auto`, `no`")]
    [InlineData("syslog-facility", "`user`, `local0`, `local1`, `local2`, `local3`, `local4`, `local5`, `local6`, `local7`")]
    [InlineData("transport", "`auto`, `epoll`, `sockets`")]
    public void Words_of_an_option(string name, string words)
    {
        OptionDescriptor option = OptionTable.All.Single(option => option.Name == name);
        Assert.Equal(words, option.Codec.DescribeValues(option));
    }
}
