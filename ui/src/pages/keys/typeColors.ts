/** One colour per type, the same in the tree, the mix bars and the legend. Types that we don't know share the last. */
export const typeColors: Record<string, string> = {
  string: 'bg-info',
  hash: 'bg-violet',
  list: 'bg-good',
  set: 'bg-warn',
  zset: 'bg-accent-ink',
  stream: 'bg-ink-3',
};

export function typeColor(type: string): string {
  return typeColors[type] ?? 'bg-line-strong';
}

/** Types of a mix with their share, the most frequent first. */
export function sharesOf(types: Readonly<Record<string, number>>): { type: string; count: number; share: number }[] {
  const present = Object.entries(types).filter(([, count]) => count > 0);
  const total = present.reduce((sum, [, count]) => sum + count, 0);
  return present.map(([type, count]) => ({ type, count, share: count / total })).sort((a, b) => b.count - a.count);
}
