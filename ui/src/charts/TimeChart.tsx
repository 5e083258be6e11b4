import clsx from 'clsx';
import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { Card, isRefusal, Skeleton } from '@/components';
import { formatTime, formatUnit } from '@/lib/format';
import { themeColor, useTheme } from '@/lib/theme';
import { onFrame } from './frameClock';
import { live, useStatsError } from './live';
import { type LongRange, useRange } from './range';
import { byteSteps, durationSteps, greatest, least, lowerBound, niceCeiling, outline, stack } from './scale';

export interface ChartSeries {
  name: string;
  label: string;
  /** One of the theme's chart colours, 1 to 6. */
  color: 1 | 2 | 3 | 4 | 5 | 6;
  fill?: boolean;
  dash?: boolean;
}

export interface TimeChartProps {
  title: string;
  unit: string;
  series: readonly ChartSeries[];
  stacked?: boolean;
  height?: number;
  /** A fixed upper end, for shares. */
  max?: number;
  /** The axis need not begin at nought: for values that move little. */
  floating?: boolean;
  actions?: ReactNode;
  className?: string;
}

/** Points appear this much late, so that a new one slides in from the edge and does not jump. */
const delaySeconds = 1.3;
const axisEaseMs = 260;

/** A chart over time with its legend; live ranges glide, long ones stand. Who may not see the history gets no empty frame. */
export function TimeChart(props: TimeChartProps) {
  return isRefusal(useStatsError()) ? null : <Chart {...props} />;
}

function Chart({ title, unit, series, stacked = false, height = 168, max, floating = false, actions, className }: TimeChartProps) {
  const range = useRange();
  const { theme } = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLDListElement>(null);
  const clock = useRef<HTMLTimeElement>(null);
  const names = series.map((s) => s.name).join(',');
  const isWaiting = !range.isLive && range.long === null;

  useEffect(() => {
    if (host.current === null || isWaiting) return;
    const chart = new LiveChart(host.current, { unit, series, stacked, height, max, floating, seconds: range.seconds, long: range.isLive ? null : range.long });
    chart.onValues = (values, time) => {
      legend.current?.querySelectorAll('dd').forEach((dd, i) => (dd.textContent = formatUnit(values[i] ?? NaN, unit)));
      if (clock.current !== null) clock.current.textContent = time === null ? '' : formatTime(time * 1000, Date.now());
    };
    return () => chart.destroy();
    // Dependencies: `names` stands for the series
  }, [names, unit, stacked, height, max, floating, range.seconds, range.isLive, range.long, theme, isWaiting]);

  return (
    <Card
      className={clsx('flex flex-col', className)}
      title={
        <>
          {title} <time ref={clock} className="num ml-2 text-xs font-normal text-ink-3" />
        </>
      }
      bodyClassName="px-2 pb-2"
      actions={
        <>
          <dl ref={legend} className="flex flex-wrap justify-end gap-x-3.5 gap-y-1 text-xs">
            {series.map((s) => (
              <div key={s.name} className="flex items-center gap-1.5">
                <dt className="flex items-center gap-1.5 text-ink-3">
                  <span aria-hidden className={clsx('w-2.5 rounded-full', s.dash ? 'h-0 border-t-2 border-dashed' : 'h-[3px]')} style={s.dash ? { borderColor: `var(--chart-${s.color})` } : { background: `var(--chart-${s.color})` }} />
                  {s.label}
                </dt>
                <dd className="num min-w-10 font-medium text-ink-2" />
              </div>
            ))}
          </dl>
          {actions}
        </>
      }
    >
      <div ref={host} role="img" aria-label={`${title} over time: ${series.map((s) => s.label).join(', ')}`} style={{ height }}>
        {isWaiting && (range.error ? <p className="grid h-full place-items-center px-4 text-center text-sm text-ink-3">{range.error.message}</p> : <Skeleton className="m-3 h-[calc(100%-1.5rem)]" />)}
      </div>
    </Card>
  );
}

