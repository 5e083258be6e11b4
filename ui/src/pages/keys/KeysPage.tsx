import clsx from 'clsx';
import { ArrowDownAZ, FolderTree, KeyRound, Layers, List, Plus, RefreshCw, Settings2 } from 'lucide-react';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { asText, connection, useCommand, useReadOnly } from '@/api';
import { Button, Dialog, EmptyState, Field, IconButton, Input, KeyTypeSelect, Menu, Page, SearchInput, Select, toast, useConfirm } from '@/components';
import { type Bulk, bulkId, keyToSegment, segmentToKey } from '@/lib/bytes';
import type { BulkAction } from '@/lib/bulk';
import { formatBytes, formatCount, formatKeys } from '@/lib/format';
import { usePreference } from '@/lib/preferences';
import type { SortBy, TreeEntry } from '@/lib/treeModel';
import { usePageCommands } from '@/shell/commands';
import { BulkDialog } from './BulkDialog';
import { FirstSteps } from './FirstSteps';
import { KeyList } from './KeyList';
import { KeyPanel } from './KeyPanel';
import { Keyspace } from './keyspace';
import { LargestInside, mostChildren } from './LargestInside';
import { NewKeyDialog } from './NewKeyDialog';
import { PrefixPanel } from './PrefixPanel';
import { KeyTree } from './tree/KeyTree';
import type { TreeCounts } from './tree/insightTree';
import { useTree } from './tree/useTree';

/** What the address says: `/keys/3/user:1` is the key user:1 of database 3. */
function readAddress(pathname: string): { db: number; key: Bulk | null } {
  const [, , db, segment] = pathname.split('/');
  let key: Bulk | null = null;
  if (segment !== undefined && segment !== '') {
    try {
      key = segmentToKey(decodeURIComponent(segment));
    } catch {
      key = null;
    }
  }
  return { db: db !== undefined && /^\d{1,5}$/.test(db) ? Number(db) : 0, key };
}

