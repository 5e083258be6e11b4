import { Gauge } from 'lucide-react';
import { useMemo, useState } from 'react';
import { asList, asNumber, asRecord, useCommand } from '@/api';
import { Ago, Card, type Column, Count, EmptyState, ErrorState, Micros, SearchInput, Segmented, SkeletonRows, Table } from '@/components';
import { RangeProvider, TimeChart } from '@/charts';
import { formatMicros, formatThings } from '@/lib/format';
import { type CommandLatency, commandLatencies, type Percentiles } from './model';

const seriesNames = ['latency.run.p50', 'latency.run.p99', 'latency.run.p999', 'latency.wait.p50', 'latency.wait.p99', 'latency.wait.p999'];

export function LatencyTab() {
  return (
    <RangeProvider names={seriesNames}>
      <div className="flex flex-col gap-4">
        <div className="grid gap-4 empty:hidden lg:grid-cols-2">
          <TimeChart title="Running" unit="us" series={[{ name: 'latency.run.p999', label: 'p99.9', color: 5 }, { name: 'latency.run.p99', label: 'p99', color: 1, fill: true }, { name: 'latency.run.p50', label: 'p50', color: 2 }]} />
          <TimeChart title="Waiting" unit="us" series={[{ name: 'latency.wait.p999', label: 'p99.9', color: 5 }, { name: 'latency.wait.p99', label: 'p99', color: 1, fill: true }, { name: 'latency.wait.p50', label: 'p50', color: 2 }]} />
        </div>
        <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <Commands />
          <Turns />
        </div>
      </div>
    </RangeProvider>
  );
}

function Commands() {
  const { data, error } = useCommand(['INSIGHT', 'LATENCY'], 2000);
  const [filter, setFilter] = useState('');
  const [kind, setKind] = useState<'run' | 'wait'>('run');
  const rows = useMemo(() => (data === undefined ? [] : commandLatencies(data)).filter((row) => row.command.includes(filter.toLowerCase())), [data, filter]);
  const slowest = Math.max(1, ...rows.map((row) => row[kind].p999 || 0));
  const columns = useMemo<Column<CommandLatency>[]>(
    () => [
      { id: 'command', header: 'Command', width: 'minmax(5rem,8rem)', cell: (r) => <span className="font-mono text-[0.8125rem]">{r.command}</span>, sort: (r) => r.command },
      { id: 'calls', header: 'Calls', width: '5rem', align: 'right', cell: (r) => <Count value={r.calls} />, sort: (r) => r.calls },
      { id: 'spread', header: 'p50 to p99.9, logarithmic', width: 'minmax(6rem,1fr)', hideOnPhone: true, cell: (r) => <Spread values={r[kind]} max={slowest} /> },
      { id: 'p50', header: 'p50', width: '4.5rem', align: 'right', hideOnPhone: true, cell: (r) => <Micros us={r[kind].p50} />, sort: (r) => r[kind].p50 || 0 },
      { id: 'p99', header: 'p99', width: '4.75rem', align: 'right', cell: (r) => <Micros us={r[kind].p99} />, sort: (r) => r[kind].p99 || 0 },
      { id: 'p999', header: 'p99.9', width: '4.75rem', align: 'right', cell: (r) => <Micros us={r[kind].p999} />, sort: (r) => r[kind].p999 || 0 },
    ],
    [kind, slowest],
  );
  return (
    <Card
      title="By command"
      bodyClassName="pb-1"
      actions={
        <>
          <SearchInput label="Filter commands" value={filter} onValue={setFilter} className="w-50" />
          <Segmented label="Kind of time" value={kind} onValue={setKind} options={[['run', 'Running'], ['wait', 'Waiting']]} />
        </>
      }
    >
      {error && !data ? (
        <ErrorState error={error} what="Latency by command" />
      ) : !data ? (
        <SkeletonRows />
      ) : (
        <Table label="Latency by command" columns={columns} rows={rows} rowKey={(r) => r.command} rowHeight={34} height="32rem" initialSort={{ id: 'p999', descending: true }} empty={<EmptyState icon={Gauge} title="No command has run yet" />} />
      )}
    </Card>
  );
}

