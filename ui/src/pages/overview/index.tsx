import clsx from 'clsx';
import { CircleAlert, CircleCheck, CircleDashed, HardDriveDownload, History, type LucideIcon, Play, ScrollText, Settings2, ShieldAlert, Timer, TriangleAlert, Turtle, Waypoints } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'react-router';
import { asRecord, connection, type RespValue, useCommand } from '@/api';
import { Ago, Card, EmptyState, ErrorState, isRefusal, Page, Skeleton, SkeletonRows, useNow } from '@/components';
import { type ChartSeries, RangePicker, RangeProvider, Sparkline, TimeChart, useHasOccurred, useLatestStats, useRange, useStatsError } from '@/charts';
import { formatUnit } from '@/lib/format';
import { infoNumber } from '@/lib/info';
import { useInfo } from '@/lib/useInfo';
import { type Change, changedOptions, changesFromAclLog, changesFromInfo, changesFromLatency, changesFromSlowLog, type ChangeKind, newestFirst } from './changes';
import { type Check, checks, type Health, overall } from './health';

const seriesNames = [
  'commands.read', 'commands.write', 'commands.pubsub', 'commands.scripting', 'commands.other', 'latency.run.p50', 'latency.run.p99', 'latency.run.p999', 'latency.wait.p50', 'latency.wait.p99',
  'latency.wait.p999', 'memory.used', 'memory.rss', 'memory.data', 'keys.hitRatio', 'network.in', 'network.out', 'keys.total', 'keys.expiring', 'keys.expired', 'keys.evicted', 'clients.connected',
  'clients.blocked', 'clients.pubsub', 'engine.busy', 'cpu.user', 'cpu.system', 'engine.longestTurnMs', 'gc.pauseMs',
];

export default function OverviewPage() {
  const { info, error } = useInfo([], 2000);
  const statsError = useStatsError();
  // Then there are no charts, and what stands beside them stands alone.
  const isAlone = isRefusal(statsError);
  return (
    <RangeProvider names={seriesNames}>
      <Page title="Overview" description={<Subtitle />} actions={<RangePicker />}>
        {error && !info ? (
          <Card>
            <ErrorState error={error} what="The state of the server" />
          </Card>
        ) : null}
        {statsError ? (
          <Card>
            <ErrorState error={statsError} what="The history" />
          </Card>
        ) : (
          <Figures />
        )}
        <div className={clsx('grid gap-4', !isAlone && 'xl:grid-cols-[minmax(0,1fr)_22rem]')}>
          <div className={clsx('min-w-0 flex-col gap-4', isAlone ? 'hidden' : 'flex')}>
            <CommandsChart />
            <div className="grid gap-4 lg:grid-cols-2">
              <TimeChart title="Running" unit="us" series={[{ name: 'latency.run.p999', label: 'p99.9', color: 5 }, { name: 'latency.run.p99', label: 'p99', color: 1, fill: true }, { name: 'latency.run.p50', label: 'p50', color: 2 }]} />
              <TimeChart title="Waiting" unit="us" series={[{ name: 'latency.wait.p999', label: 'p99.9', color: 5 }, { name: 'latency.wait.p99', label: 'p99', color: 1, fill: true }, { name: 'latency.wait.p50', label: 'p50', color: 2 }]} />
              <TimeChart title="Memory" unit="bytes" floating series={[{ name: 'memory.rss', label: 'Resident', color: 6, dash: true }, { name: 'memory.used', label: 'Used', color: 1, fill: true }, { name: 'memory.data', label: 'Data', color: 2 }]} />
              <TimeChart title="Network" unit="bytes/s" series={[{ name: 'network.out', label: 'Sent', color: 2, fill: true }, { name: 'network.in', label: 'Received', color: 4 }]} />
            </div>
          </div>
          {/* Beside the charts it is as high as they are, and what does not fit scrolls. */}
          <div className="relative min-w-0">
            <div className={clsx('grid gap-4', isAlone ? 'sm:grid-cols-2' : 'sm:max-xl:grid-cols-2 xl:absolute xl:inset-0 xl:flex xl:flex-col')}>
              {(info || !error) && (
                <>
                  <HealthCard info={info} />
                  <ChangesCard info={info} />
                </>
              )}
            </div>
          </div>
        </div>
        <div className={clsx('gap-4 lg:grid-cols-2 2xl:grid-cols-3', isAlone ? 'hidden' : 'grid')}>
          <TimeChart title="Hit ratio" unit="ratio" floating max={1} series={[{ name: 'keys.hitRatio', label: 'Found', color: 4, fill: true }]} />
          <TimeChart title="Keys" unit="" floating series={[{ name: 'keys.total', label: 'All', color: 1, fill: true }]} />
          <TimeChart title="Expired and evicted keys" unit="/s" series={[{ name: 'keys.expired', label: 'Expired', color: 3, fill: true }, { name: 'keys.evicted', label: 'Evicted', color: 1 }]} />
          <TimeChart title="Clients" unit="" series={[{ name: 'clients.connected', label: 'Connected', color: 2, fill: true }, { name: 'clients.blocked', label: 'Blocked', color: 3 }, { name: 'clients.pubsub', label: 'Subscribed', color: 5 }]} />
          <TimeChart title="Engine" unit="ratio" series={[{ name: 'engine.busy', label: 'Busy', color: 1, fill: true }, { name: 'cpu.user', label: 'CPU user', color: 2 }, { name: 'cpu.system', label: 'CPU system', color: 6 }]} />
          <TimeChart title="Longest turn of the engine" unit="ms" series={[{ name: 'engine.longestTurnMs', label: 'Turn', color: 5, fill: true }, { name: 'gc.pauseMs', label: 'GC pause', color: 3 }]} />
        </div>
      </Page>
    </RangeProvider>
  );
}

