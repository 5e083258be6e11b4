export { live, useLatestStats, useStatsError, fetchHistory, type SeriesInfo } from './live';
export { RangePicker, RangeProvider, useHasOccurred, useRange } from './range';
export { SeriesRing } from './SeriesRing';
export { Sparkline } from './Sparkline';
export { TimeChart, type ChartSeries } from './TimeChart';