/** A bar from the median to 99.9 %, with a mark at 99 %, on a logarithmic scale. */
function Spread({ values, max }: { values: Percentiles; max: number }) {
  const top = Math.log10(max + 1);
  const at = (us: number) => `${(Math.log10(Math.max(0, us) + 1) / top) * 100}%`;
  if (!Number.isFinite(values.p50)) return null;
  return (
    <div role="img" aria-label={`from ${formatMicros(values.p50)} to ${formatMicros(values.p999)}`} className="relative h-3">
      <div className="absolute inset-y-[5px] right-0 left-0 rounded-full bg-hover" />
      <div className="absolute inset-y-[3px] rounded-full bg-linear-to-r from-chart-2 to-chart-1" style={{ left: at(values.p50), width: `calc(${at(values.p999)} - ${at(values.p50)} + 2px)` }} />
      <div className="absolute inset-y-0 w-[3px] rounded-full bg-ink" style={{ left: at(values.p99) }} />
    </div>
  );
}

/** What a turn can be spent on, as INSIGHT TURNS names it. What no part accounts for is left over as "other". */
const turnParts = [
  ['commandsUs', 'commands', 'bg-chart-1'],
  ['networkUs', 'network', 'bg-chart-2'],
  ['expiryUs', 'expiry', 'bg-chart-3'],
  ['evictionUs', 'eviction', 'bg-warn'],
  ['snapshotUs', 'snapshot', 'bg-chart-4'],
  ['logUs', 'log', 'bg-chart-5'],
  ['insightUs', 'insight', 'bg-info'],
  ['gcUs', 'collector', 'bg-bad'],
] as const;

function Turns() {
  const { data, error } = useCommand(['INSIGHT', 'TURNS', 'COUNT', 12], 3000);
  const turns = useMemo(
    () =>
      asList(data).map((item) => {
        const turn = asRecord(item);
        const parts = turnParts.map(([name, label, color]) => ({ label, color, us: asNumber(turn[name]) || 0 })).filter((part) => part.us > 0);
        return { at: asNumber(turn['time']), us: asNumber(turn['us']), commands: asNumber(turn['commands']), parts };
      }),
    [data],
  );
  const longest = Math.max(1, ...turns.map((turn) => turn.us));
  return (
    <Card title="Longest turns of the engine" description="In the last hour. A turn serves all clients that are ready; nobody is served before it ends.">
      {error && !data ? (
        <ErrorState error={error} what="The list" />
      ) : !data ? (
        <SkeletonRows rows={4} />
      ) : turns.length === 0 ? (
        <EmptyState title="No long turn lately" />
      ) : (
        <ul className="flex flex-col gap-3">
          {turns.map((turn, i) => (
            <li key={i}>
              <div className="flex items-baseline justify-between gap-3 text-sm">
                <span className="font-medium">
                  <Micros us={turn.us} />
                </span>
                <span className="num text-xs text-ink-3">
                  <Ago unixMs={turn.at} />
                  {Number.isFinite(turn.commands) && ` · ${formatThings(turn.commands, 'command')}`}
                </span>
              </div>
              <div className="mt-1 flex h-1.5 overflow-hidden rounded-full bg-hover">
                {turn.parts.map((part) => (
                  <div key={part.label} className={part.color} style={{ width: `${(part.us / longest) * 100}%` }} />
                ))}
              </div>
              <p className="num mt-1 truncate text-xs text-ink-3">
                {[...turn.parts]
                  .sort((a, b) => b.us - a.us)
                  .slice(0, 3)
                  .map((part) => `${part.label} ${formatMicros(part.us)}`)
                  .join(', ')}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
