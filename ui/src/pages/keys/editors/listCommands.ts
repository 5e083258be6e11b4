import type { Bulk } from '@/lib/bytes';
import type { Command } from '../keyspace';

/**
 * Changes of a list at a position. Redis removes and inserts by value, and values repeat; so the element at the position becomes a value
 * that is nowhere else for a moment, and the change refers to that. The commands must run inside one transaction.
 */
export function removeAt(key: Bulk, index: number, token: string): Command[] {
  return [
    ['LSET', key, index, token],
    ['LREM', key, 1, token],
  ];
}

export function insertAt(key: Bulk, index: number, where: 'BEFORE' | 'AFTER', present: Bulk, value: Bulk, token: string): Command[] {
  return [
    ['LSET', key, index, token],
    ['LINSERT', key, where, token, value],
    ['LSET', key, where === 'BEFORE' ? index + 1 : index, present],
  ];
}

export function swap(key: Bulk, a: number, valueOfA: Bulk, b: number, valueOfB: Bulk): Command[] {
  return [
    ['LSET', key, a, valueOfB],
    ['LSET', key, b, valueOfA],
  ];
}

/** A value that no list holds. */
export function uniqueToken(): string {
  return `\u0000spinel-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
}
