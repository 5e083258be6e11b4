/** Lengths of time as people write them: "90", "90 s", "5 min", "1 h 30 min", "7d". Seconds when there is no unit. Null when it is none. */
export function parseDuration(text: string): number | null {
  const factors: Record<string, number> = { ms: 1, s: 1000, sec: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
  const compact = text.trim().toLowerCase();
  if (!/^(\d+(\.\d+)?\s*[a-z]*\s*)+$/.test(compact)) return null;
  let total = 0;
  for (const [, number, unit] of compact.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)) {
    const factor = unit === '' ? 1000 : factors[unit!];
    if (factor === undefined) return null;
    total += Number(number) * factor;
  }

  return total >= 1 && total <= Number.MAX_SAFE_INTEGER ? Math.round(total) : null;
}
