import clsx from 'clsx';
import { CircleCheck, HardDriveDownload, RefreshCw, ShieldCheck, TriangleAlert, Waypoints } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { asRecord, asText, connection, type RespValue, useCommand, useReadOnly } from '@/api';
import { Ago, Badge, Button, Bytes, Card, EmptyState, ErrorState, Field, Input, KeyValue, Meter, Page, SkeletonRows, Switch, toast, toastError, useConfirm, useNow, Dialog } from '@/components';
import { live, RangePicker, RangeProvider, TimeChart, useLatestStats } from '@/charts';
import { formatBytes, formatCount, formatDuration, formatPercent, formatThings } from '@/lib/format';
import { type Info, infoNumber } from '@/lib/info';
import { isLogForgotten, saveState } from '@/lib/saves';
import { useInfo } from '@/lib/useInfo';
import { usePageCommands } from '@/shell/commands';
import { replicasOf } from '../overview/health';
import { backlog, logForgotten, risk, savePoints, saveProgress } from './model';
import { Topology } from './Topology';

const seriesNames = ['persistence.fsyncMs', 'persistence.rdbChanges', 'persistence.rdbAgeSeconds', 'persistence.aofSize', 'replication.lagBytes', 'replication.offset', 'memory.replication'];

export default function PersistencePage() {
  const { info, error } = useInfo([], 1000);
  const { data } = useCommand(['CONFIG', 'GET', 'save', 'appendonly', 'appendfsync', 'dir', 'dbfilename', 'auto-aof-rewrite-percentage', 'auto-aof-rewrite-min-size'], 2000);
  const options = useMemo(() => asRecord(data), [data]);
  const readOnly = useReadOnly();
  const isLogOn = info?.['aof_enabled'] === '1';
  const hasSaved = info !== undefined && saveState(info, Date.now()).savedAtMs !== null;
  const save = () => connection.run(['BGSAVE']).then(() => toast('info', 'The save has begun'), toastError('The save did not begin'));
  usePageCommands(readOnly ? [] : [{ id: 'persistence.save', label: 'Save a snapshot now', icon: HardDriveDownload, keys: 's', run: () => void save() }]);
  return (
    <RangeProvider names={seriesNames}>
      <Page title="Persistence & replication" description="What is on disk, and who else has it" actions={<RangePicker />}>
        {!info ? (
          <Card>{error ? <ErrorState error={error} what="The state of persistence" /> : <SkeletonRows />}</Card>
        ) : (
          <>
            <RiskBanner info={info} fsync={asText(options['appendfsync'])} />
            <div className="grid gap-4 lg:grid-cols-2">
              <SnapshotCard info={info} options={options} onSave={() => void save()} readOnly={readOnly} />
              <LogCard info={info} options={options} readOnly={readOnly} />
            </div>
            <div className={clsx('grid gap-4 empty:hidden', isLogOn ? 'lg:grid-cols-3' : hasSaved && 'lg:grid-cols-2')}>
              <TimeChart title={hasSaved ? 'Changes since the save' : 'Changes since the start'} unit="" series={[{ name: 'persistence.rdbChanges', label: 'Changes', color: 1, fill: true }]} />
              {isLogOn ? (
                <>
                  <TimeChart title="Forcing the log to disk" unit="ms" series={[{ name: 'persistence.fsyncMs', label: 'Took', color: 5, fill: true }]} />
                  <TimeChart title="Size of the log" unit="bytes" series={[{ name: 'persistence.aofSize', label: 'Log', color: 2, fill: true }]} />
                </>
              ) : hasSaved ? (
                <TimeChart title="Age of the snapshot" unit="s" series={[{ name: 'persistence.rdbAgeSeconds', label: 'Age', color: 5, fill: true }]} />
              ) : null}
            </div>
            <ReplicationCard info={info} readOnly={readOnly} />
          </>
        )}
      </Page>
    </RangeProvider>
  );
}