function CommandsChart() {
  const hasScripts = useHasOccurred('commands.scripting');
  const series: ChartSeries[] = [
    { name: 'commands.read', label: 'Reads', color: 1 },
    { name: 'commands.write', label: 'Writes', color: 2 },
    { name: 'commands.pubsub', label: 'Pub/Sub', color: 3 },
    ...(hasScripts ? [{ name: 'commands.scripting', label: 'Scripts', color: 4 } as const] : []),
    { name: 'commands.other', label: 'Other', color: 6 },
  ];
  return <TimeChart title="Commands" unit="/s" stacked height={228} series={series} />;
}

function Subtitle() {
  const { info } = useInfo([], 2000);
  const hello = connection.hello;
  const { isLive } = useRange();
  const isRefused = isRefusal(useStatsError());
  const uptime = info ? infoNumber(info, 'uptime_in_seconds') : NaN;
  return (
    <>
      {hello?.server.name ?? 'Spinel'} {hello?.server.version}
      {Number.isFinite(uptime) && <> · up for {formatUnit(uptime < 3600 ? uptime : Math.floor(uptime / 60) * 60, 's')}</>}
      {!isRefused && (isLive ? ' · live, a point a second' : ' · from the recorded history')}
    </>
  );
}

const figures: readonly { series: string; label: string; unit: string; color: number; max?: number; sub: (v: Readonly<Record<string, number>>) => string }[] = [
  { series: 'commands.total', label: 'Commands', unit: '/s', color: 1, sub: (v) => `${formatUnit(v['commands.write'] ?? NaN, '/s')} writes` },
  { series: 'latency.wait.p99', label: 'Waiting, 99 %', unit: 'us', color: 5, sub: (v) => `${formatUnit(v['latency.run.p99'] ?? NaN, 'us')} running` },
  { series: 'memory.used', label: 'Memory', unit: 'bytes', color: 2, sub: (v) => `${formatUnit(v['memory.rss'] ?? NaN, 'bytes')} resident` },
  { series: 'keys.total', label: 'Keys', unit: '', color: 1, sub: (v) => `${formatUnit(v['keys.expiring'] ?? NaN, '')} expire` },
  { series: 'keys.hitRatio', label: 'Hit ratio', unit: 'ratio', color: 4, sub: (v) => `${formatUnit(v['keys.misses'] ?? NaN, '/s')} misses` },
  { series: 'clients.connected', label: 'Clients', unit: '', color: 3, sub: (v) => `${formatUnit(v['clients.blocked'] ?? NaN, '')} blocked` },
];

function Figures() {
  const stats = useLatestStats();
  return (
    <div className="grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-line bg-line shadow-card sm:grid-cols-3 xl:grid-cols-6" aria-label="Key figures">
      {figures.map((f) => (
        <div key={f.series} className="relative flex min-w-0 flex-col bg-surface px-4 pt-3 pb-11">
          <span className="text-xs text-ink-3">{f.label}</span>
          {stats ? <Figure text={formatUnit(stats.values[f.series] ?? NaN, f.unit)} /> : <Skeleton className="mt-1 h-7 w-20" />}
          <span className="num mt-0.5 h-4 truncate text-xs text-ink-3">{stats ? f.sub(stats.values) : ''}</span>
          <Sparkline name={f.series} color={f.color} className="pointer-events-none absolute inset-x-0 bottom-0 h-9 w-full" {...(f.max === undefined ? {} : { max: f.max })} />
        </div>
      ))}
    </div>
  );
}

/** The number large, its unit small. */
function Figure({ text }: { text: string }) {
  const [, number = text, unit = ''] = /^([−\d.,–]+)\s?(.*)$/.exec(text) ?? [];
  return (
    <span className="num mt-0.5 text-2xl leading-8 font-semibold tracking-tight">
      {number}
      {unit && <span className="ml-1 text-sm font-medium text-ink-2">{unit}</span>}
    </span>
  );
}

