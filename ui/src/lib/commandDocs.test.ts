import { describe, expect, it } from 'vitest';
import { RespMap, RespSet, Status, type RespValue } from '@/api/value';
import { completions, hintFor, readCommandDocs, syntaxOf } from './commandDocs';

type Doc = { [name: string]: RespValue | Doc | Doc[] | string[] };

/** A reply in the shape that the server gives: maps of maps, flags as sets of statuses. */
function reply(value: unknown): RespValue {
  if (Array.isArray(value)) return value.every((v) => typeof v === 'string') ? new RespSet(value.map((v) => new Status(v))) : value.map(reply);
  if (value !== null && typeof value === 'object') return new RespMap(Object.entries(value).map(([k, v]) => [k, reply(v)]));
  return value as RespValue;
}

const arg = (name: string, more: Doc = {}): Doc => ({ name, type: 'string', ...more });
const token = (name: string): Doc => ({ name: name.toLowerCase(), type: 'pure-token', token: name });

const table = readCommandDocs(
  reply({
    get: { summary: 'Returns a string', since: '1.0.0', group: 'string', complexity: 'O(1)', arguments: [arg('key', { type: 'key' })] },
    set: {
      summary: 'Sets a string',
      since: '1.0.0',
      group: 'string',
      arguments: [
        arg('key'),
        arg('value'),
        { name: 'condition', type: 'oneof', flags: ['optional'], arguments: [token('NX'), token('XX')] },
        { name: 'get', type: 'pure-token', token: 'GET', flags: ['optional'] },
        {
          name: 'expiration',
          type: 'oneof',
          flags: ['optional'],
          arguments: [arg('seconds', { type: 'integer', token: 'EX' }), arg('milliseconds', { type: 'integer', token: 'PX' }), token('KEEPTTL')],
        },
      ],
    },
    zadd: {
      summary: 'Adds members',
      group: 'sorted-set',
      arguments: [
        arg('key'),
        { name: 'condition', type: 'oneof', flags: ['optional'], arguments: [token('NX'), token('XX')] },
        { name: 'data', type: 'block', flags: ['multiple'], arguments: [arg('score', { type: 'double' }), arg('member')] },
      ],
    },
    config: {
      summary: 'A container',
      group: 'server',
      subcommands: {
        'config|set': { summary: 'Sets', group: 'server', arguments: [arg('parameter'), arg('value')] },
        'config|get': { summary: 'Gets', group: 'server', arguments: [arg('parameter', { flags: ['multiple'] })] },
      },
    },
  }),
);

describe('the command table', () => {
  it('knows commands and subcommands', () => {
    expect([...table.keys()].sort()).toEqual(['CONFIG', 'CONFIG GET', 'CONFIG SET', 'GET', 'SET', 'ZADD']);
    expect(table.get('GET')).toMatchObject({ summary: 'Returns a string', since: '1.0.0', group: 'string' });
  });

  it('writes grammars', () => {
    expect(syntaxOf(table.get('SET')!)).toBe('key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]');
    expect(syntaxOf(table.get('ZADD')!)).toBe('key [NX | XX] score member [score member …]');
    expect(syntaxOf(table.get('CONFIG GET')!)).toBe('parameter [parameter …]');
  });
});

describe('completion', () => {
  const texts = (words: string[], partial: string) => completions(words, partial, table).map((c) => c.text);

  it('offers commands in the case that was typed', () => {
    expect(texts([], 'g')).toEqual(['get']);
    expect(texts([], 'G')).toEqual(['GET']);
    expect(texts([], '')).toEqual(['CONFIG', 'GET', 'SET', 'ZADD']);
    expect(texts([], 'nope')).toEqual([]);
  });

  it('offers subcommands', () => {
    expect(texts(['config'], '')).toEqual(['get', 'set']);
    expect(texts(['CONFIG'], 'S')).toEqual(['SET']);
  });

  it('offers options that are not there yet', () => {
    expect(texts(['SET', 'k', 'v'], '')).toEqual(['NX', 'XX', 'GET', 'EX', 'PX', 'KEEPTTL']);
    expect(texts(['SET', 'k', 'v', 'EX', '5'], 'p')).toEqual(['px']);
    expect(texts(['SET', 'k', 'v', 'NX'], 'N')).toEqual([]);
  });
});

describe('the hint', () => {
  it.each([
    ['SET', ' key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]'],
    ['SET ', 'key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]'],
    ['SET k ', 'value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]'],
    ['SET k v EX 5 ', '[NX | XX] [GET]'],
    ['SET k v NX EX 5 GET ', ''],
    ['ZADD z 1 a ', '[score member [score member …]]'],
    ['config set ', 'parameter value'],
    ['unknown ', ''],
  ])('%j', (line, hint) => {
    expect(hintFor(line.split(/\s+/).filter(Boolean), line.endsWith(' '), table)).toBe(hint);
  });
});
