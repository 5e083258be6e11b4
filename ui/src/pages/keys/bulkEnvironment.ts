import { asList, asNumber, asText, connection } from '@/api';
import type { Bulk } from '@/lib/bytes';
import type { BulkAction, BulkEnvironment } from '@/lib/bulk';
import { asBulk, Keyspace, otherDatabases, type Command } from './keyspace';

/** The bulk runner's world: the server, over a channel of its own, so that browsing goes on beside it. */
export function bulkEnvironment(db: number): BulkEnvironment {
  const keyspace = new Keyspace(db, 'bulk', connection);
  return {
    async scan(cursor, job, count) {
      const command: Command = ['SCAN', cursor, 'MATCH', job.match, 'COUNT', count, ...(job.type === null ? [] : ['TYPE', job.type])];
      const reply = asList(await keyspace.read(command));
      return { cursor: asText(reply[0]), keys: asList(reply[1]).map(asBulk) };
    },
    databaseSize: async () => asNumber(await keyspace.read(['DBSIZE'])),
    async apply(action, keys) {
      const replies = await keyspace.writeMany(commandsFor(action, keys));
      return replies.reduce<number>((sum, reply) => sum + (asNumber(reply) || 0), 0);
    },
    now: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

export function commandsFor(action: BulkAction, keys: readonly Bulk[]): Command[] {
  switch (action.kind) {
    case 'delete':
      return [['UNLINK', ...keys]];
    case 'expire':
      return keys.map((key) => ['PEXPIRE', key, action.milliseconds]);
    case 'persist':
      return keys.map((key) => ['PERSIST', key]);
  }
}

/** Gives the channels back. */
export function endBulk(): void {
  connection.closeChannel('bulk');
  connection.closeChannel(otherDatabases('bulk'));
}
