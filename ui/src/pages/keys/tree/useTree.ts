import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ReplyError, decodeValue, useConnectionState, useWatchEach, type WireValue } from '@/api';
import { asRecord, type RespValue } from '@/api';
import { bulkId } from '@/lib/bytes';
import { PageSize, TreeModel, type TreeNode } from '@/lib/treeModel';
import { asBulk, type Keyspace } from '../keyspace';
import { loadTreePage, readCounts, type TreeCounts, type TreeQuery } from './insightTree';
import { openPath } from './reveal';

/** Changes are looked up again at most this often, however many there are. */
const RefreshMs = 1000;
const BuildingPollMs = 300;

export interface LiveTree {
  model: TreeModel;
  /** Grows with every change of the model: what rendering depends on. */
  version: number;
  /** 0..1 while the server builds its index; null when it is ready. */
  building: number | null;
  /** Of everything that the query matches. */
  totals: TreeCounts | null;
  error: Error | null;
  /** Ids of keys that changed within the last moments. */
  changed: ReadonlySet<string>;
  need(node: TreeNode, page: number): void;
  /** The rows in sight; their pages are kept fresh. */
  see(first: number, last: number): void;
  toggle(parent: TreeNode, index: number): void;
  refresh(): void;
  /** Opens the tree down to a key; gives its row, or null when it cannot be found. */
  reveal(key: string): Promise<number | null>;
}

/** The topic of changed keys; `all`: everything may have changed. */
export interface ChangedKeys {
  changed: WireValue[];
  more: number;
  all?: boolean;
}

interface TreeUpdate {
  state: 'building' | 'ready';
  progress: number;
  nodes: WireValue[] | { prefix: string }[];
}