interface LiveChartOptions {
  unit: string;
  series: readonly ChartSeries[];
  stacked: boolean;
  height: number;
  max: number | undefined;
  floating: boolean;
  seconds: number;
  long: LongRange | null;
}

/** uPlot with what it lacks here: a gliding window, an axis that eases, stacked areas, gaps at NaN. Lives outside React's rendering. */
class LiveChart {
  onValues: (values: readonly number[], time: number | null) => void = () => undefined;
  readonly #options: LiveChartOptions;
  readonly #plot: uPlot;
  readonly #resize: ResizeObserver;
  readonly #sight: IntersectionObserver;
  readonly #stopFrames: () => void;
  #stacks: Float64Array[] = [];
  #columns: Float64Array[] = [];
  #times: Float64Array = new Float64Array(0);
  #loadedVersion = -1;
  #drawnVersion = -1;
  #isInSight = true;
  #drawnAt = 0;
  #axis = { min: 0, max: 1 };
  #axisFrom = { min: 0, max: 1, at: 0 };
  #axisTo = { min: 0, max: 1 };
  #hasAxis = false;
  #hovered: number | null = null;
  /** Read once: a chart is made anew when the theme changes. */
  readonly #inks = [1, 1, 2, 3, 4, 5, 6].map((n) => themeColor(`chart-${n}`));
  readonly #tints = this.#inks.map((ink) => withAlpha(ink, 0.42));
  readonly #tops = this.#inks.map((ink) => withAlpha(ink, 0.3));
  readonly #bottoms = this.#inks.map((ink) => withAlpha(ink, 0.02));

  constructor(host: HTMLDivElement, options: LiveChartOptions) {
    this.#options = options;
    const isBytes = options.unit.startsWith('bytes');
    const axisInk = themeColor('ink-3');
    const surface = themeColor('surface');
    const grid = { stroke: themeColor('grid'), width: 1 };
    const font = `11px ${getComputedStyle(document.documentElement).fontFamily}`;
    this.#plot = new uPlot(
      {
        width: Math.max(80, host.clientWidth),
        height: options.height,
        padding: [8, 22, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'spinel' }, points: { size: 7, width: 2, fill: surface } },
        scales: { x: { time: true }, y: { range: () => [this.#axis.min, this.#axis.max] } },
        axes: [
          { stroke: axisInk, font, grid, ticks: { show: false }, size: 26, gap: 6, space: 74, values: (_u, splits) => splits.map((s) => axisTime(s, options.seconds)) },
          { stroke: axisInk, font, grid, ticks: { show: false }, size: 62, gap: 8, space: 34, values: (_u, splits) => splits.map((s) => formatUnit(s, options.unit)), ...(isBytes ? { incrs: byteSteps } : options.unit === 's' ? { incrs: durationSteps } : {}) },
        ],
        series: [
          {},
          ...options.series.map(
            (s, i): uPlot.Series => ({
              auto: false,
              scale: 'y',
              stroke: this.#inks[s.color]!,
              width: options.stacked ? 1 : 1.6,
              points: { show: false },
              ...(s.dash ? { dash: [4, 4] } : {}),
              ...(s.fill || options.stacked ? { fill: (u: uPlot) => this.#fill(u, s.color) } : {}),
              paths: (u: uPlot) => this.#path(u, i, Boolean(s.fill || options.stacked)),
            }),
          ),
        ],
        hooks: {
          setCursor: [(u) => this.#hover(u.cursor.left !== undefined && u.cursor.left >= 0 ? (u.cursor.idx ?? null) : null)],
        },
      },
      [[], ...options.series.map(() => [])] as uPlot.AlignedData,
      host,
    );
    this.#resize = new ResizeObserver(() => {
      if (host.clientWidth > 0) this.#plot.setSize({ width: host.clientWidth, height: options.height });
      this.#drawnAt = 0;
    });
    this.#resize.observe(host);
    this.#sight = new IntersectionObserver(([entry]) => {
      this.#isInSight = entry?.isIntersecting ?? true;
      this.#drawnAt = 0;
    });
    this.#sight.observe(host);
    this.#stopFrames = onFrame((now) => this.#tick(now));
  }

