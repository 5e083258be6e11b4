using System.Text;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Security;

/// <summary>
/// The users of a server, and who of them each client is. A session holds its user itself, so that a request is checked without looking anything up;
/// in return everything that changes users goes through here and brings the sessions up to date.
/// </summary>
public sealed class UserTable
{
    /// <summary>The user that a client is at first, and that an AUTH without a name means. It cannot be deleted.</summary>
    public const string DefaultName = "default";

    private readonly SpinelEngine _engine;

    // Byte order of the names is what listings and files have.
    private readonly SortedDictionary<string, User> _users = new(StringComparer.Ordinal);

    internal UserTable(SpinelEngine engine)
    {
        _engine = engine;
        Log = new AccessLog(engine);
        Default = Create(DefaultName);
        Allow(Default);
        Trusted = Create(DefaultName);
        Allow(Trusted);
        _users.Add(DefaultName, Default);
    }

    /// <summary>The user that a client is at first.</summary>
    public User Default { get; }

    /// <summary>All users by name.</summary>
    public IReadOnlyCollection<User> All => _users.Values;

    /// <summary>True when clients must say who they are before anything else.</summary>
    public bool AuthenticationRequired => !Default.NeedsNoPassword || !Default.IsEnabled;

    /// <summary>Whom the server itself acts as. It is in no list and never changes: a log is replayed whatever clients may do.</summary>
    internal User Trusted { get; }

    /// <summary>What was refused.</summary>
    internal AccessLog Log { get; }

    /// <summary>What clients are subscribed to; null as long as there are no subscriptions.</summary>
    internal ISessionSubscriptions? Subscriptions { get; set; }

    /// <summary>A user as a line of a configuration.</summary>
    public static string Describe(User user) => $"user {user.Name} {user}";

    /// <summary>Finds a user; null: there is none of that name.</summary>
    public User? Find(ReadOnlySpan<byte> name) => _users.GetValueOrDefault(Encoding.Latin1.GetString(name));

    /// <summary>Makes the client the user named if the password is right; otherwise notes the attempt and leaves the client who it is.</summary>
    /// <param name="session">The client.</param>
    /// <param name="name">The user's name.</param>
    /// <param name="password">The password.</param>
    /// <param name="command">The command's name as the client wrote it.</param>
    internal bool TryAuthenticate(Session session, ReadOnlySpan<byte> name, ReadOnlySpan<byte> password, ReadOnlySpan<byte> command)
    {
        User? user = Find(name);

        // For an unknown name a password is tried all the same, so that the time taken does not tell which names there are.
        if ((user ?? Default).Accepts(password) && user is not null)
        {
            session.User = user;
            session.IsAuthenticated = true;
            return true;
        }

        AccessContext context = session.Transaction is null ? AccessContext.TopLevel : AccessContext.Transaction;
        Log.Add(session, Denial.Authentication, context, command, name);
        return false;
    }

    /// <summary>Makes a client what it is before it has said who it is.</summary>
    internal void Greet(Session session)
    {
        session.User = Default;
        session.IsAuthenticated = !AuthenticationRequired;
    }

    /// <summary>A user with the permissions that new users have, which the table does not know yet.</summary>
    internal User Create(string name) =>
        new(name, _engine.Commands, _engine.Options.AclPubSubDefault == AclPubSubDefault.Allchannels);

    /// <summary>Changes a user, or adds one. All rules are applied, or none.</summary>
    /// <param name="name">The user's name.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="running">The client that asks.</param>
    /// <param name="blamed">The rule that is wrong.</param>
    internal RuleError Set(string name, IReadOnlyList<string> rules, Session? running, out string? blamed)
    {
        blamed = null;
        User changed = Create(name);
        if (_users.TryGetValue(name, out User? known))
        {
            changed.CopyFrom(known);
        }

        foreach (string rule in rules)
        {
            RuleError error = changed.Apply(rule);
            if (error != RuleError.None)
            {
                blamed = rule;
                return error;
            }
        }

        if (known is null)
        {
            _users.Add(name, changed);
        }
        else
        {
            Replace(known, changed, running);
        }

        return RuleError.None;
    }

    /// <summary>Deletes a user and disconnects its clients. False: there is none of that name.</summary>
    /// <param name="name">The user's name; not that of the default user.</param>
    /// <param name="running">The client that asks. If it is the user itself, it still gets its reply.</param>
    internal bool Delete(ReadOnlySpan<byte> name, Session running)
    {
        if (!_users.Remove(Encoding.Latin1.GetString(name), out User? user))
        {
            return false;
        }

        Disconnect(user, running);
        return true;
    }

    /// <summary>Gives the default user the only password there is (<c>requirepass</c>), or takes the need for one away.</summary>
    internal void SetDefaultPassword(ReadOnlySpan<byte> password)
    {
        Default.Apply("resetpass");
        Default.Apply(password.IsEmpty ? "nopass" : ">" + Encoding.Latin1.GetString(password));
    }

