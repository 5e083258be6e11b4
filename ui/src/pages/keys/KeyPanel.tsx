import { ArrowLeft, Clock, Copy, Ellipsis, KeyRound, Link, Pencil, RefreshCw, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useConnectionState, useQuery, useReadOnly, useWatchEach, type WireValue } from '@/api';
import { Badge, Button, EmptyState, ErrorState, IconButton, Menu, SkeletonRows, toast, toastError, TypeBadge, useConfirm, useNow } from '@/components';
import { type Bulk, bulkId, display } from '@/lib/bytes';
import { formatBytes, formatDuration, formatTime } from '@/lib/format';
import { HashEditor } from './editors/HashEditor';
import { ListEditor } from './editors/ListEditor';
import { SetEditor } from './editors/SetEditor';
import { StreamEditor } from './editors/StreamEditor';
import { StringEditor } from './editors/StringEditor';
import { ZsetEditor } from './editors/ZsetEditor';
import type { EditorProps } from './editors/common';
import { useEntryDialog } from './editors/common';
import { expiryEntry } from './expiry';
import type { ChangedKeys } from './tree/useTree';
import { lengthLabel, readDetails, type KeyDetails, type Keyspace } from './keyspace';

/** Reading again after changes elsewhere: at most so often. */
const RefreshMs = 400;

const editors: Record<string, React.ComponentType<EditorProps>> = {
  string: StringEditor,
  list: ListEditor,
  hash: HashEditor,
  set: SetEditor,
  zset: ZsetEditor,
  stream: StreamEditor,
};

export interface KeyPanelProps {
  keyspace: Keyspace;
  name: Bulk;
  /** To the list, on a phone. */
  onBack: () => void;
  onOpen: (key: Bulk | null) => void;
  /** Whether there are edits that leaving would lose. */
  unsaved: RefObject<boolean>;
}