  destroy(): void {
    this.#stopFrames();
    this.#resize.disconnect();
    this.#sight.disconnect();
    this.#plot.destroy();
  }

  #tick(nowMs: number): void {
    const { seconds, long } = this.#options;
    const version = long === null ? live.ring.version : 0;
    const isNew = version !== this.#loadedVersion;
    if (isNew) {
      const before = this.#times.length;
      this.#load();
      // History that came in late shows at once.
      if (Math.abs(this.#times.length - before) > 1) this.#drawnAt = 0;
      this.#loadedVersion = version;
      this.#report();
    }
    if (!this.#isInSight) return;
    const end = long === null ? nowMs / 1000 - delaySeconds : (long.times.at(-1) ?? 0);
    const pixels = ((end - this.#drawnAt) / seconds) * (this.#plot.bbox.width || 1);
    const isEasing = this.#axis.max !== this.#axisTo.max || this.#axis.min !== this.#axisTo.min;
    // Half a device pixel is the least motion that can be seen; a new point waits for it at the right edge.
    if (Math.abs(pixels) < 0.5 && !isEasing && !(isNew && long !== null)) return;
    this.#drawnAt = end;
    this.#aim(end - seconds, end, nowMs);
    this.#ease(nowMs);
    this.#plot.batch(() => {
      if (this.#drawnVersion !== version) this.#plot.setData([this.#times, ...this.#columns] as unknown as uPlot.AlignedData, false);
      this.#plot.setScale('x', { min: end - seconds, max: end });
    });
    this.#drawnVersion = version;
  }

  #load(): void {
    const { long, series, stacked } = this.#options;
    const raw = series.map((s) => (long === null ? live.ring.values(s.name) : (long.series[s.name] ?? new Float64Array(long.times.length).fill(NaN))));
    this.#times = long === null ? live.ring.times() : long.times;
    if (!stacked) {
      this.#columns = raw;
      return;
    }
    if (this.#stacks[0]?.length !== this.#times.length) this.#stacks = raw.map(() => new Float64Array(this.#times.length));
    stack(raw, this.#stacks);
    this.#columns = this.#stacks;
  }

  /** Where the axis should go for what is in sight. */
  #aim(from: number, to: number, nowMs: number): void {
    const first = lowerBound(this.#times, from);
    const last = Math.min(this.#times.length, lowerBound(this.#times, to) + 1);
    const { max: fixed, unit, floating } = this.#options;
    const isBinary = unit.startsWith('bytes');
    const top = Math.max(0, ...this.#columns.map((column) => greatest(column, first, last)));
    let target = { min: 0, max: fixed ?? niceCeiling(top, isBinary) };
    if (floating && top > 0) {
      const bottom = Math.min(...this.#columns.map((column) => least(column, first, last)));
      const span = Math.max(top - bottom, top * 0.02) * 1.6;
      const step = niceCeiling(span, isBinary) / 4;
      target = { min: Math.max(0, Math.floor((bottom - span * 0.25) / step) * step), max: Math.min(fixed ?? Infinity, Math.ceil((top + span * 0.15) / step) * step) };
    }
    if (target.max === this.#axisTo.max && target.min === this.#axisTo.min) return;
    this.#axisTo = target;
    this.#axisFrom = { ...this.#axis, at: nowMs };
    if (!this.#hasAxis && this.#times.length > 0) {
      this.#hasAxis = true;
      this.#axis = { ...target };
    }
  }

  #ease(nowMs: number): void {
    const x = Math.min(1, (nowMs - this.#axisFrom.at) / axisEaseMs);
    const y = 1 - (1 - x) ** 3;
    this.#axis = x >= 1 ? { ...this.#axisTo } : { min: this.#axisFrom.min + (this.#axisTo.min - this.#axisFrom.min) * y, max: this.#axisFrom.max + (this.#axisTo.max - this.#axisFrom.max) * y };
  }

  #hover(index: number | null): void {
    if (index === this.#hovered) return;
    this.#hovered = index;
    this.#report();
  }

  #report(): void {
    const at = this.#hovered ?? this.#lastKnown();
    const values = this.#columns.map((column, i) => (this.#options.stacked && i > 0 ? column[at]! - this.#columns[i - 1]![at]! : column[at]!));
    this.onValues(values, this.#hovered === null ? null : (this.#times[at] ?? null));
  }

  #lastKnown(): number {
    let at = this.#times.length - 1;
    while (at > 0 && this.#columns.every((column) => Number.isNaN(column[at]!))) at--;
    return at;
  }

  #fill(u: uPlot, color: number): CanvasGradient | string {
    if (this.#options.stacked) return this.#tints[color]!;
    const gradient = u.ctx.createLinearGradient(0, u.bbox.top, 0, u.bbox.top + u.bbox.height);
    gradient.addColorStop(0, this.#tops[color]!);
    gradient.addColorStop(1, this.#bottoms[color]!);
    return gradient;
  }

  /** The line of a series, broken at NaN; the fill goes down to the series below it in a stack, or to the axis. */
  #path(u: uPlot, index: number, isFilled: boolean): uPlot.Series.Paths {
    const column = this.#columns[index];
    const line = new Path2D();
    const area = isFilled ? new Path2D() : undefined;
    if (column === undefined) return { stroke: line };
    const below = this.#options.stacked && index > 0 ? this.#columns[index - 1]! : null;
    const x = u.scales.x!;
    const { left, top, width, height } = u.bbox;
    const { min, max } = this.#axis;
    const xFactor = width / (x.max! - x.min!);
    const yFactor = height / (max - min || 1);
    const toX = (i: number) => left + (this.#times[i]! - x.min!) * xFactor;
    const toY = (value: number) => top + height - (value - min) * yFactor;
    const from = Math.max(0, lowerBound(this.#times, x.min!) - 1);
    const to = Math.min(column.length, lowerBound(this.#times, x.max!) + 1);
    for (let i = from; i < to; ) {
      if (Number.isNaN(column[i]!)) {
        i++;
        continue;
      }
      const begin = i;
      while (i < to && !Number.isNaN(column[i]!)) i++;
      const points = outline(this.#times, column, begin, i, 1 / xFactor);
      line.moveTo(toX(points[0]!), toY(column[points[0]!]!));
      for (let k = 1; k < points.length; k++) line.lineTo(toX(points[k]!), toY(column[points[k]!]!));
      if (area === undefined) continue;
      area.moveTo(toX(points[0]!), toY(column[points[0]!]!));
      for (let k = 1; k < points.length; k++) area.lineTo(toX(points[k]!), toY(column[points[k]!]!));
      if (below === null) {
        area.lineTo(toX(i - 1), top + height);
        area.lineTo(toX(begin), top + height);
      } else {
        const floor = outline(this.#times, below, begin, i, 1 / xFactor);
        for (let k = floor.length - 1; k >= 0; k--) area.lineTo(toX(floor[k]!), toY(Number.isNaN(below[floor[k]!]!) ? min : below[floor[k]!]!));
      }
      area.closePath();
    }
    return area === undefined ? { stroke: line } : { stroke: line, fill: area };
  }
}

/** The colour with an opacity. The canvas itself reads the notation, whatever the style sheet's compiler made of it. */
function withAlpha(color: string, alpha: number): string {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (context === null) return color;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

const two = (n: number) => String(n).padStart(2, '0');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The text below the axis: seconds for minutes, minutes for hours, days for weeks. */
function axisTime(seconds: number, range: number): string {
  const time = new Date(seconds * 1000);
  if (range > 3 * 86_400) return `${time.getDate()} ${months[time.getMonth()]}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return range <= 600 ? `${clock}:${two(time.getSeconds())}` : clock;
}
