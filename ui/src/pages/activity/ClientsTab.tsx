import clsx from 'clsx';
import { Users, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { asText, connection, useCommand, useReadOnly, useRun } from '@/api';
import { Badge, Button, Bytes, Card, type Column, Dialog, EmptyState, ErrorState, IconButton, KeyValue, SearchInput, Select, SkeletonRows, Table, toast, toastError, useConfirm } from '@/components';
import { formatCount, formatDuration } from '@/lib/format';
import { parseClientLine } from '@/lib/info';
import { type ClientRow, clientRows, flagWords } from './model';

type Kind = 'all' | 'normal' | 'blocked' | 'pubsub' | 'replica' | 'monitor';

const kinds: Record<Kind, [label: string, matches: (row: ClientRow) => boolean]> = {
  all: ['All clients', () => true],
  normal: ['Normal', (row) => !/[SMOP]/.test(row.flags)],
  blocked: ['Blocked', (row) => row.flags.includes('b')],
  pubsub: ['Subscribers', (row) => row.flags.includes('P') || row.subscriptions > 0],
  replica: ['Replicas', (row) => /[SM]/.test(row.flags)],
  monitor: ['Monitors', (row) => row.flags.includes('O')],
};

export function ClientsTab() {
  const { data, error } = useCommand(['CLIENT', 'LIST'], 1000);
  const [filter, setFilter] = useState('');
  const [kind, setKind] = useState<Kind>('all');
  const [selected, setSelected] = useState<number | null>(null);
  const own = useOwnAddress();
  const readOnly = useReadOnly();
  const confirm = useConfirm();
  const all = useMemo(() => (data === undefined ? [] : clientRows(data)), [data]);
  const rows = useMemo(() => {
    const text = filter.toLowerCase();
    return all.filter((row) => kinds[kind][1](row) && (text === '' || `${row.address} ${row.name} ${row.user} ${row.command} ${row.library} ${row.id}`.toLowerCase().includes(text)));
  }, [all, filter, kind]);

  const kill = async (row: ClientRow) => {
    const title = row.name ? `Disconnect ${row.name}?` : `Disconnect ${row.address}?`;
    if (!(await confirm({ title, body: isOwn(row, own) ? 'This is this browser’s own session. It will connect again.' : row.name === dashboardName ? 'This is a session of somebody’s dashboard. It will connect again.' : 'The client loses its connection at once. Most connect again by themselves.', action: 'Disconnect', danger: true }))) return;
    connection
      .run(['CLIENT', 'KILL', 'ID', row.id])
      .then((count) => (count === 0 ? toast('info', 'The client was gone already') : toast('good', 'Disconnected', row.name || row.address)))
      .catch(toastError('The client was not disconnected'));
    setSelected(null);
  };

  const columns = useMemo<Column<ClientRow>[]>(
    () => [
      { id: 'address', header: 'Client', width: 'minmax(7.5rem,1.4fr)', sort: (r) => r.name || r.address, cell: (r) => (
        <span className="flex min-w-0 items-baseline gap-2">
          <span className={clsx('truncate font-medium', isOwn(r, own) && 'max-md:text-accent-ink')}>{r.name || r.address}</span>
          {r.name && <span className="hidden truncate text-xs text-ink-3 lg:inline">{r.address}</span>}
          {isOwn(r, own) && <Badge tone="accent" className="self-center max-md:sr-only">this browser</Badge>}
        </span>
      ) },
      { id: 'state', header: 'State', width: 'minmax(0,7rem)', hideOnPhone: true, cell: (r) => <ClientState row={r} /> },
      { id: 'user', header: 'User', width: 'minmax(0,6rem)', hideOnPhone: true, cell: (r) => <span className="text-ink-2">{r.user}</span>, sort: (r) => r.user },
      { id: 'command', header: 'Last command', width: 'minmax(0,7rem)', cell: (r) => <span className="font-mono text-xs text-ink-2">{r.command}</span>, sort: (r) => r.command },
      { id: 'db', header: 'DB', width: '2.25rem', align: 'right', hideOnPhone: true, cell: (r) => r.db, sort: (r) => r.db },
      { id: 'age', header: 'Age', width: '6rem', align: 'right', hideOnPhone: true, cell: (r) => <span className="text-ink-2">{formatDuration(r.ageSeconds * 1000)}</span>, sort: (r) => r.ageSeconds },
      { id: 'idle', header: 'Idle', width: 'minmax(3.5rem,5.5rem)', align: 'right', cell: (r) => <span className="text-ink-2">{formatDuration(r.idleSeconds * 1000)}</span>, sort: (r) => r.idleSeconds },
      { id: 'memory', header: 'Memory', width: '5.5rem', align: 'right', hideOnPhone: true, cell: (r) => <Bytes value={r.memoryBytes} />, sort: (r) => r.memoryBytes || 0 },
      { id: 'kill', header: <span className="sr-only">Actions</span>, width: '2rem', cell: (r) => (
        <IconButton size="sm" icon={X} label={`Disconnect ${r.name || r.address}`} disabled={readOnly} onClick={(event) => (event.stopPropagation(), void kill(r))} />
      ) },
    ],
    // Dependencies: `kill` only calls what never changes
    [readOnly, own],
  );
  const shown = selected === null ? undefined : all.find((row) => row.id === selected);
  return (
    <Card
      title="Clients"
      description={data === undefined ? undefined : `${formatCount(rows.length)}${rows.length === all.length ? '' : ` of ${formatCount(all.length)}`} connected`}
      bodyClassName="pb-1"
      actions={
        <>
          <Select aria-label="Kind of client" value={kind} onChange={(e) => setKind(e.target.value as Kind)}>
            {(Object.keys(kinds) as Kind[]).map((key) => (
              <option key={key} value={key}>
                {kinds[key][0]}
              </option>
            ))}
          </Select>
          <SearchInput label="Filter clients" value={filter} onValue={setFilter} className="w-56" />
        </>
      }
    >
      {error && !data ? (
        <ErrorState error={error} what="The list of clients" />
      ) : !data ? (
        <SkeletonRows />
      ) : (
        <Table label="Clients" columns={columns} rows={rows} rowKey={(r) => r.id} height="calc(100dvh - 17rem)" onRow={(r) => setSelected(r.id)} initialSort={{ id: 'address', descending: false }} empty={<EmptyState icon={Users} title="No client matches" />} />
      )}
      <Dialog
        open={shown !== undefined}
        onOpenChange={() => setSelected(null)}
        title={shown?.name || shown?.address}
        footer={
          shown && (
            <Button variant="danger" icon={X} disabled={readOnly} onClick={() => void kill(shown)}>
              Disconnect
            </Button>
          )
        }
      >
        {shown && (
          <KeyValue
            items={[
              ['Address', shown.address],
              ['Number', shown.id],
              ['User', shown.user || '–'],
              ['Library', shown.library || '–'],
              ['Protocol', `RESP${shown.resp}`],
              ['Database', shown.db],
              ['Last command', <code key="c">{shown.command}</code>],
              ['Connected for', formatDuration(shown.ageSeconds * 1000)],
              ['Idle for', formatDuration(shown.idleSeconds * 1000)],
              ['Memory', <Bytes key="m" value={shown.memoryBytes} />],
              ['Output waiting', <Bytes key="o" value={shown.outputBytes} />],
              ['Subscriptions', shown.subscriptions],
              ['State', flagWords(shown.flags).join(', ') || 'normal'],
            ]}
          />
        )}
      </Dialog>
    </Card>
  );
}

const dashboardName = 'dashboard';

/** The address under which the server knows this browser: all sessions of a web socket have it in common. */
function useOwnAddress(): string {
  const { data } = useRun(['CLIENT', 'INFO']);
  return data === undefined ? '' : (parseClientLine(asText(data))['addr'] ?? '');
}

function isOwn(row: ClientRow, ownAddress: string): boolean {
  return row.name === dashboardName && row.address === ownAddress;
}

function ClientState({ row }: { row: ClientRow }) {
  if (row.flags.includes('b')) return <Badge tone="warn">blocked</Badge>;
  if (/S/.test(row.flags)) return <Badge tone="info">replica</Badge>;
  if (/M/.test(row.flags)) return <Badge tone="info">primary</Badge>;
  if (row.flags.includes('O')) return <Badge tone="violet">monitor</Badge>;
  if (row.flags.includes('P') || row.subscriptions > 0) return <Badge tone="good">subscriber</Badge>;
  if (row.flags.includes('x')) return <Badge tone="violet">in MULTI</Badge>;
  return <span className="text-xs text-ink-3">normal</span>;
}