export function KeyPanel({ keyspace, name, onBack, onOpen, unsaved }: KeyPanelProps) {
  const isServerReadOnly = useReadOnly();
  const isOpen = useConnectionState().kind === 'open';
  const [version, setVersion] = useState(0);
  const confirm = useConfirm();
  const { open, dialog } = useEntryDialog();
  const query = useQuery((signal) => readDetails(keyspace, name, signal), [keyspace, bulkId(name), version]);
  const reload = useCallback(() => setVersion((v) => v + 1), []);
  const setUnsaved = useCallback(
    (value: boolean) => {
      unsaved.current = value;
    },
    [unsaved],
  );
  useEffect(
    () => () => {
      unsaved.current = false;
    },
    [unsaved],
  );

  // Changes elsewhere: the topic says that something happened, and the editors read what it was.
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = bulkId(name);
  useWatchEach<ChangedKeys>(
    'keys',
    { db: keyspace.db, prefixes: [typeof name === 'string' ? name : ''] },
    ({ data }) => {
      const isThis = data.all === true || data.more > 0 || data.changed.some((key) => idOfWire(key) === id);
      if (!isThis || timer.current !== undefined) return;
      timer.current = setTimeout(() => {
        timer.current = undefined;
        if (document.visibilityState === 'visible') reload();
      }, RefreshMs);
    },
    isOpen,
  );
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent) => {
      if (unsaved.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, [unsaved]);

  // A key that goes while it is being edited leaves its editor standing: what was written must not go with it.
  const known = useRef<KeyDetails>(undefined);
  if (query.data !== undefined && (query.data.type !== 'none' || !unsaved.current)) known.current = query.data;
  const details = known.current;
  const rename = () =>
    open({
      title: 'Rename the key',
      fields: [{ id: 'name', label: 'New name', kind: 'bulk', initial: name }],
      action: 'Rename',
      onSubmit: async (values) => {
        const renamed = await keyspace.write(['RENAMENX', name, values.name!]);
        if (renamed !== 1) throw new Error('A key of that name exists already. Delete it first, or choose another name.');
        unsaved.current = false;
        onOpen(values.name!);
      },
    });
  const copy = () =>
    open({
      title: 'Copy the key',
      fields: [
        { id: 'name', label: 'Name of the copy', kind: 'bulk', initial: typeof name === 'string' ? `${name}:copy` : name },
        { id: 'db', label: 'Database', kind: 'text', initial: String(keyspace.db), check: (t) => (/^\d+$/.test(t) ? null : 'A number.') },
      ],
      action: 'Copy',
      onSubmit: async (values) => {
        const copied = await keyspace.write(['COPY', name, values.name!, 'DB', String(values.db)]);
        if (copied !== 1) throw new Error('A key of that name exists already there.');
        toast('good', 'Copied', display(values.name!, 80));
        if (Number(values.db) === keyspace.db) onOpen(values.name!);
      },
    });
  const remove = async () => {
    if (!(await confirm({ title: 'Delete the key?', body: <code className="break-all">{display(name, 300)}</code>, action: 'Delete key', danger: true })))
      return;
    try {
      await keyspace.write(['UNLINK', name]);
      toast('good', 'Deleted', display(name, 80));
      unsaved.current = false;
      onOpen(null);
    } catch (error) {
      toastError('The key was not deleted')(error);
    }
  };

  const isGone = details?.type === 'none';
  const Editor = details === undefined ? undefined : editors[details.type];
  const readOnly = isServerReadOnly;
  return (
    <section aria-label="Key" className="flex h-full min-h-0 flex-col">
      <header className="flex shrink-0 flex-col gap-2 border-b border-line px-4 pt-3 pb-3">
        <div className="flex items-start gap-2">
          <IconButton icon={ArrowLeft} label="Back to the keys" size="sm" className="-ml-2 lg:hidden" onClick={onBack} />
          <h2 className="min-w-0 flex-1 pt-0.5 font-mono text-[0.9375rem] leading-snug font-medium break-all" title={display(name, 2000)}>
            {display(name, 400)}
          </h2>
          <div className="flex shrink-0 items-center">
            <IconButton icon={RefreshCw} label="Read again" size="sm" busy={query.loading && details !== undefined} onClick={reload} />
            <IconButton icon={Pencil} label="Rename" size="sm" disabled={readOnly || isGone} onClick={rename} className="max-sm:hidden" />
            <IconButton icon={Trash2} label="Delete key" size="sm" disabled={readOnly || isGone} onClick={() => void remove()} className="hover:text-bad" />
            <Menu
              label="More"
              trigger={<IconButton icon={Ellipsis} label="More" size="sm" />}
              items={[
                {
                  label: 'Copy the name',
                  icon: Copy,
                  onSelect: () => void navigator.clipboard?.writeText(display(name)).then(() => toast('good', 'Name copied')),
                },
                {
                  label: 'Copy the address',
                  icon: Link,
                  onSelect: () => void navigator.clipboard?.writeText(location.href).then(() => toast('good', 'Address copied')),
                },
                null,
                { label: 'Rename', icon: Pencil, disabled: readOnly || isGone, onSelect: rename },
                { label: 'Copy to another key', icon: Copy, disabled: readOnly || isGone, onSelect: copy },
                {
                  label: 'Time to live',
                  icon: Clock,
                  disabled: readOnly || isGone,
                  onSelect: () => details && open(expiryEntry(keyspace, name, details.ttlMs, reload)),
                },
              ]}
            />
          </div>
        </div>
        {details !== undefined && !isGone && (
          <div className="flex flex-wrap items-center gap-1.5">
            <TypeBadge type={details.type} />
            {details.length !== null && <Badge>{lengthLabel(details.type, details.length)}</Badge>}
            {details.bytes !== null && <Badge>{formatBytes(details.bytes)} in memory</Badge>}
            {details.encoding !== null && details.encoding !== details.type && <Badge>{details.encoding}</Badge>}
            <TimeToLive details={details} onEdit={readOnly ? null : () => open(expiryEntry(keyspace, name, details.ttlMs, reload))} onExpired={reload} />
          </div>
        )}
      </header>
      {details === undefined ? (
        query.error ? (
          <ErrorState error={query.error} what="The key" onRetry={query.reload} />
        ) : (
          <SkeletonRows />
        )
      ) : isGone ? (
        <EmptyState icon={KeyRound} title="There is no such key" className="flex-1" action={<Button onClick={reload}>Look again</Button>}>
          It was deleted, it expired, or it never was in database {keyspace.db}.
        </EmptyState>
      ) : Editor === undefined ? (
        <EmptyState title={`No editor for the type ${details.type}`} className="flex-1">
          The terminal can read and change it.
        </EmptyState>
      ) : (
        <Editor key={details.type} {...{ keyspace, name, details, version, readOnly }} onChanged={reload} onUnsaved={setUnsaved} />
      )}
      {dialog}
    </section>
  );
}

function TimeToLive({ details, onEdit, onExpired }: { details: KeyDetails; onEdit: (() => void) | null; onExpired: () => void }) {
  const now = useNow();
  const isForEver = details.ttlMs < 0;
  const left = Math.max(0, details.ttlMs - (now - details.readAt));
  const isOver = !isForEver && left === 0;
  useEffect(() => {
    if (isOver) onExpired();
  }, [isOver, onExpired]);
  const text = isForEver ? 'no expiry' : `expires in ${formatDuration(Math.ceil(left / 1000) * 1000)}`;
  const title = isForEver ? 'Lives until somebody deletes it' : `At ${formatTime(details.readAt + details.ttlMs, now)}`;
  return (
    <button
      type="button"
      disabled={onEdit === null}
      onClick={() => onEdit?.()}
      title={title}
      className="rounded"
      aria-label={`Time to live: ${text}. Change it`}
    >
      <Badge tone={isForEver ? 'neutral' : left < 60_000 ? 'warn' : 'good'} className="num">
        <Clock aria-hidden className="size-3" />
        {text}
      </Badge>
    </button>
  );
}

function idOfWire(key: WireValue): string {
  if (typeof key === 'string') return bulkId(key);
  if (key !== null && typeof key === 'object' && !Array.isArray(key) && key.$ === 'bytes') return `b${key.base64}`;
  return '';
}