function RiskBanner({ info, fsync }: { info: Info; fsync: string }) {
  const state = risk(info, fsync || 'everysec', useNow());
  const look = { good: { icon: ShieldCheck, color: 'bg-good-soft text-good' }, warn: { icon: TriangleAlert, color: 'bg-warn-soft text-warn' }, bad: { icon: TriangleAlert, color: 'bg-bad-soft text-bad' } }[state.level];
  return (
    <section aria-label="If the power failed now" className="flex items-center gap-4 rounded-xl border border-line bg-surface px-4 py-3.5 shadow-card">
      <span className={clsx('grid size-10 shrink-0 place-items-center rounded-full', look.color)}>
        <look.icon aria-hidden className="size-5" />
      </span>
      <div className="min-w-0">
        <p className="text-xs text-ink-3">If the power failed now</p>
        <p className="num font-semibold">{state.headline}</p>
        <p className="num text-sm text-ink-2">{state.detail}</p>
      </div>
    </section>
  );
}

function Progress({ info, label }: { info: Info; label: string }) {
  const progress = saveProgress(info);
  if (progress === null) return null;
  return (
    <div className="mb-3 rounded-lg border border-line bg-sunken p-3">
      <div className="mb-2 flex justify-between text-sm">
        <span>{label}</span>
        <span className="num text-ink-2">
          {Number.isNaN(progress.share) ? '' : formatPercent(progress.share, 0)} {progress.total > 0 && `of ${formatThings(progress.total, 'key')}`} · {formatDuration(Math.max(0, progress.seconds) * 1000)}
        </span>
      </div>
      <Meter value={Number.isNaN(progress.share) ? 0 : progress.share} label={label} tone="accent" />
    </div>
  );
}

function Status({ text }: { text: string | undefined }) {
  return text === 'ok' ? (
    <Badge tone="good">
      <CircleCheck aria-hidden className="size-3" /> ok
    </Badge>
  ) : (
    <Badge tone="bad">failed</Badge>
  );
}

function SnapshotCard({ info, options, onSave, readOnly }: { info: Info; options: Record<string, RespValue>; onSave: () => void; readOnly: boolean }) {
  const points = savePoints(asText(options['save']));
  const isSaving = info['rdb_bgsave_in_progress'] === '1';
  const took = infoNumber(info, 'rdb_last_bgsave_time_sec');
  const { savedAtMs, loadedKeys } = saveState(info, Date.now());
  const hasFailed = info['rdb_last_bgsave_status'] === 'err';
  return (
    <Card
      title="Snapshot"
      actions={
        <Button size="sm" icon={HardDriveDownload} onClick={onSave} disabled={readOnly || isSaving} busy={isSaving}>
          Save now
        </Button>
      }
    >
      {isSaving && <Progress info={info} label="Saving" />}
      <KeyValue
        items={[
          ['Last save', savedAtMs === null ? `none since the start${loadedKeys > 0 ? `, ${formatThings(loadedKeys, 'key')} loaded` : ''}` : <Ago key="a" unixMs={savedAtMs} />],
          ['Result', savedAtMs === null && !hasFailed ? '–' : <Status key="s" text={info['rdb_last_bgsave_status']} />],
          ['It took', took < 0 ? '–' : took < 1 ? 'less than a second' : formatDuration(took * 1000)],
          [savedAtMs === null ? 'Changes since the start' : 'Changes since', formatCount(infoNumber(info, 'rdb_changes_since_last_save'))],
          ['Saves by itself', points.length === 0 ? 'never' : points.map((p) => `${formatCount(p.changes)} in ${formatDuration(p.seconds * 1000)}`).join(', ')],
          ['File', <code key="f" className="text-xs break-all">{[asText(options['dir']), asText(options['dbfilename'])].filter(Boolean).join('/')}</code>],
        ]}
      />
    </Card>
  );
}