export function useTree(keyspace: Keyspace, query: TreeQuery): LiveTree {
  const isOpen = useConnectionState().kind === 'open';
  const queryKey = JSON.stringify([keyspace.db, query]);
  const [version, setVersion] = useState(0);
  const [round, setRound] = useState(0);
  const [building, setBuilding] = useState<number | null>(null);
  const [totals, setTotals] = useState<TreeCounts | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  const model = useMemo(() => new TreeModel(), [queryKey]); // eslint-disable-line react-hooks/exhaustive-deps -- a new question begins a new tree
  useEffect(() => setTotals(null), [model]);
  const loading = useRef(new Map<TreeNode, Set<number>>());
  const seen = useRef({ first: 0, last: 0 });
  const generation = useRef(0);
  const draw = useCallback(() => setVersion((v) => v + 1), []);

  const load = useCallback(
    async (node: TreeNode, page: number) => {
      const pages = loading.current.get(node) ?? new Set();
      if (pages.has(page)) return;
      pages.add(page);
      loading.current.set(node, pages);
      const mine = generation.current;
      try {
        for (;;) {
          const reply = await loadTreePage(keyspace, node, page, query);
          if (mine !== generation.current) return;
          setError(null);
          if (node === model.root) setTotals(reply.node);
          if (reply.state === 'building') {
            setBuilding(reply.progress);
            if (reply.entries.length === 0) {
              await new Promise((resolve) => setTimeout(resolve, BuildingPollMs));
              if (mine !== generation.current) return;
              continue;
            }
          } else {
            setBuilding(null);
          }

          model.setPage(node, reply);
          break;
        }
      } catch (problem) {
        if (mine !== generation.current) return;
        node.error = problem instanceof Error ? problem.message : String(problem);
        if (node === model.root && problem instanceof ReplyError) setError(problem);
      } finally {
        pages.delete(page);
        if (mine === generation.current) draw();
      }
    },
    [keyspace, queryKey, model, draw], // eslint-disable-line react-hooks/exhaustive-deps -- the key stands for the query
  );

  useEffect(() => {
    // What was read stays on show while the connection is broken.
    if (!isOpen) return;
    generation.current++;
    loading.current = new Map();
    setError(null);
    setBuilding(null);
    void load(model.root, 0);
    const running = generation;
    return () => {
      running.current++;
    };
  }, [model, load, isOpen]);

  const refreshVisible = useCallback(() => {
    const pages = new Map<TreeNode, Set<number>>();
    for (let at = seen.current.first; at <= seen.current.last; at++) {
      const row = model.row(at);
      if (row === null) break;
      const page = row.kind === 'entry' ? Math.floor(row.index / PageSize) : row.kind === 'loading' ? row.page : 0;
      pages.set(row.parent, (pages.get(row.parent) ?? new Set()).add(page));
    }
    model.markStale();
    for (const [node, wanted] of pages) wanted.forEach((page) => void load(node, page));
  }, [model, load]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastRefresh = useRef(0);
  const refreshSoon = useCallback(() => {
    if (timer.current !== undefined) return;
    const wait = Math.max(0, lastRefresh.current + RefreshMs - Date.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      lastRefresh.current = Date.now();
      if (document.visibilityState === 'visible') refreshVisible();
    }, wait);
  }, [refreshVisible]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [refreshSoon],
  );
  // While the server builds its index, and once more when it is done, there is more to see each time.
  useEffect(() => {
    refreshSoon();
  }, [building, refreshSoon]);

  // What was opened is counted live by the server; its rows take the new counts over.
  const prefixes = useMemo(
    () =>
      model
        .openNodes()
        .map((node) => node.prefix)
        .filter((prefix): prefix is string => typeof prefix === 'string')
        .slice(0, 50),
    [model, version], // eslint-disable-line react-hooks/exhaustive-deps -- the version stands for what is open
  );
  useWatchEach<TreeUpdate>(
    'tree',
    { db: keyspace.db, delimiters: query.delimiters, prefixes },
    ({ data }) => {
      setBuilding(data.state === 'building' ? data.progress : null);
      const counts = new Map<string, TreeCounts>();
      for (const node of data.nodes) {
        const record = plainRecord(node);
        counts.set(bulkId(asBulk(record['prefix'])), readCounts(record));
      }
      // Pushed figures are of all types; rows of one type are read again instead.
      if (query.type !== '') return;
      const whole = counts.get(bulkId(''));
      if (whole !== undefined) setTotals(whole);
      if (model.updateCounts(counts)) draw();
    },
    isOpen && error === null,
  );

  const changedTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useWatchEach<ChangedKeys>(
    'keys',
    { db: keyspace.db, prefixes: [''] },
    ({ data }) => {
      setChanged(new Set(data.changed.map((key) => bulkId(asBulk(decodeValue(key))))));
      clearTimeout(changedTimer.current);
      changedTimer.current = setTimeout(() => setChanged(new Set()), 900);
      refreshSoon();
    },
    isOpen,
  );
  useEffect(() => () => clearTimeout(changedTimer.current), []);

  return {
    model,
    version: version + round,
    building,
    totals,
    error,
    changed,
    need: (node, page) => {
      if ((!node.pages.has(page) || node.stale.has(page)) && node.error === null) void load(node, page);
    },
    see: (first, last) => (seen.current = { first, last }),
    toggle: (parent, index) => {
      const open = parent.expanded.find((e) => e.index === index);
      if (open !== undefined) {
        model.collapse(parent, index);
      } else {
        const node = model.expand(parent, index);
        if (node !== null) void load(node, 0);
      }
      setRound((r) => r + 1);
    },
    reveal: async (key) => {
      const mine = generation.current;
      const row = await openPath(model, keyspace, query, key, load);
      if (mine !== generation.current) return null;
      setRound((r) => r + 1);
      return row;
    },
    refresh: () => {
      for (const node of model.openNodes()) node.error = null;
      setError(null);
      refreshVisible();
      void load(model.root, 0);
    },
  };
}

/** Topic data is plain JSON, except that a prefix may be bytes. */
function plainRecord(node: WireValue | { prefix: string }): Record<string, RespValue> {
  if (node !== null && typeof node === 'object' && !Array.isArray(node) && !('$' in node)) {
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, plainValue(value as unknown)]));
  }

  return asRecord(decodeValue(node as WireValue));
}

function plainValue(value: unknown): RespValue {
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && !('$' in value)) {
    return Object.entries(value).flatMap(([name, item]) => [name, plainValue(item)] as RespValue[]);
  }

  return decodeValue(value as WireValue);
}
