import type { Bulk } from '@/lib/bytes';
import type { Command } from './keyspace';

export type NewKeyKind = 'string' | 'hash' | 'list' | 'set' | 'zset' | 'stream' | 'geo' | 'hll' | 'bitmap';

interface Kind {
  label: string;
  contentLabel: string;
  hint: string;
  /** The content is words as in a command, rather than one value. */
  splits: boolean;
}

const words = 'Quotes and escapes work as in a command.';

export const kinds: Record<NewKeyKind, Kind> = {
  string: { label: 'String', contentLabel: 'Value', hint: 'Any text or bytes.', splits: false },
  hash: { label: 'Hash', contentLabel: 'Fields and values', hint: `name Ada city "New York". ${words}`, splits: true },
  list: { label: 'List', contentLabel: 'Elements', hint: `first second "and a third". ${words}`, splits: true },
  set: { label: 'Set', contentLabel: 'Members', hint: `red green "dark blue". ${words}`, splits: true },
  zset: { label: 'Sorted set', contentLabel: 'Scores and members', hint: `10 ada 7.5 grace. ${words}`, splits: true },
  stream: { label: 'Stream', contentLabel: 'Fields and values of the first entry', hint: `event login user 17. ${words}`, splits: true },
  geo: { label: 'Positions (geo)', contentLabel: 'Longitude, latitude and member', hint: `13.4 52.5 Berlin 2.35 48.86 Paris. ${words}`, splits: true },
  hll: { label: 'HyperLogLog', contentLabel: 'Elements', hint: `What to count; may be empty. ${words}`, splits: true },
  bitmap: { label: 'Bitmap', contentLabel: 'Bits that are set', hint: '0 7 1024', splits: true },
};

/** The commands that make the key; throws when the content does not fit the type. */
export function creationCommands(kind: NewKeyKind, key: Bulk, content: readonly Bulk[]): Command[] {
  const inGroups = (size: number, of: string): readonly Bulk[] => {
    if (content.length === 0 || content.length % size !== 0) throw new Error(`The words must come in groups of ${size}: ${of}.`);
    return content;
  };
  const some = (): readonly Bulk[] => {
    if (content.length === 0) throw new Error('A key of this type cannot be empty: give at least one.');
    return content;
  };
  switch (kind) {
    case 'string':
      return [['SET', key, content[0] ?? '']];
    case 'hash':
      return [['HSET', key, ...inGroups(2, 'field and value')]];
    case 'list':
      return [['RPUSH', key, ...some()]];
    case 'set':
      return [['SADD', key, ...some()]];
    case 'zset':
      return [['ZADD', key, ...inGroups(2, 'score and member')]];
    case 'stream':
      return [['XADD', key, '*', ...inGroups(2, 'field and value')]];
    case 'geo':
      return [['GEOADD', key, ...inGroups(3, 'longitude, latitude and member')]];
    case 'hll':
      return [['PFADD', key, ...content]];
    case 'bitmap':
      return some().map((bit) => {
        if (typeof bit !== 'string' || !/^\d+$/.test(bit)) throw new Error('Bits are numbers from 0.');
        return ['SETBIT', key, bit, 1];
      });
  }
}
