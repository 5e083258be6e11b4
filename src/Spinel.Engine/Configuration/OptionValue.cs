namespace Spinel.Engine.Configuration;

/// <summary>
/// The value of any option, as transactions and codecs handle it: numbers, booleans and enums are in <paramref name="Number"/>,
/// everything else is an immutable object in <paramref name="Reference"/>.
/// </summary>
/// <param name="Number">The value of a boolean (0 or 1), number or enum option.</param>
/// <param name="Reference">The value of any other option.</param>
public readonly record struct OptionValue(long Number, object? Reference = null);
