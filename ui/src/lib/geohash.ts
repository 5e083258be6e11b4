/**
 * Positions in a sorted set's scores. A score is a 52-bit integer that interleaves 26 bits of latitude (even bits) with 26 of
 * longitude (odd bits), over the Web Mercator range of latitudes. 52 bits fit a double, but not a 32-bit shift, so the
 * halves are taken apart with arithmetic.
 */
export interface Position {
  longitude: number;
  latitude: number;
}

export const MaxLatitude = 85.05112878;
const Steps = 2 ** 26;
const MaxScore = 2 ** 52;

export function positionOfScore(score: number): Position | null {
  if (!Number.isInteger(score) || score < 0 || score >= MaxScore) {
    return null;
  }

  const low = score % 2 ** 26;
  const high = Math.floor(score / 2 ** 26);
  // 26 bits each side hold 13 bits of either axis.
  const latitudeCell = everySecondBit(high) * 2 ** 13 + everySecondBit(low);
  const longitudeCell = everySecondBit(high >>> 1) * 2 ** 13 + everySecondBit(low >>> 1);
  return {
    longitude: -180 + ((longitudeCell + 0.5) / Steps) * 360,
    latitude: -MaxLatitude + ((latitudeCell + 0.5) / Steps) * 2 * MaxLatitude,
  };
}

function everySecondBit(value: number): number {
  let result = 0;
  for (let bit = 0; bit < 13; bit++) {
    result |= ((value >>> (bit * 2)) & 1) << bit;
  }

  return result;
}

/** Whether scores look like positions: integers that need more than the 2^40 that counters and timestamps stay below. */
export function looksLikePositions(scores: readonly number[]): boolean {
  return scores.length > 0 && scores.every((s) => Number.isInteger(s) && s > 2 ** 44 && s < MaxScore);
}
