import { toBytes, utf8OrNull, type Bulk } from './bytes';

/**
 * Commands that a person should be asked about once before they run. This protects from slips of the hand, not from malice:
 * rights are the server's affair (ACL). Null means: just run it.
 */
export interface Danger {
  /** One sentence that says what would happen. */
  what: string;
  /** Set when asking is only worth it on a large database. */
  onlyAbove?: number;
}

const ManyKeys = 100;

/** Settings that write files, open doors or lock people out. */
const SensitiveSettings = new Set([
  'dir',
  'dbfilename',
  'appendonly',
  'appendfilename',
  'save',
  'requirepass',
  'masterauth',
  'bind',
  'port',
  'protected-mode',
  'maxmemory',
  'maxmemory-policy',
  'aclfile',
]);

export function dangerOf(args: readonly Bulk[]): Danger | null {
  const name = word(args[0]);
  const sub = word(args[1]);
  switch (name) {
    case 'FLUSHALL':
      return { what: 'This deletes every key of every database.' };
    case 'FLUSHDB':
      return { what: 'This deletes every key of the selected database.' };
    case 'SHUTDOWN':
      return sub === 'ABORT' ? null : { what: sub === 'NOSAVE' ? 'This stops the server without saving.' : 'This stops the server.' };
    case 'SWAPDB':
      return { what: 'This swaps two databases under all connected clients at once.' };
    case 'DEBUG':
      return ['SEGFAULT', 'PANIC', 'RESTART', 'CRASH-AND-RECOVER', 'OOM', 'SLEEP', 'RELOAD', 'LOADAOF', 'FLUSHALL', 'POPULATE'].includes(sub)
        ? { what: `DEBUG ${sub} can stop, block or change the server.` }
        : null;
    case 'CONFIG': {
      if (sub === 'REWRITE') {
        return { what: 'This overwrites the configuration file with the values in use.' };
      }

      if (sub !== 'SET') {
        return null;
      }

      const touched = args
        .slice(2)
        .filter((_, i) => i % 2 === 0)
        .map((a) => word(a).toLowerCase());
      const sensitive = touched.filter((t) => SensitiveSettings.has(t));
      return sensitive.length > 0 ? { what: `This changes ${sensitive.join(', ')} on the running server.` } : null;
    }
    case 'KEYS':
      return { what: 'KEYS walks the whole database in one go, and everybody waits meanwhile. SCAN doesn’t.', onlyAbove: 100_000 };
    case 'SMEMBERS':
    case 'HGETALL':
      return null;
    case 'DEL':
    case 'UNLINK':
      return args.length - 1 >= ManyKeys ? { what: `This deletes ${(args.length - 1).toLocaleString('en')} keys.` } : null;
    case 'REPLICAOF':
    case 'SLAVEOF':
      return sub === 'NO' ? { what: 'This makes the replica a primary of its own.' } : { what: 'This discards all data here and copies another server’s.' };
    case 'FAILOVER':
      return { what: 'This hands the role of the primary to a replica.' };
    case 'CLUSTER':
      return ['RESET', 'FLUSHSLOTS', 'FAILOVER', 'FORGET'].includes(sub) ? { what: `CLUSTER ${sub} changes the topology.` } : null;
    case 'CLIENT':
      return sub === 'PAUSE' ? { what: 'This makes all clients wait.' } : null;
    case 'SCRIPT':
    case 'FUNCTION':
      return sub === 'FLUSH' || (name === 'FUNCTION' && sub === 'RESTORE') ? { what: `${name} ${sub} drops what programs have loaded.` } : null;
    case 'ACL':
      return sub === 'DELUSER' || sub === 'LOAD' ? { what: `ACL ${sub} takes rights away, and disconnects who loses them.` } : null;
    case 'RESTORE':
      return args.some((a, i) => i > 3 && word(a) === 'REPLACE') ? { what: 'This overwrites the key if it exists.' } : null;
    default:
      return null;
  }
}

export function word(value: Bulk | undefined): string {
  return value === undefined ? '' : (utf8OrNull(toBytes(value)) ?? '').toUpperCase();
}
