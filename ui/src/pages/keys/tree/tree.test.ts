import { describe, expect, it } from 'vitest';
import { PageSize, TreeModel } from '@/lib/treeModel';
import type { RespValue } from '@/api';
import { Keyspace, type Command } from '../keyspace';
import { loadTreePage } from './insightTree';
import { childOn, openPath } from './reveal';

const query = { delimiters: ':', sort: 'name' as const, type: '' };
const name = (i: number) => `key:${String(i).padStart(8, '0')}`;

/** A server with so many keys below one prefix, which passes over at most `effort` of them at a time. */
function server(count: number, effort: number) {
  const asked: Command[] = [];
  const reply = (command: Command): RespValue => {
    asked.push(command);
    const option = (word: string) => command[command.indexOf(word) + 1];
    const node = { keys: count };
    if (command[2] === '') return Object.entries({ state: 'ready', node: [], total: command.includes('AFTER') ? 0 : 1, complete: true, children: command.includes('AFTER') ? [] : [['name', 'key', 'prefix', 'key:', 'kind', 'prefix', 'keys', count]] }).flat() as RespValue;
    const after = command.includes('AFTER') ? Number(String(option('AFTER')).slice(4)) + 1 : 0;
    const offset = Number(option('OFFSET'));
    const wanted = Number(option('COUNT'));
    const seen = Math.min(count - after, effort);
    const children: RespValue[] = [];
    for (let i = offset; i < Math.min(seen, offset + wanted); i++) children.push(['name', '', 'key', name(after + i), 'kind', 'key', 'type', 'string']);
    return ['state', 'ready', 'node', Object.entries(node).flat(), 'total', count - after <= effort ? count - after : count, 'complete', count - after <= effort, 'children', children];
  };
  const keyspace = new Keyspace(0, 'keys', { run: () => Promise.reject(new Error()), runMany: (commands) => Promise.resolve(commands.map((command) => reply(command as Command))) });
  return { keyspace, asked };
}

describe('pages of the tree', () => {
  it('far back are reached in steps that the server can take, and the next one by their traces', async () => {
    const { keyspace, asked } = server(1_000_000, 3000);
    const model = new TreeModel();
    const load = async (page: number) => model.setPage(node, await loadTreePage(keyspace, node, page, query));
    model.setPage(model.root, await loadTreePage(keyspace, model.root, 0, query));
    const node = model.expand(model.root, 0)!;
    await load(0);
    const last = 1_000_000 / PageSize - 1;
    await load(last);
    expect(node.entry(999_999)?.path).toBe(name(999_999));
    expect(node.total).toBe(1_000_000);
    const steps = asked.length;
    await load(last - 1);
    expect(node.entry(999_600)?.path).toBe(name(999_600));
    expect(asked.length - steps).toBeLessThan(3);
  });

  it('open down to a key', async () => {
    const { keyspace } = server(50_000, 100_000);
    const model = new TreeModel();
    const row = await openPath(model, keyspace, query, name(31_234), async (node, page) => model.setPage(node, await loadTreePage(keyspace, node, page, query)));
    expect(row).toBe(1 + 31_234);
    expect(model.row(row!)).toMatchObject({ kind: 'entry', entry: { path: name(31_234) } });
    expect(await openPath(model, keyspace, query, 'nowhere:1', () => Promise.resolve())).toBeNull();
  });

  it('know the way to a key', () => {
    expect(childOn('a:b:c', '', ':')).toEqual({ path: 'a:', kind: 'prefix' });
    expect(childOn('a:b:c', 'a:b:', ':')).toEqual({ path: 'a:b:c', kind: 'key' });
    expect(childOn('a:', 'a:', ':')).toEqual({ path: 'a:', kind: 'key' });
    expect(childOn('a/b', '', ':/')).toEqual({ path: 'a/', kind: 'prefix' });
    expect(childOn('x', 'a:', ':')).toBeNull();
  });
});