function LogCard({ info, options, readOnly }: { info: Info; options: Record<string, RespValue>; readOnly: boolean }) {
  const confirm = useConfirm();
  const isOn = info['aof_enabled'] === '1';
  const isRewriting = info['aof_rewrite_in_progress'] === '1';
  const current = infoNumber(info, 'aof_current_size');
  const base = infoNumber(info, 'aof_base_size');
  const percentage = Number(asText(options['auto-aof-rewrite-percentage']) || NaN);
  const least = Number(asText(options['auto-aof-rewrite-min-size']) || NaN);
  const rewriteAt = Math.max(least, base * (1 + percentage / 100));
  const toggle = async (on: boolean) => {
    if (!on && !(await confirm({ title: 'Turn the log off?', body: 'From then on, what is written is safe with the next snapshot only.', action: 'Turn off', danger: true }))) return;
    await connection.run(['CONFIG', 'SET', 'appendonly', on ? 'yes' : 'no']).then(() => toast('good', on ? 'The log is on' : 'The log is off'), toastError('The log was not switched'));
  };
  const rewrite = () => connection.run(['BGREWRITEAOF']).then(() => toast('info', 'The rewrite has begun'), toastError('The rewrite did not begin'));
  return (
    <Card
      title="Append-only log"
      actions={
        <>
          <label className="flex items-center gap-2 text-xs text-ink-2">
            {isOn ? 'On' : 'Off'}
            <Switch checked={isOn} disabled={readOnly} onCheckedChange={(on) => void toggle(on)} aria-label="Append-only log" />
          </label>
          <Button size="sm" icon={RefreshCw} onClick={() => void rewrite()} disabled={readOnly || !isOn || isRewriting} busy={isRewriting}>
            Rewrite
          </Button>
        </>
      }
    >
      {isRewriting && <Progress info={info} label="Rewriting" />}
      {isLogForgotten(info) && <p className="mb-3 rounded-lg bg-warn-soft px-3 py-2 text-sm text-pretty text-warn">{logForgotten}</p>}
      {isOn ? (
        <KeyValue
          items={[
            ['Forced to disk', <Link key="f" className="rounded text-accent-ink hover:underline" to="/configuration?q=appendfsync">{fsyncWords[asText(options['appendfsync'])] ?? '–'}</Link>],
            ['Last write', <Status key="s" text={info['aof_last_write_status']} />],
            ['Size', <Bytes key="b" value={current} />],
            ['After the last rewrite', <Bytes key="a" value={base} />],
            ['Next rewrite', percentage > 0 && Number.isFinite(rewriteAt) ? <span key="n">at {formatBytes(rewriteAt)}</span> : 'by hand only'],
            ['Delayed by a slow disk', formatThings(infoNumber(info, 'aof_delayed_fsync'), 'time')],
          ]}
        />
      ) : (
        <EmptyState title="The log is off" className="py-8">
          With it every write is recorded, and a restart loses a second at most{info['config_file'] === '' ? ', if the server is then started with --appendonly yes: it has no configuration file' : ''}.
        </EmptyState>
      )}
    </Card>
  );
}

const fsyncWords: Record<string, string> = { always: 'before each reply', everysec: 'every second', no: 'when the system likes' };