const healthLooks: Record<Health, { icon: LucideIcon; color: string; word: string }> = {
  good: { icon: CircleCheck, color: 'text-good', word: 'Good' },
  warn: { icon: TriangleAlert, color: 'text-warn', word: 'Look' },
  bad: { icon: CircleAlert, color: 'text-bad', word: 'Bad' },
  idle: { icon: CircleDashed, color: 'text-ink-3', word: 'Not in use' },
};
const headlines = { good: 'All is well', warn: 'Worth a look', bad: 'Needs attention' };

function HealthCard({ info }: { info: Readonly<Record<string, string>> | undefined }) {
  const stats = useLatestStats();
  const now = useNow(1000);
  const list = useMemo(() => (info ? checks(info, stats?.values ?? {}, now) : []), [info, stats, now]);
  const state = overall(list);
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          Health
          {info && <span className={clsx('text-xs font-medium', healthLooks[state].color)}>{headlines[state]}</span>}
        </span>
      }
      className="shrink-0"
      bodyClassName="px-2 pb-2"
    >
      {!info ? (
        <SkeletonRows rows={7} />
      ) : (
        <ul>
          {list.map((check) => (
            <HealthRow key={check.id} check={check} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function HealthRow({ check }: { check: Check }) {
  const look = healthLooks[check.health];
  return (
    <li>
      <Link to={check.to} className="flex items-center gap-3 rounded-md px-2 py-1.5 -outline-offset-2 hover:bg-hover">
        <look.icon className={clsx('size-4 shrink-0', look.color)} aria-label={look.word} />
        <span className="w-[6.75rem] shrink-0 text-sm">{check.title}</span>
        <span className={clsx('num min-w-0 flex-1 truncate text-right text-xs', check.health === 'bad' || check.health === 'warn' ? look.color : 'text-ink-3')} title={check.text}>
          {check.text}
        </span>
      </Link>
    </li>
  );
}

const changeIcons: Record<ChangeKind, LucideIcon> = {
  start: Play,
  save: HardDriveDownload,
  aof: ScrollText,
  slow: Turtle,
  latency: Timer,
  denied: ShieldAlert,
  config: Settings2,
  turn: Timer,
  replication: Waypoints,
};

function ChangesCard({ info }: { info: Readonly<Record<string, string>> | undefined }) {
  const slow = useCommand(['SLOWLOG', 'GET', '8'], 2000);
  const latency = useCommand(['LATENCY', 'LATEST'], 3000);
  const denied = useCommand(['ACL', 'LOG', '5'], 5000);
  const options = useCommand(['CONFIG', 'GET', '*'], 3000);
  const configured = useOptionChanges(options.data);
  const deniedList = useMemo(() => (denied.data ? changesFromAclLog(denied.data, Date.now()) : []), [denied.data]);
  const list = newestFirst(
    [info ? changesFromInfo(info, Date.now()) : [], slow.data ? changesFromSlowLog(slow.data) : [], latency.data ? changesFromLatency(latency.data) : [], deniedList, configured],
    12,
  );
  return (
    <Card title="What changed lately" className="flex min-h-0 flex-col xl:flex-1" bodyClassName="scroll-thin min-h-0 flex-1 overflow-y-auto px-2 pb-2" bodyTabIndex={0}>
      {!info ? (
        <SkeletonRows rows={4} />
      ) : list.length === 0 ? (
        <EmptyState icon={History} title="Nothing to report" className="py-6" />
      ) : (
        <ol>
          {list.map((change) => (
            <ChangeRow key={change.id} change={change} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const Icon = changeIcons[change.kind];
  return (
    <li>
      <Link to={change.to} className="flex items-start gap-3 rounded-md px-2 py-1.5 -outline-offset-2 hover:bg-hover">
        <Icon aria-hidden className={clsx('mt-0.5 size-4 shrink-0', change.isBad ? 'text-bad' : 'text-ink-3')} />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm">{change.text}</span>
          {change.detail && <span className="block truncate font-mono text-2xs text-ink-3">{change.detail}</span>}
        </span>
        <span className="mt-0.5 shrink-0 text-xs text-ink-3">
          <Ago unixMs={change.atMs} />
        </span>
      </Link>
    </li>
  );
}

/** Options that were set while the page was open. */
function useOptionChanges(reply: RespValue | undefined): Change[] {
  const [changes, setChanges] = useState<Change[]>([]);
  const before = useRef<Record<string, RespValue> | null>(null);
  useEffect(() => {
    if (reply === undefined) return;
    const after = asRecord(reply);
    if (before.current !== null) {
      const found = changedOptions(before.current, after, Date.now());
      if (found.length > 0) setChanges((old) => [...found, ...old].slice(0, 20));
    }
    before.current = after;
  }, [reply]);
  return changes;
}
