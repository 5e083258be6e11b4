const factors: Record<string, number> = { ms: 1, s: 1000, sec: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of a length of time as people write it: "90", "90 s", "5 min", "1 h 30 min", "7d". Seconds when there is no unit. Null when it is none. */
export function parseDuration(text: string): number | null {
  const compact = text.trim().toLowerCase();
  let total = 0;
  let end = 0;
  // Part behind part, each from where the last one ended: one expression for all of them could split digits in so many ways that it takes for ever to fail.
  for (const [part, number, unit] of compact.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)\s*/gy)) {
    const factor = unit === '' ? 1000 : factors[unit!];
    if (factor === undefined) return null;
    total += Number(number) * factor;
    end += part.length;
  }

  return end === compact.length && total >= 1 && total <= Number.MAX_SAFE_INTEGER ? Math.round(total) : null;
}