    /// <summary>Takes the users of the configuration or of the file that it names.</summary>
    /// <exception cref="UserConfigurationException">They cannot be had.</exception>
    internal void LoadConfigured()
    {
        ServerOptions options = _engine.Options;
        if (!options.RequirePass.IsEmpty)
        {
            SetDefaultPassword(options.RequirePass.Span);
        }

        if (options.AclFile.Length > 0)
        {
            if (options.Users.Count > 0)
            {
                throw new UserConfigurationException(
                    "Users are defined in the configuration and in a file (aclfile) at the same time, which invites errors and security holes: define them in one of the two.");
            }

            if (Load(null) is { } error)
            {
                throw new UserConfigurationException("The server does not start because of ACL errors: " + error);
            }
        }

        foreach (string line in options.Users)
        {
            Configure(line);
        }
    }

    /// <summary>Takes the users of the file in place of those that there are.</summary>
    /// <param name="running">The client that asks, if any. Should it be disconnected, it still gets its reply.</param>
    /// <returns>What is wrong with the file, or null. Nothing is changed by a file with an error.</returns>
    internal string? Load(Session? running)
    {
        if (UserFile.Read(_engine.Options.AclFile, this, out Dictionary<string, User> users) is { } error)
        {
            return error;
        }

        if (!users.Remove(DefaultName, out User? newDefault))
        {
            newDefault = Create(DefaultName);
            Allow(newDefault);
        }

        // Clients of a user that the file leaves as it was notice nothing.
        foreach (User old in _users.Values.Where(user => user != Default).ToArray())
        {
            if (users.TryGetValue(old.Name, out User? loaded) && loaded.ToString() == old.ToString())
            {
                users[old.Name] = old;
            }
            else
            {
                Disconnect(old, running);
            }
        }

        _users.Clear();
        _users.Add(DefaultName, Default);
        Replace(Default, newDefault, running);
        foreach (User user in users.Values)
        {
            _users.Add(user.Name, user);
            WarnIfDisabled(user);
        }

        WarnIfDisabled(Default);
        return null;
    }

    /// <summary>The file of users: where it is named relative to the server's directory, in full.</summary>
    internal string FullPath(string path) => Path.Combine(_engine.Options.WorkingDirectory, path);

    /// <summary>
    /// The users as a configuration file defines them. None when they have a file of their own, and none when there is but the default user
    /// as <c>requirepass</c> makes it.
    /// </summary>
    internal IReadOnlyList<byte[]> GetConfigurationLines()
    {
        User plain = Create(DefaultName);
        Allow(plain);
        ReadOnlyMemory<byte> password = _engine.Options.RequirePass;
        plain.Apply(password.IsEmpty ? string.Empty : ">" + Encoding.Latin1.GetString(password.Span));
        bool isPlain = _users.Count == 1 && plain.ToString() == Default.ToString();
        return isPlain || _engine.Options.AclFile.Length > 0
            ? []
            : [.. _users.Values.Select(user => Encoding.Latin1.GetBytes($"{UserLine.Join([user.NameBytes])} {user}"))];
    }

    /// <summary>The rules of the user that may do everything and whom everybody is.</summary>
    private static void Allow(User user)
    {
        foreach (string rule in (ReadOnlySpan<string>)["on", "nopass", "+@all", "~*", "&*"])
        {
            user.Apply(rule);
        }
    }

    private void Configure(string line)
    {
        string[] words = UserLine.Split(line);
        string name = words[0];
        User user = Create(name);
        if (!RuleWords.TryJoin(words.AsSpan(1), out List<string>? rules, out string? unmatched))
        {
            throw new UserConfigurationException($"Unmatched parenthesis in the definition of user '{name}', starting at '{unmatched}'.");
        }

        foreach (string rule in rules)
        {
            RuleError error = user.Apply(rule);
            if (error != RuleError.None)
            {
                throw new UserConfigurationException($"Error loading ACL rule '{rule}' for the user named '{name}': {RuleErrorText.Of(error)}");
            }
        }

        if (name == DefaultName)
        {
            Replace(Default, user, null);
        }
        else if (!_users.TryAdd(name, user))
        {
            throw new UserConfigurationException($"User '{name}' is defined twice.");
        }

        WarnIfDisabled(user);
    }

    private void WarnIfDisabled(User user)
    {
        if (!user.IsEnabled)
        {
            _engine.Log.Write(ServerLogLevel.Notice, $"User '{user.Name}' is disabled: its definition has no 'on'. Make sure that this is meant.");
        }
    }

    /// <summary>Changes a user in place, for its clients too.</summary>
    private void Replace(User user, User changed, Session? running)
    {
        user.CopyFrom(changed);
        foreach (Session session in _engine.Sessions.All)
        {
            if (session.User != user)
            {
                continue;
            }

            session.User = user;
            if (Subscriptions?.AnyForbidden(session, user) == true)
            {
                Close(session, running);
            }
        }
    }

    private void Disconnect(User user, Session? running)
    {
        foreach (Session session in _engine.Sessions.All)
        {
            if (session.User != user)
            {
                continue;
            }

            session.User = Default;
            session.IsAuthenticated = false;
            Close(session, running);
        }
    }

    private static void Close(Session session, Session? running)
    {
        if (session == running)
        {
            session.CloseWhenFlushed();
        }
        else
        {
            session.Close();
        }
    }
}
