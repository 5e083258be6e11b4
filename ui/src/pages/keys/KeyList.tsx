import clsx from 'clsx';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { asList, asText, decodeValue, ErrorValue, useConnectionState, useWatchEach, type WireValue } from '@/api';
import { Button, EmptyState, ErrorState, SkeletonRows } from '@/components';
import { type Bulk, bulkId, display } from '@/lib/bytes';
import { formatDuration, formatKeys } from '@/lib/format';
import { typeLabel } from '@/lib/keyTypes';
import { asBulk, numberOrNull, type Command, type Keyspace } from './keyspace';
import { typeColor } from './typeColors';
import { VirtualRows, type VirtualRowsHandle } from './VirtualRows';

const RowHeight = 30;
/** Found keys per reading step, steps before the user is asked whether to go on, and keys kept in the page at most. */
const StepKeys = 500;
const MaxStepsAtOnce = 500;
/** Keys that the server looks at in one step: many when few match. */
const ScanCount = 500;
const SearchCount = 4000;
/** What was found shows in between, on a long search. */
const ShowMs = 300;
const MaxKeys = 200_000;

interface Facts {
  type: string;
  ttlMs: number;
}

export interface KeyListProps {
  keyspace: Keyspace;
  match: string;
  /** The name of a key that was typed in full, perhaps: it is found in databases of any size. */
  exact?: string | undefined;
  type: string;
  selected: Bulk | null;
  onKey: (key: Bulk) => void;
}

