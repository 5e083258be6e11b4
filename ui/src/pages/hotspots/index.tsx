import { Flame, RotateCw, Weight } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { asList, asNumber, asRecord, asText, type RespValue, useCommand } from '@/api';
import { useLatestStats } from '@/charts';
import { Bytes, Card, type Column, Count, EmptyState, ErrorState, KeyTypeSelect, Page, SkeletonRows, Table, Tabs, TypeBadge } from '@/components';
import { type Bulk, bulkId, display, keyToSegment } from '@/lib/bytes';
import { formatCount, formatPercent } from '@/lib/format';
import { typeLabel } from '@/lib/keyTypes';
import { useCountedKeys } from './useCountedKeys';

const tabs = [
  { value: 'hot', label: 'Hot keys', content: <HotKeys /> },
  { value: 'big', label: 'Big keys', content: <BigKeys /> },
];

export default function HotspotsPage() {
  const { tab } = useParams();
  const navigate = useNavigate();
  return (
    <Page title="Hot & big keys" description="Where the traffic goes, and where the memory went">
      <Tabs label="Views" value={tab === 'big' ? 'big' : 'hot'} onValue={(next) => void navigate(`/hotspots/${next}`, { replace: true })} items={tabs} />
    </Page>
  );
}

interface KeyRow {
  id: string;
  db: number;
  key: Bulk;
  type: string;
}

interface HotKey extends KeyRow {
  reads: number;
  writes: number;
  share: number;
}

interface BigKey extends KeyRow {
  bytes: number;
  elements: number;
}

function keyOf(value: RespValue): KeyRow {
  const row = asRecord(value);
  const key = row['key'] instanceof Uint8Array ? row['key'] : asText(row['key']);
  const db = asNumber(row['db']);
  return { id: `${db}/${bulkId(key)}`, db, key, type: asText(row['type']) };
}

function KeyLink({ row }: { row: KeyRow }) {
  if (row.type === 'none') return <span className="font-mono text-[0.8125rem] text-ink-3 line-through">{display(row.key, 200)}</span>;
  return (
    <Link to={`/keys/${row.db}/${keyToSegment(row.key)}`} className="rounded font-mono text-[0.8125rem] hover:text-accent-ink hover:underline" title={display(row.key, 500)}>
      {display(row.key, 200)}
    </Link>
  );
}

/** Fewer commands a second than this are counted one by one; above it one access in 256 is looked at. */
const fewCommands = 1000;

function HotKeys() {
  const { data, error } = useCommand(['INSIGHT', 'HOTKEYS', 'COUNT', 100], 1000);
  const sampled = useMemo<HotKey[]>(
    () =>
      asList(data).map((item) => {
        const row = asRecord(item);
        return { ...keyOf(item), reads: asNumber(row['readsPerSecond']), writes: asNumber(row['writesPerSecond']), share: asNumber(row['share']) };
      }),
    [data],
  );
  const rate = useLatestStats()?.values['commands.total'] ?? NaN;
  // Not every gust changes the way of counting.
  const [isQuiet, setQuiet] = useState(false);
  useEffect(() => setQuiet((old) => rate < (old ? fewCommands * 2 : fewCommands)), [rate]);
  const counted = useCountedKeys(isQuiet);
  const isCounting = isQuiet && counted.error === undefined && counted.rows !== undefined;
  const rows: readonly HotKey[] = isCounting ? counted.rows! : sampled;
  const most = Math.max(0.0001, ...rows.map((r) => r.share));
  const columns = useMemo<Column<HotKey>[]>(
    () => [
      { id: 'key', header: 'Key', width: 'minmax(0,1fr)', cell: (r) => <KeyLink row={r} />, sort: (r) => display(r.key) },
      { id: 'type', header: 'Type', width: '5.25rem', hideOnPhone: true, cell: (r) => r.type && <TypeBadge type={r.type} />, sort: (r) => r.type },
      { id: 'db', header: 'DB', width: '2.5rem', align: 'right', hideOnPhone: true, cell: (r) => r.db, sort: (r) => r.db },
      { id: 'bar', header: 'Reads and writes', width: 'minmax(6rem,14rem)', hideOnPhone: true, cell: (r) => <TrafficBar row={r} most={most} /> },
      { id: 'reads', header: 'Reads/s', width: '5rem', align: 'right', cell: (r) => <Count value={r.reads} />, sort: (r) => r.reads },
      { id: 'writes', header: 'Writes/s', width: '5rem', align: 'right', hideOnPhone: true, cell: (r) => <Count value={r.writes} />, sort: (r) => r.writes },
      { id: 'share', header: 'Share', width: '4.5rem', align: 'right', cell: (r) => <span className="font-medium">{formatPercent(r.share)}</span>, sort: (r) => r.share },
    ],
    [most],
  );
  const top = rows.slice(0, 10).reduce((sum, r) => sum + r.share, 0);
  return (
    <Card title="Hot keys" description={`${rows.length > 0 ? `The ten hottest take ${formatPercent(Math.min(1, top), 0)} of the accesses. ` : ''}${isCounting ? 'The traffic is low, so while you look at this page every command counts.' : 'One access in 256 is looked at, so a key shows from some 40 accesses a second on.'}`} bodyClassName="pb-1">
      {error && !data ? (
        <ErrorState error={error} what="The list of hot keys" />
      ) : !data ? (
        <SkeletonRows />
      ) : (
        <Table
          label="Hot keys"
          columns={columns}
          rows={rows}
          rowKey={(r) => r.id}
          height="calc(100dvh - 17rem)"
          initialSort={{ id: 'share', descending: true }}
          empty={
            <EmptyState icon={Flame} title="No hot keys">
              {isCounting ? 'No client has used a key since this page was opened.' : 'The keys that clients use most will stand here, once one of them is used some 40 times a second.'}
            </EmptyState>
          }
        />
      )}
    </Card>
  );
}

