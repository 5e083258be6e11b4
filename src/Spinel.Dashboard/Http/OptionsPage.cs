using System.Text.Json;
using Spinel.Engine.Configuration;
using Spinel.Engine.Configuration.Codecs;

namespace Spinel.Dashboard.Http;

/// <summary>Describes the server's options for forms; their values are what CONFIG GET says.</summary>
internal static class OptionsPage
{
    internal static void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (OptionDescriptor option in OptionTable.All)
        {
            if ((option.Flags & (OptionFlags.Hidden | OptionFlags.FileOnly)) == 0)
            {
                Write(json, option);
            }
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, OptionDescriptor option)
    {
        string type = TypeOf(option);
        json.WriteStartObject();
        json.WriteString("name"u8, option.Name);
        json.WriteString("group"u8, option.Group);
        json.WriteString("summary"u8, option.Summary);
        json.WriteString("type"u8, type);
        json.WriteString("default"u8, option.DefaultText);
        json.WritePropertyName("values"u8);
        if (type is "enum" or "bool")
        {
            json.WriteStartArray();
            foreach (string word in option.Codec.DescribeValues(option).Split(", "))
            {
                json.WriteStringValue(word.AsSpan().Trim('`'));
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteNullValue();
        }

        if (type is "int" or "memory")
        {
            json.WriteNumber("min"u8, option.Min);
            json.WriteNumber("max"u8, option.Max);
        }

        json.WriteBoolean("mutable"u8, !option.Has(OptionFlags.Immutable));
        json.WriteBoolean("multiple"u8, option.Codec.IsMultiWord);
        json.WriteBoolean("effective"u8, !option.Has(OptionFlags.NotYet));
        json.WriteBoolean("sensitive"u8, option.Has(OptionFlags.Sensitive));
        json.WriteEndObject();
    }

    private static string TypeOf(OptionDescriptor option) => option.Codec switch
    {
        BooleanCodec => "bool",
        NumberCodec => option.Unit is OptionUnit.Bytes or OptionUnit.BytesOrPercent ? "memory" : "int",
        EnumCodec when !option.Codec.DescribeValues(option).StartsWith("any of", StringComparison.Ordinal) => "enum",
        _ when option.Codec.IsMultiWord => "list",
        _ => "string",
    };
}