/** All keys in one list, in the order in which SCAN gives them; the rest is read as one scrolls. Needs no right but SCAN's. */
export function KeyList({ keyspace, match, exact, type, selected, onKey }: KeyListProps) {
  const isOpen = useConnectionState().kind === 'open';
  const [keys, setKeys] = useState<readonly Bulk[]>([]);
  const [state, setState] = useState<'reading' | 'paused' | 'done'>('reading');
  const [error, setError] = useState<Error | null>(null);
  const [facts, setFacts] = useState<ReadonlyMap<string, Facts>>(new Map());
  const [active, setActive] = useState(0);
  const [round, setRound] = useState(0);
  const rows = useRef<VirtualRowsHandle>(null);
  const walk = useRef({ cursor: '0', started: false, seen: new Set<string>(), isReading: false, generation: 0 });
  const id = useId();

  const readMore = useCallback(
    async (wanted: number) => {
      const own = walk.current;
      if (own.isReading || (own.started && own.cursor === '0')) return;
      own.isReading = true;
      const { generation } = own;
      setState('reading');
      let found: Bulk[] = [];
      let count = 0;
      let shownAt = Date.now();
      const show = () => {
        if (found.length === 0) return;
        const batch = found;
        found = [];
        shownAt = Date.now();
        setKeys((old) => [...old, ...batch]);
      };
      try {
        if (!own.started && exact !== undefined) {
          const itsType = asText(await keyspace.read(['TYPE', exact]));
          if (generation !== walk.current.generation) return;
          if (itsType !== 'none' && (type === '' || type === itsType)) {
            own.seen.add(bulkId(exact));
            setKeys([exact]);
            count++;
          }
        }
        for (let steps = 0; steps < MaxStepsAtOnce && count < wanted; steps++) {
          const command: Command = ['SCAN', own.cursor, 'COUNT', match === '' && type === '' ? ScanCount : SearchCount, ...(match === '' ? [] : ['MATCH', match]), ...(type === '' ? [] : ['TYPE', type])];
          const reply = asList(await keyspace.read(command));
          if (generation !== walk.current.generation) return;
          own.cursor = asText(reply[0]);
          own.started = true;
          for (const key of asList(reply[1]).map(asBulk)) {
            const keyId = bulkId(key);
            if (own.seen.has(keyId)) continue;
            own.seen.add(keyId);
            found.push(key);
            count++;
          }
          if (Date.now() - shownAt > ShowMs) show();
          if (own.cursor === '0') break;
        }
        setError(null);
        show();
        setState(own.cursor === '0' || own.seen.size >= MaxKeys ? 'done' : 'paused');
      } catch (failure) {
        if (generation === walk.current.generation) setError(failure instanceof Error ? failure : new Error(String(failure)));
      } finally {
        if (generation === walk.current.generation) own.isReading = false;
      }
    },
    [keyspace, match, exact, type],
  );

  useEffect(() => {
    // While the connection is broken, what was found stays.
    if (!isOpen) return;
    walk.current = { cursor: '0', started: false, seen: new Set(), isReading: false, generation: walk.current.generation + 1 };
    setKeys([]);
    setFacts(new Map());
    setActive(0);
    void readMore(StepKeys);
  }, [readMore, round, isOpen]);

  const range = useRef({ first: 0, last: 0 });
  const asking = useRef(false);
  const onRange = useCallback(
    (first: number, last: number) => {
      range.current = { first, last };
      if (last > keys.length - 100 && state === 'paused') void readMore(StepKeys);
      const unknown = keys.slice(first, last + 1).filter((key) => !facts.has(bulkId(key)));
      if (unknown.length === 0 || asking.current) return;
      asking.current = true;
      keyspace
        .readMany(
          unknown.flatMap((key): Command[] => [
            ['TYPE', key],
            ['PTTL', key],
          ]),
        )
        .then((replies) =>
          setFacts((old) => {
            const next = new Map(old);
            unknown.forEach((key, i) => {
              const typeReply = replies[2 * i];
              next.set(bulkId(key), {
                type: typeReply instanceof ErrorValue ? '' : asText(typeReply),
                ttlMs: numberOrNull(replies[2 * i + 1]) ?? -1,
              });
            });
            return next;
          }),
        )
        .catch(() => undefined)
        .finally(() => (asking.current = false));
    },
    [keys, state, facts, keyspace, readMore],
  );

  // Keys that changed lose what was known of them, and are asked about again when in sight.
  useWatchEach<{ changed: WireValue[] }>(
    'keys',
    { db: keyspace.db, prefixes: [''] },
    ({ data }) => {
      const ids = data.changed.map((key) => bulkId(asBulk(decodeValue(key)))).filter((keyId) => facts.has(keyId));
      if (ids.length === 0) return;
      setFacts((old) => {
        const next = new Map(old);
        ids.forEach((keyId) => next.delete(keyId));
        return next;
      });
    },
    isOpen,
  );

  const goTo = (row: number) => {
    const next = Math.max(0, Math.min(keys.length - 1, row));
    setActive(next);
    rows.current?.reveal(next);
  };
  const selectedId = selected === null ? null : bulkId(selected);

  if (error !== null && keys.length === 0) return <ErrorState error={error} what="The keys" onRetry={() => setRound((n) => n + 1)} />;
  if (keys.length === 0)
    return state === 'done' && isOpen ? (
      <EmptyState title={match === '' && type === '' ? 'No keys in this database' : 'No key matches'} className="flex-1" />
    ) : state === 'reading' || !isOpen ? (
      <SkeletonRows />
    ) : (
      <More onMore={() => void readMore(StepKeys)} text="Nothing found yet." />
    );
  return (
    <>
      <VirtualRows
        handle={rows}
        count={keys.length}
        rowHeight={RowHeight}
        onRange={onRange}
        role="listbox"
        aria-label="Keys"
        tabIndex={0}
        aria-activedescendant={`${id}-${active}`}
        className="group/list flex-1 -outline-offset-2"
        onKeyDown={(event) => {
          const page = Math.max(1, range.current.last - range.current.first - 1);
          const next = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: keys.length - 1 }[event.key];
          if (next !== undefined) goTo(next);
          else if ((event.key === 'Enter' || event.key === ' ') && keys[active] !== undefined) onKey(keys[active]);
          else return;
          event.preventDefault();
        }}
        row={(index) => {
          const key = keys[index];
          if (key === undefined) return null;
          const keyId = bulkId(key);
          const fact = facts.get(keyId);
          return (
            <div
              key={keyId}
              id={`${id}-${index}`}
              role="option"
              aria-selected={keyId === selectedId}
              aria-posinset={index + 1}
              aria-setsize={state === 'done' ? keys.length : -1}
              onClick={() => (setActive(index), onKey(key))}
              style={{ height: RowHeight }}
              className={clsx(
                'flex cursor-pointer items-center gap-2 px-3 text-sm',
                keyId === selectedId ? 'bg-accent-soft' : 'hover:bg-hover/70',
                index === active && 'group-focus-visible/list:outline-2 group-focus-visible/list:-outline-offset-2 group-focus-visible/list:outline-accent-ink',
              )}
            >
              <span
                aria-hidden
                title={typeLabel(fact?.type ?? '')}
                className={clsx('size-2 shrink-0 rounded-[3px]', fact === undefined ? 'bg-hover' : typeColor(fact.type))}
              />
              <span className="relative top-px min-w-0 flex-1 truncate font-mono text-[0.8125rem]" title={display(key, 500)}>
                {display(key, 200) || <span className="text-ink-3 italic">empty</span>}
              </span>
              {fact !== undefined && fact.ttlMs >= 0 && <span className="num shrink-0 text-xs text-ink-3">{formatDuration(fact.ttlMs)}</span>}
              <span className="w-20 shrink-0 text-right text-xs text-ink-3">{typeLabel(fact?.type ?? '')}</span>
            </div>
          );
        }}
      />
      <div className="flex shrink-0 items-center gap-2 border-t border-line px-3 py-1.5 text-xs text-ink-3">
        <span className="num flex-1" role="status">
          {state === 'done'
            ? keys.length >= MaxKeys
              ? `The first ${formatKeys(keys.length)}: narrow it down`
              : formatKeys(keys.length)
            : `${formatKeys(keys.length)} so far`}
        </span>
        {state === 'paused' && (
          <Button size="sm" variant="ghost" onClick={() => void readMore(StepKeys * 20)}>
            Read on
          </Button>
        )}
      </div>
    </>
  );
}

function More({ text, onMore }: { text: string; onMore: () => void }) {
  return (
    <EmptyState title={text} className="flex-1" action={<Button onClick={onMore}>Search on</Button>}>
      The search looked at many keys without a match.
    </EmptyState>
  );
}