function ReplicationCard({ info, readOnly }: { info: Info; readOnly: boolean }) {
  const stats = useLatestStats();
  const [isAsking, setAsking] = useState(false);
  const confirm = useConfirm();
  const replicas = replicasOf(info);
  const isReplica = info['role'] === 'slave';
  const furthest = Math.max(0, ...replicas.map((r) => r.lagBytes).filter(Number.isFinite));
  const rate = useOffsetRate(stats?.time);
  const reach = backlog(info, rate, furthest);
  const name = `${location.hostname}:${info['tcp_port'] ?? ''}`;
  const promote = async () => {
    if (!(await confirm({ title: 'Make this server a primary?', body: 'It stops replicating, and accepts writes of its own.', action: 'Make it a primary', danger: true }))) return;
    await connection.run(['REPLICAOF', 'NO', 'ONE']).then(() => toast('good', 'This server is a primary now'), toastError('The role was not changed'));
  };
  return (
    <>
      <Card
        title="Replication"
        description={isReplica ? undefined : replicas.length === 0 ? undefined : formatThings(replicas.length, 'replica')}
        actions={
          isReplica ? (
            <Button size="sm" disabled={readOnly} onClick={() => void promote()}>
              Make it a primary
            </Button>
          ) : (
            <Button size="sm" disabled={readOnly} onClick={() => setAsking(true)}>
              Replicate from …
            </Button>
          )
        }
      >
        {!isReplica && replicas.length === 0 ? (
          <EmptyState icon={Waypoints} title="No replicas" className="py-8">
            Start another server with <code className="text-ink-2">--replicaof {name.replace(':', ' ')}</code>, and it will stand here.
          </EmptyState>
        ) : (
          <Topology info={info} selfName={name} />
        )}
        {isReplica && info['master_sync_in_progress'] === '1' && (
          <div className="mt-4">
            <Meter label="Initial synchronisation" tone="accent" value={infoNumber(info, 'master_sync_perc') / 100} />
            <p className="num mt-1.5 text-xs text-ink-3">
              Initial synchronisation: {formatBytes(infoNumber(info, 'master_sync_read_bytes'))} of {formatBytes(infoNumber(info, 'master_sync_total_bytes'))}
            </p>
          </div>
        )}
      </Card>
      <div className="grid gap-4 lg:grid-cols-3">
        <Card title="Backlog">
          {reach === null ? (
            <p className="pb-2 text-sm text-ink-3">There is none until the first replica comes.</p>
          ) : (
            <>
              <div className="mb-1.5 flex items-baseline justify-between text-sm">
                <span className="text-ink-2">Furthest replica</span>
                <span className="num">{formatPercent(reach.furthestShare)} of the backlog</span>
              </div>
              <Meter value={reach.furthestShare} label="Lag of the furthest replica as a share of the backlog" />
              <KeyValue
                className="mt-3"
                items={[
                  ['Size', <Bytes key="s" value={reach.sizeBytes} />],
                  ['Filled', <Bytes key="f" value={reach.usedBytes} />],
                  ['Being written', Number.isFinite(rate) ? `${formatBytes(rate)}/s` : '–'],
                  ['A replica may be away', Number.isFinite(reach.reachSeconds) ? `for ${formatDuration(reach.reachSeconds * 1000)}` : 'as long as nothing is written'],
                ]}
              />
            </>
          )}
        </Card>
        <TimeChart title="Lag of the furthest replica" unit="bytes" series={[{ name: 'replication.lagBytes', label: 'Behind', color: 3, fill: true }]} />
        <Card title="Identity">
          <KeyValue
            items={[
              ['Role', isReplica ? 'replica' : 'primary'],
              ['Replication id', <Mono key="i">{info['master_replid']}</Mono>],
              ['Former id', <Mono key="f">{/^0*$/.test(info['master_replid2'] ?? '') ? 'none' : info['master_replid2']}</Mono>],
              ['Offset', <Mono key="o">{info['master_repl_offset']}</Mono>],
            ]}
          />
        </Card>
      </div>
      <ReplicateDialog open={isAsking} onOpenChange={setAsking} />
    </>
  );
}

function Mono({ children }: { children: ReactNode }) {
  return <code className="block truncate text-xs text-ink-2">{children}</code>;
}

function ReplicateDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [host, setHost] = useState('');
  const [port, setPort] = useState('6379');
  const [busy, setBusy] = useState(false);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await connection.run(['REPLICAOF', host.trim(), port.trim()]).then(
      () => (toast('info', 'Replication has begun'), onOpenChange(false)),
      toastError('Replication did not begin'),
    );
    setBusy(false);
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Replicate from another server" description="All data of this server is replaced by that of the other one.">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <div className="grid grid-cols-[1fr_7rem] gap-3">
          <Field label="Host">{(c) => <Input {...c} required autoFocus value={host} onChange={(e) => setHost(e.target.value)} />}</Field>
          <Field label="Port">{(c) => <Input {...c} required inputMode="numeric" pattern="\d+" value={port} onChange={(e) => setPort(e.target.value)} />}</Field>
        </div>
        <Button type="submit" variant="danger" busy={busy} className="self-end">
          Replace the data and replicate
        </Button>
      </form>
    </Dialog>
  );
}

/** Bytes a second that the stream of effects grows by, over the last half minute. */
function useOffsetRate(time: number | undefined): number {
  const [rate, setRate] = useState(NaN);
  useEffect(() => {
    const times = live.ring.times();
    const offsets = live.ring.values('replication.offset');
    const last = times.length - 1;
    const first = Math.max(0, last - 30);
    if (last > first) setRate((offsets[last]! - offsets[first]!) / (times[last]! - times[first]!));
  }, [time]);
  return rate;
}