export default function KeysPage() {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const { db, key } = readAddress(pathname);
  const readOnly = useReadOnly();
  const [view, setView] = usePreference<'tree' | 'list'>('keys.view', 'tree');
  const [delimiters, setDelimiters] = usePreference<string>('keys.delimiters', ':');
  const [sort, setSort] = usePreference<SortBy>('keys.sort', 'name');
  const [filter, setFilter] = useState('');
  const [type, setType] = useState('');
  const [prefix, setPrefix] = useState<TreeEntry | null>(null);
  const [isPrefixShown, setPrefixShown] = useState(false);
  const [totals, setTotals] = useState<(TreeCounts & { children: number }) | null>(null);
  const [isCreating, setCreating] = useState(false);
  const [bulk, setBulk] = useState<{ start: { prefix: Bulk } | { pattern: string }; action: BulkAction['kind'] } | null>(null);
  const [isSettingUp, setSettingUp] = useState(false);
  const search = useRef<HTMLDivElement>(null);

  const keyspace = useMemo(() => new Keyspace(db), [db]);
  const pattern = useDeferredValue(useSettled(toGlob(filter), 250));
  const query = useMemo(() => ({ delimiters, sort, type }), [delimiters, sort, type]);
  const databases = useDatabases();

  const unsaved = useRef(false);
  const confirm = useConfirm();
  /** Goes on unless edits would be lost and are wanted. */
  const leave = useCallback(
    async (go: () => void) => {
      if (!unsaved.current || (await confirm({ title: 'Leave without saving?', body: 'Your changes to the open key are not saved.', action: 'Discard changes', danger: true }))) go();
    },
    [confirm],
  );
  const openKey = useCallback(
    (next: Bulk | null) =>
      void leave(() => {
        setPrefixShown(false);
        void navigate(next === null ? `/keys/${db}` : `/keys/${db}/${keyToSegment(next)}`);
      }),
    [leave, navigate, db],
  );
  const back = () => {
    if (key !== null) openKey(null);
    else setPrefixShown(false);
  };
  usePageCommands([
    { id: 'keys:new', label: 'New key', group: 'Keys', icon: Plus, words: 'create add', run: () => setCreating(true) },
    {
      id: 'keys:bulk',
      label: 'Change many keys',
      group: 'Keys',
      icon: Layers,
      words: 'bulk delete expire ttl pattern',
      run: () => setBulk({ start: { pattern }, action: 'delete' }),
    },
    { id: 'keys:search', label: 'Filter the keys', group: 'Keys', icon: KeyRound, keys: '/', run: () => search.current?.querySelector('input')?.focus() },
  ]);

  const isDetailShown = key !== null || isPrefixShown;
  return (
    <Page title="Keys" fill>
      <div className="grid h-full min-h-0 grid-cols-1 gap-4 lg:grid-cols-[minmax(20rem,26rem)_minmax(0,1fr)] 2xl:grid-cols-[30rem_minmax(0,1fr)]">
        <section
          aria-label="Browse"
          className={clsx('flex min-h-0 flex-col overflow-hidden rounded-xl border border-line bg-surface shadow-card', isDetailShown && 'max-lg:hidden')}
        >
          <div ref={search} className="flex shrink-0 flex-col gap-2 border-b border-line p-3">
            <div className="flex items-center gap-2">
              <Select
                aria-label="Database"
                wrapClassName="min-w-0 flex-1"
                value={db}
                onChange={({ target }) => void leave(() => (setPrefix(null), setPrefixShown(false), void navigate(`/keys/${target.value}`)))}
              >
                {databases.map(({ index, keys }) => (
                  <option key={index} value={index}>
                    Database {index}
                    {keys > 0 ? ` · ${formatCount(keys)}` : ''}
                  </option>
                ))}
              </Select>
              <IconButton icon={Plus} label="New key" variant="primary" disabled={readOnly} onClick={() => setCreating(true)} />
              <IconButton
                icon={Layers}
                label="Change many keys"
                variant="secondary"
                disabled={readOnly}
                onClick={() => setBulk({ start: { pattern }, action: 'delete' })}
              />
              <Menu
                label="View"
                trigger={<IconButton icon={Settings2} label="View" variant="secondary" />}
                items={[
                  { label: 'Tree', icon: FolderTree, checked: view === 'tree', onSelect: () => setView('tree') },
                  { label: 'List', icon: List, checked: view === 'list', onSelect: () => setView('list') },
                  null,
                  {
                    label: 'Sort by name',
                    icon: ArrowDownAZ,
                    checked: sort === 'name',
                    disabled: view === 'list',
                    onSelect: () => setSort('name'),
                  },
                  { label: 'Most keys first', checked: sort === 'keys', disabled: view === 'list', onSelect: () => setSort('keys') },
                  { label: 'Largest first', checked: sort === 'bytes', disabled: view === 'list', onSelect: () => setSort('bytes') },
                  null,
                  { label: `Delimiters: ${delimiters}`, disabled: view === 'list', onSelect: () => setSettingUp(true) },
                ]}
              />
            </div>
            <div className="flex gap-2">
              <SearchInput label="Filter: part of a key, or a glob" placeholder="Part of a key, or a glob" value={filter} onValue={setFilter} className="min-w-0 flex-1" />
              <KeyTypeSelect all="All types" aria-label="Type" wrapClassName="w-28 shrink-0" value={type} onChange={(event) => setType(event.target.value)} />
            </div>
          </div>
          {view === 'tree' && pattern === '' ? (
            <TreePane
              keyspace={keyspace}
              query={query}
              selected={key ?? (isPrefixShown ? (prefix?.path ?? null) : null)}
              onKey={openKey}
              onPrefix={(entry) => {
                // Beside the tree there is room to say more of a prefix; on a phone opening it is all that was meant.
                if (!window.matchMedia('(min-width: 1024px)').matches || unsaved.current) return;
                setPrefix(entry);
                setPrefixShown(true);
                if (key !== null) void navigate(`/keys/${db}`);
              }}
              onList={() => setView('list')}
              onNew={readOnly ? undefined : () => setCreating(true)}
              shown={isPrefixShown ? prefix : null}
              onShown={setPrefix}
              onTotals={setTotals}
            />
          ) : (
            <KeyList keyspace={keyspace} match={pattern} exact={pattern.startsWith('*') && !hasGlob(pattern.slice(1, -1)) ? pattern.slice(1, -1) : undefined} type={type} selected={key} onKey={openKey} />
          )}
        </section>
        <div className={clsx('min-h-0 overflow-hidden rounded-xl border border-line bg-surface shadow-card', !isDetailShown && 'max-lg:hidden')}>
          {key !== null ? (
            <KeyPanel key={`${db} ${bulkId(key)}`} keyspace={keyspace} name={key} onBack={back} onOpen={openKey} unsaved={unsaved} />
          ) : isPrefixShown && prefix !== null ? (
            <PrefixPanel
              prefix={prefix.path}
              db={db}
              counts={prefix}
              readOnly={readOnly}
              onBack={back}
              onBulk={(action) => setBulk({ start: { prefix: prefix.path }, action })}
              onNew={() => setCreating(true)}
              onFilter={() => typeof prefix.path === 'string' && setFilter(`${prefix.path.replace(/[\\*?[\]]/g, '\\$&')}*`)}
            >
              {prefix.keys <= mostChildren && <LargestInside key={bulkId(prefix.path)} keyspace={keyspace} prefix={prefix.path} query={query} onKey={openKey} onPrefix={setPrefix} />}
            </PrefixPanel>
          ) : totals !== null && totals.keys > 0 ? (
            <PrefixPanel
              prefix={null}
              db={db}
              counts={totals}
              readOnly={readOnly}
              onBack={back}
              onBulk={(action) => setBulk({ start: { pattern: '*' }, action })}
              onNew={() => setCreating(true)}
              onFilter={() => undefined}
            >
              {totals.children <= mostChildren && <LargestInside keyspace={keyspace} prefix="" query={query} onKey={openKey} onPrefix={(entry) => (setPrefix(entry), setPrefixShown(true))} />}
            </PrefixPanel>
          ) : totals !== null && type === '' && db === 0 ? (
            <FirstSteps />
          ) : (
            <EmptyState icon={KeyRound} title="No key is open" className="h-full">
              Choose one at the left. Arrow keys move through the tree, Enter opens, / filters.
            </EmptyState>
          )}
        </div>
      </div>
      {isCreating && (
        <NewKeyDialog
          keyspace={keyspace}
          prefix={isPrefixShown && prefix !== null ? prefix.path : ''}
          onClose={() => setCreating(false)}
          onCreated={(created) => {
            setCreating(false);
            toast('good', 'Key created');
            openKey(created);
          }}
        />
      )}
      {bulk !== null && (
        <BulkDialog db={db} start={bulk.start} initialAction={bulk.action} type={type} onClose={() => setBulk(null)} onChanged={() => undefined} />
      )}
      {isSettingUp && <DelimiterDialog value={delimiters} onValue={setDelimiters} onClose={() => setSettingUp(false)} />}
    </Page>
  );
}

