namespace Spinel.Engine.Sessions;

/// <summary>
/// Cuts off clients that do not read their replies: at once above the hard limit of <c>client-output-buffer-limit</c>, after a while above the soft one.
/// </summary>
internal static class OutputLimit
{
    public static void Check(SpinelEngine engine, Session session)
    {
        OutputLimits limits = session.Output.Limits;
        long length = session.Output.Length;
        if ((length == 0 && !session.Output.IsCutOff) || session.IsClosed)
        {
            session.OverSoftLimitSinceMs = 0;
            return;
        }

        bool hard = length > limits.HardBytes || session.Output.IsCutOff;
        bool soft = false;
        if (length > limits.SoftBytes)
        {
            if (session.OverSoftLimitSinceMs == 0)
            {
                session.OverSoftLimitSinceMs = engine.Clock.NowMs;
            }

            soft = engine.Clock.NowMs - session.OverSoftLimitSinceMs > limits.SoftMs;
        }
        else
        {
            session.OverSoftLimitSinceMs = 0;
        }

        if (hard || soft)
        {
            engine.Statistics.ClientOutputBufferLimitDisconnections++;
            engine.Log.Write(ServerLogLevel.Warning, $"Client id={session.Id} addr={session.Connection.RemoteAddress} omem={length} closed for overcoming of output buffer limits.");
            session.Close();
        }
    }
}
