namespace Spinel.Engine;

/// <summary>Ends the wait of the event loop. May be called from any thread.</summary>
public interface IEngineWaker
{
    void Wake();
}