interface TreePaneProps {
  keyspace: Keyspace;
  query: Parameters<typeof useTree>[1];
  selected: Bulk | null;
  onKey: (key: Bulk) => void;
  onPrefix: (entry: TreeEntry) => void;
  onList: () => void;
  /** Makes a key; nothing when that is not allowed. */
  onNew: (() => void) | undefined;
  /** The prefix beside the tree, which gets its newest counts. */
  shown: TreeEntry | null;
  onShown: (entry: TreeEntry) => void;
  onTotals: (totals: (TreeCounts & { children: number }) | null) => void;
}

function TreePane({ keyspace, query, selected, onKey, onPrefix, onList, onNew, shown, onShown, onTotals }: TreePaneProps) {
  const tree = useTree(keyspace, query);
  const { model, version, totals } = tree;
  const children = model.root.total;
  useEffect(() => onTotals(totals && { ...totals, children }), [totals, children, onTotals]);
  useEffect(() => {
    const newest = shown === null ? null : model.find(shown.path);
    if (newest !== null && newest !== shown) onShown(newest);
  }, [model, version, shown, onShown]);
  if (tree.error !== null) {
    return (
      <EmptyState
        icon={FolderTree}
        title="The tree is not available"
        className="flex-1"
        action={
          <span className="flex gap-2">
            <Button onClick={onList}>Show a list</Button>
            <Button variant="ghost" onClick={tree.refresh}>
              Try again
            </Button>
          </span>
        }
      >
        {tree.error.message}
      </EmptyState>
    );
  }
  const isFiltered = query.type !== '';
  return (
    <>
      {tree.building !== null && (
        <div className="shrink-0 border-b border-line px-3 py-2 text-xs text-ink-3" role="status">
          The server counts the keys: {Math.round(tree.building * 100)} %
          <div className="mt-1.5 h-1 overflow-hidden rounded-full bg-hover">
            <div className="h-full rounded-full bg-accent transition-[width] duration-300" style={{ width: `${tree.building * 100}%` }} />
          </div>
        </div>
      )}
      <KeyTree
        tree={tree}
        selected={selected}
        onKey={onKey}
        onPrefix={onPrefix}
        empty={
          isFiltered ? (
            <EmptyState title="No key matches" className="flex-1" />
          ) : (
            <EmptyState icon={KeyRound} title="No keys in this database" className="flex-1" action={onNew && <Button icon={Plus} onClick={onNew}>New key</Button>}>
              They show here as soon as a client writes some.
            </EmptyState>
          )
        }
      />
      <div className="flex shrink-0 items-center gap-2 border-t border-line px-3 py-1 text-xs text-ink-3">
        <span className="num flex-1" role="status">
          {tree.totals !== null &&
            `${formatKeys(tree.totals.keys)}${isFiltered ? (tree.totals.keys === 1 ? ' matches' : ' match') : ''} · ${formatBytes(tree.totals.bytes)}`}
        </span>
        <IconButton icon={RefreshCw} label="Read the tree again" size="sm" onClick={tree.refresh} />
      </div>
    </>
  );
}

