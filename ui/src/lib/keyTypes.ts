/** The types of keys, as the server names them. */
export const KeyTypes = ['string', 'list', 'hash', 'set', 'zset', 'stream'] as const;

/** What people call the types. */
export function typeLabel(type: string): string {
  switch (type) {
    case 'zset':
      return 'sorted set';
    case 'none':
      return 'gone';
    default:
      return type;
  }
}
