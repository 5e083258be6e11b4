import { Settings2, Trash2, Turtle } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { asRecord, asText, connection, useCommand, useReadOnly } from '@/api';
import { Ago, Button, Card, type Column, CopyButton, Dialog, EmptyState, ErrorState, KeyValue, Micros, SearchInput, SkeletonRows, Table, toastError, useConfirm } from '@/components';
import { formatMicros, formatThings, formatTime } from '@/lib/format';
import { commandLine, type SlowEntry, slowEntries } from './model';

export function SlowLogTab() {
  const { data, error } = useCommand(['SLOWLOG', 'GET', '256', 'EXTENDED'], 1000);
  const settings = useCommand(['CONFIG', 'GET', 'slowlog-*'], 5000);
  const threshold = Number(asText(asRecord(settings.data)['slowlog-log-slower-than']) || NaN);
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<SlowEntry | null>(null);
  const readOnly = useReadOnly();
  const confirm = useConfirm();
  const all = useMemo(() => (data === undefined ? [] : slowEntries(data)), [data]);
  const rows = useMemo(() => {
    const text = filter.toLowerCase();
    return all.filter((row) => text === '' || `${row.args.join(' ')} ${row.client} ${row.name}`.toLowerCase().includes(text));
  }, [all, filter]);
  const slowest = Math.max(1, ...rows.map((row) => row.runUs + (row.waitUs || 0)));
  const columns = useMemo<Column<SlowEntry>[]>(
    () => [
      { id: 'at', header: 'When', width: '6.5rem', cell: (r) => <span className="text-ink-3"><Ago unixMs={r.atMs} /></span>, sort: (r) => r.atMs, hideOnPhone: true },
      { id: 'command', header: 'Command', width: 'minmax(0,1fr)', cell: (r) => <CommandText args={r.args} /> },
      { id: 'client', header: 'Client', width: 'minmax(0,10rem)', hideOnPhone: true, cell: (r) => <span className="text-ink-3">{r.name || r.client}</span>, sort: (r) => r.name || r.client },
      { id: 'split', header: 'Waited, ran', width: '9rem', hideOnPhone: true, cell: (r) => <WaitAndRun entry={r} max={slowest} /> },
      { id: 'wait', header: 'Waited', width: '5.25rem', align: 'right', hideOnPhone: true, cell: (r) => <span className="text-ink-2"><Micros us={r.waitUs} /></span>, sort: (r) => r.waitUs || 0 },
      { id: 'run', header: 'Ran', width: '5.25rem', align: 'right', cell: (r) => <span className="font-medium"><Micros us={r.runUs} /></span>, sort: (r) => r.runUs },
    ],
    [slowest],
  );
  const clear = async () => {
    if (await confirm({ title: 'Clear the slow log?', body: `${formatThings(all.length, 'entry', 'entries')} will be gone.`, action: 'Clear the log', danger: true })) {
      await connection.run(['SLOWLOG', 'RESET']).catch(toastError('The slow log was not cleared'));
    }
  };
  return (
    <Card
      title="Slow log"
      description={
        Number.isNaN(threshold) ? undefined : threshold < 0 ? 'Turned off' : (
          <>
            Commands that ran {formatMicros(threshold)} and longer ·{' '}
            <Link className="rounded text-accent-ink underline underline-offset-2" to="/configuration?q=slowlog">
              change
            </Link>
          </>
        )
      }
      bodyClassName="pb-1"
      actions={
        <>
          <SearchInput label="Filter by command or client" placeholder="Command or client" value={filter} onValue={setFilter} className="w-60" />
          <Button size="sm" className="h-9" icon={Trash2} onClick={() => void clear()} disabled={readOnly || all.length === 0}>
            Clear
          </Button>
        </>
      }
    >
      {error && !data ? (
        <ErrorState error={error} what="The slow log" />
      ) : !data ? (
        <SkeletonRows />
      ) : (
        <Table
          label="Slow log"
          columns={columns}
          rows={rows}
          rowKey={(r) => r.id}
          height="calc(100dvh - 17rem)"
          onRow={setSelected}
          empty={
            <EmptyState icon={Turtle} title={filter ? 'No entry matches' : 'No slow command'} action={filter ? undefined : <Link to="/configuration?q=slowlog-log-slower-than" className="inline-flex items-center gap-1.5 rounded text-sm text-accent-ink hover:underline"><Settings2 aria-hidden className="size-4" /> Set the threshold</Link>}>
              {filter ? 'Try another word.' : 'Commands that take long will stand here, with the time they waited apart from the time they ran.'}
            </EmptyState>
          }
        />
      )}
      <Dialog open={selected !== null} onOpenChange={() => setSelected(null)} title="Slow command" width="md">
        {selected && (
          <>
            <div className="relative mb-3 rounded-lg border border-line bg-sunken p-3 pr-10">
              <pre className="scroll-thin max-h-60 overflow-auto text-[0.8125rem] break-all whitespace-pre-wrap">{commandLine(selected.args)}</pre>
              <span className="absolute top-1.5 right-1.5">
                <CopyButton text={commandLine(selected.args)} />
              </span>
            </div>
            <KeyValue
              items={[
                ['Ran', <Micros key="r" us={selected.runUs} />],
                ['Waited before', Number.isNaN(selected.waitUs) ? 'not recorded' : <Micros key="w" us={selected.waitUs} />],
                ['When', formatTime(selected.atMs, Date.now())],
                ['Client', `${selected.client}${selected.name ? ` (${selected.name})` : ''}`],
                ['Number', selected.id],
              ]}
            />
          </>
        )}
      </Dialog>
    </Card>
  );
}

/** The command's name in its colour, the arguments in quieter ink. */
export function CommandText({ args }: { args: readonly string[] }) {
  return (
    <span className="font-mono text-[0.8125rem]" title={commandLine(args).slice(0, 500)}>
      <span className="text-accent-ink">{(args[0] ?? '').toUpperCase()}</span> <span className="text-ink-2">{commandLine(args.slice(1))}</span>
    </span>
  );
}

function WaitAndRun({ entry, max }: { entry: SlowEntry; max: number }) {
  const wait = Number.isNaN(entry.waitUs) ? 0 : entry.waitUs;
  return (
    <div aria-hidden className="flex h-1.5 overflow-hidden rounded-full bg-hover">
      <div className="bg-chart-6" style={{ width: `${(wait / max) * 100}%` }} />
      <div className="min-w-[2px] bg-chart-1" style={{ width: `${(entry.runUs / max) * 100}%` }} />
    </div>
  );
}