function DelimiterDialog({ value, onValue, onClose }: { value: string; onValue: (value: string) => void; onClose: () => void }) {
  const [draft, setDraft] = useState(value);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delimiters"
      footer={
        <Button variant="primary" disabled={draft === ''} onClick={() => (onValue(draft), onClose())}>
          Use them
        </Button>
      }
    >
      <Field label="Characters at which names are parted" hint="Such as : or :/. for three of them.">
        {(control) => <Input {...control} mono autoFocus value={draft} onChange={(event) => setDraft(event.target.value)} />}
      </Field>
    </Dialog>
  );
}

/** All databases with their number of keys. */
function useDatabases(): { index: number; keys: number }[] {
  const { data } = useCommand(['INFO', 'keyspace'], 2000);
  const count = connection.hello?.server.databases ?? 16;
  const keys = new Map([...asText(data).matchAll(/^db(\d+):keys=(\d+)/gm)].map(([, db, n]) => [Number(db), Number(n)]));
  return Array.from({ length: count }, (_, index) => ({ index, keys: keys.get(index) ?? 0 }));
}

/** Plain text is looked for anywhere in the key. */
function toGlob(text: string): string {
  return text === '' ? '' : hasGlob(text) ? text : `*${text}*`;
}

function hasGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** A value once it has stayed the same for a while. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