function TrafficBar({ row, most }: { row: HotKey; most: number }) {
  const all = row.reads + row.writes || 1;
  const width = (row.share / most) * 100;
  return (
    <div role="img" aria-label={`${formatCount(row.reads)} reads and ${formatCount(row.writes)} writes a second`} className="flex h-2 overflow-hidden rounded-full bg-hover">
      <div className="bg-chart-1" style={{ width: `${(width * row.reads) / all}%` }} />
      <div className="bg-chart-2" style={{ width: `${(width * row.writes) / all}%` }} />
    </div>
  );
}

function BigKeys() {
  const [type, setType] = useState('');
  const { data, error } = useCommand(['INSIGHT', 'BIGKEYS', ...(type ? ['TYPE', type] : []), 'COUNT', 100], 3000);
  const rows = useMemo<BigKey[]>(
    () =>
      asList(data).map((item) => {
        const row = asRecord(item);
        return { ...keyOf(item), bytes: asNumber(row['bytes']), elements: asNumber(row['elements']) };
      }),
    [data],
  );
  const most = Math.max(1, ...rows.map((r) => r.bytes));
  const columns = useMemo<Column<BigKey>[]>(
    () => [
      { id: 'key', header: 'Key', width: 'minmax(0,1fr)', cell: (r) => <KeyLink row={r} />, sort: (r) => display(r.key) },
      { id: 'type', header: 'Type', width: '5.25rem', cell: (r) => <TypeBadge type={r.type} />, sort: (r) => r.type },
      { id: 'db', header: 'DB', width: '2.5rem', align: 'right', hideOnPhone: true, cell: (r) => r.db, sort: (r) => r.db },
      { id: 'bar', header: 'Memory', width: 'minmax(6rem,16rem)', hideOnPhone: true, cell: (r) => (
        <div aria-hidden className="h-2 overflow-hidden rounded-full bg-hover">
          <div className="h-full rounded-full bg-chart-2" style={{ width: `${(r.bytes / most) * 100}%` }} />
        </div>
      ) },
      { id: 'elements', header: 'Elements', width: '5.5rem', align: 'right', hideOnPhone: true, cell: (r) => <Count value={r.elements} full />, sort: (r) => r.elements },
      { id: 'bytes', header: 'Bytes', width: '5.5rem', align: 'right', cell: (r) => <span className="font-medium"><Bytes value={r.bytes} /></span>, sort: (r) => r.bytes },
    ],
    [most],
  );
  return (
    <Card
      title="Big keys"
      description="The largest that the server has come across"
      bodyClassName="pb-1"
      actions={
        <KeyTypeSelect all="All types" aria-label="Type" value={type} onChange={(e) => setType(e.target.value)} />
      }
    >
      {error && !data ? (
        <ErrorState error={error} what="The list of big keys" />
      ) : !data ? (
        <SkeletonRows />
      ) : (
        <Table
          label="Big keys"
          columns={columns}
          rows={rows}
          rowKey={(r) => r.id}
          height="calc(100dvh - 17rem)"
          initialSort={{ id: 'bytes', descending: true }}
          empty={
            <EmptyState icon={type ? Weight : RotateCw} title={type ? `No big ${typeLabel(type)}` : 'No big key found yet'}>
              Keys are looked at while the server has time; large databases take some minutes.
            </EmptyState>
          }
        />
      )}
    </Card>
  );
}
