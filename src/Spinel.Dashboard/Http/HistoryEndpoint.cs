using System.Globalization;
using Microsoft.AspNetCore.Http;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Topics;
using Spinel.Insight.History;

namespace Spinel.Dashboard.Http;

/// <summary>The recorded series, for charts.</summary>
internal sealed class HistoryEndpoint(DashboardServices services, SessionEndpoint sessions)
{
    private const int DefaultPoints = 600;
    private const int MaxPoints = 5000;
    private const int MaxSeries = 64;
    private const long HourMs = 3_600_000;

    internal async Task DescribeAsync(HttpContext context)
    {
        if (await sessions.RequireAsync(context).ConfigureAwait(false) is null)
        {
            return;
        }

        await Answers.JsonAsync(context, static json =>
        {
            json.WriteStartArray();
            foreach (Series series in SeriesCatalog.All)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, series.Name);
                json.WriteString("unit"u8, series.Unit);
                json.WriteString("kind"u8, series.Kind == SeriesKind.Rate ? "rate"u8 : "gauge"u8);
                json.WriteString("summary"u8, series.Summary);
                json.WriteString("group"u8, series.Group);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }

    internal async Task ReadAsync(HttpContext context)
    {
        Viewer? viewer = await sessions.RequireAsync(context).ConfigureAwait(false);
        if (viewer is null)
        {
            return;
        }

        long now = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        string[] names = context.Request.Query["series"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length is 0 or > MaxSeries
            || !TryNumber(context, "to", now, out long to) || !TryNumber(context, "from", to - HourMs, out long from) || !TryNumber(context, "points", DefaultPoints, out long points)
            || from > to || points is < 1 or > MaxPoints)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, "series, from, to or points make no sense").ConfigureAwait(false);
            return;
        }

        if (services.Insight is not { } insight)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status404NotFound, "this server keeps no history").ConfigureAwait(false);
            return;
        }

        (string? error, HistoryReader? reader) = await services.Gateway.AskAsync<(string?, HistoryReader?)>(engine =>
            Permissions.Missing(engine, viewer.User, "INSIGHT HISTORY FROM 0 TO 0 SERIES x", needsAllKeys: false) is { } missing
                ? (missing, null)
                : (null, insight.HistoryReader())).ConfigureAwait(false);

        // The engine has better things to do than to go through a month.
        HistoryWindow? window = reader?.Read(names, from, to, (int)points);
        if (error is not null)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status403Forbidden, error).ConfigureAwait(false);
        }
        else if (window is null)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, "there is no such series").ConfigureAwait(false);
        }
        else
        {
            await WriteAsync(context, names, from, to, window).ConfigureAwait(false);
        }
    }

    private static Task WriteAsync(HttpContext context, string[] names, long from, long to, HistoryWindow window) => Answers.JsonAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("from"u8, from);
        json.WriteNumber("to"u8, to);
        json.WriteNumber("stepMs"u8, window.StepMs);
        json.WriteStartArray("times"u8);
        for (int i = 0; i < window.Points; i++)
        {
            json.WriteNumberValue(window.FromMs + (i * window.StepMs));
        }

        json.WriteEndArray();
        json.WriteStartObject("series"u8);
        for (int series = 0; series < names.Length; series++)
        {
            json.WriteStartArray(names[series]);
            for (int i = 0; i < window.Points; i++)
            {
                Numbers.Write(json, window[series, i]);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static bool TryNumber(HttpContext context, string name, long ifAbsent, out long value)
    {
        string text = context.Request.Query[name].ToString();
        value = ifAbsent;
        return text.Length == 0 || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
