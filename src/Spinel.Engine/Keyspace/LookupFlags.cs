namespace Spinel.Engine;

/// <summary>How a look-up treats the key it finds.</summary>
[Flags]
public enum LookupFlags
{
    None = 0,

    /// <summary>Leave the access clock alone (OBJECT, TYPE, CLIENT NO-TOUCH …).</summary>
    NoTouch = 1,

    /// <summary>Count neither a hit nor a miss.</summary>
    NoStatistics = 2,

    /// <summary>Tell nobody that the key is not there.</summary>
    NoNotification = 4,
}
