import type { Bulk } from '@/lib/bytes';
import { parseDuration } from '@/lib/durations';
import { formatDuration } from '@/lib/format';
import type { Entry } from './EntryDialog';
import type { Keyspace } from './keyspace';

/** The dialog that sets or drops a key's time to live. */
export function expiryEntry(keyspace: Keyspace, key: Bulk, ttlMs: number, onChanged: () => void): Entry {
  return {
    title: 'Time to live',
    fields: [
      {
        id: 'ttl',
        label: 'Expires in',
        kind: 'text',
        initial: ttlMs < 0 ? '' : ttlMs % 1000 === 0 ? formatDuration(ttlMs) : `${Math.ceil(ttlMs / 1000)} s`,
        placeholder: 'never',
        hint: 'Such as 90 s, 5 min, 1 h 30 min or 7 d. Empty: the key stays.',
        check: (text) => (text.trim() === '' || parseDuration(text) !== null ? null : 'Not a length of time.'),
      },
    ],
    action: 'Set',
    onSubmit: async ({ ttl }) => {
      const ms = parseDuration(String(ttl));
      const done = await keyspace.write(ms === null ? ['PERSIST', key] : ['PEXPIRE', key, ms]);
      if (ms !== null && done !== 1) throw new Error('The key is gone.');
      onChanged();
    },
  };
}
