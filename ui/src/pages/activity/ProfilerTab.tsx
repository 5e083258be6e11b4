import { Activity, Download, Eraser, Pause, Play } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useWatchEach } from '@/api';
import { Badge, Button, Card, type Column, EmptyState, ErrorState, Field, IconButton, Input, Micros, Select, Table } from '@/components';
import { download } from '@/lib/download';
import { formatCount, formatTime } from '@/lib/format';
import { RowBuffer } from '@/lib/RowBuffer';
import { commandLine } from './model';
import { CommandText } from './SlowLogTab';

interface Profiled {
  time: number;
  db: number;
  client: string;
  /** What the client calls itself, if it does. */
  name: string;
  command: string[];
  us: number;
}

type Row = Profiled & { n: number };

const kept = 5000;

export function ProfilerTab() {
  const [running, setRunning] = useState(false);
  const [commands, setCommands] = useState('');
  const [prefix, setPrefix] = useState('');
  const [client, setClient] = useState('');
  const [sample, setSample] = useState('1');
  const buffer = useRef(new RowBuffer<Row>(kept));
  const [view, setView] = useState<{ rows: readonly Row[]; dropped: number }>({ rows: [], dropped: 0 });

  const names = commands.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const parameters = { commands: names.length > 0 ? names : null, prefix: prefix || null, client: client || null, sample: Number(sample) };
  const error = useWatchEach<Profiled[]>(
    'profile',
    parameters,
    ({ data, dropped }) => {
      const from = buffer.current.total;
      buffer.current.add(data.map((row, i) => ({ ...row, n: from + i })));
      setView((old) => ({ rows: buffer.current.rows, dropped: old.dropped + dropped }));
    },
    running,
  );
  const newestFirst = useMemo(() => view.rows.toReversed(), [view.rows]);
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: 'time', header: 'Time', width: '6.75rem', hideOnPhone: true, cell: (r) => <span className="num text-ink-3">{formatTime(r.time / 1000, r.time / 1000, true)}</span> },
      { id: 'db', header: 'DB', width: '2rem', align: 'right', hideOnPhone: true, cell: (r) => <span className="text-ink-3">{r.db}</span> },
      { id: 'client', header: 'Client', width: 'minmax(0,11rem)', hideOnPhone: true, cell: (r) => <span className="text-ink-3" title={r.client}>{r.name || r.client}</span> },
      { id: 'command', header: 'Command', width: 'minmax(0,1fr)', cell: (r) => <CommandText args={r.command} /> },
      { id: 'us', header: 'Ran', width: '4.5rem', align: 'right', cell: (r) => (r.us < 1 ? '< 1 µs' : <Micros us={r.us} />) },
    ],
    [],
  );
  const summary = useMemo(() => summarize(view.rows), [view.rows]);
  const clear = () => {
    buffer.current.clear();
    setView({ rows: [], dropped: 0 });
  };

  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_20rem]">
      <Card
        title={
          <span className="flex items-center gap-2">
            Commands as they run
            {running && <Badge tone="good">recording</Badge>}
          </span>
        }
        description={view.rows.length === 0 ? 'Sensitive arguments are hidden. Recording costs the server a little; it ends with this view.' : `${formatCount(buffer.current.total)} seen, the newest ${formatCount(view.rows.length)} kept${view.dropped > 0 ? `, ${formatCount(view.dropped)} skipped: too many to show` : ''}`}
        actions={
          <>
            <IconButton icon={Eraser} label="Clear the list" onClick={clear} disabled={view.rows.length === 0} />
            <IconButton
              icon={Download}
              label="Save the list as a file"
              disabled={view.rows.length === 0}
              onClick={() => download('profile.txt', view.rows.map((r) => `${new Date(r.time / 1000).toISOString()} [${r.db} ${r.client}] ${r.us}us ${commandLine(r.command)}`).join('\n'))}
            />
            <Button variant={running ? 'secondary' : 'primary'} icon={running ? Pause : Play} onClick={() => setRunning(!running)}>
              {running ? 'Pause' : 'Record'}
            </Button>
          </>
        }
        bodyClassName="pb-1"
      >
        <div className="grid grid-cols-2 gap-3 border-b border-line px-4 pb-4 lg:grid-cols-4">
          <Field label="Commands">{(c) => <Input {...c} placeholder="all, or: get set" value={commands} onChange={(e) => setCommands(e.target.value)} />}</Field>
          <Field label="Keys begin with">{(c) => <Input {...c} placeholder="user:" value={prefix} onChange={(e) => setPrefix(e.target.value)} mono />}</Field>
          <Field label="Client">{(c) => <Input {...c} placeholder="address or name" value={client} onChange={(e) => setClient(e.target.value)} />}</Field>
          <Field label="How many">
            {(c) => (
              <Select {...c} value={sample} onChange={(e) => setSample(e.target.value)}>
                <option value="1">every command</option>
                <option value="10">one in 10</option>
                <option value="100">one in 100</option>
                <option value="1000">one in 1000</option>
              </Select>
            )}
          </Field>
        </div>
        {error ? (
          <ErrorState error={error} what="The profiler" />
        ) : (
          <Table
            label="Profiled commands"
            columns={columns}
            rows={newestFirst}
            rowKey={(r) => r.n}
            rowHeight={30}
            height="calc(100dvh - 23rem)"
            empty={
              <EmptyState icon={Activity} title={running ? 'Waiting for commands' : 'Nothing recorded yet'}>
                {running ? 'No command has passed the filters so far.' : 'Record shows the commands of all clients as they run, with their time.'}
              </EmptyState>
            }
          />
        )}
      </Card>
      <Card title="In this recording" description="Shares of the commands above">
        {summary.length === 0 ? (
          <p className="py-4 text-sm text-ink-3">Nothing yet.</p>
        ) : (
          <ul className="flex flex-col gap-2.5">
            {summary.map((row) => (
              <li key={row.command}>
                <div className="flex items-baseline justify-between gap-3 text-sm">
                  <span className="font-mono text-[0.8125rem]">{row.command}</span>
                  <span className="num text-xs text-ink-3">
                    {formatCount(row.count)} · {row.us < row.count ? '< 1 µs' : <Micros us={row.us / row.count} />} each
                  </span>
                </div>
                <div className="mt-1 h-1 rounded-full bg-hover">
                  <div className="h-full rounded-full bg-chart-1" style={{ width: `${row.share * 100}%` }} />
                </div>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}

/** The commands that were seen most. */
function summarize(rows: readonly Row[]): { command: string; count: number; us: number; share: number }[] {
  const byName = new Map<string, { command: string; count: number; us: number }>();
  for (const row of rows) {
    const command = (row.command[0] ?? '').toUpperCase();
    const sum = byName.get(command) ?? { command, count: 0, us: 0 };
    sum.count++;
    sum.us += row.us;
    byName.set(command, sum);
  }
  return [...byName.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, 14)
    .map((row) => ({ ...row, share: row.count / rows.length }));
}
