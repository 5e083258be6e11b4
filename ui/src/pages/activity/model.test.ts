import { describe, expect, it } from 'vitest';
import { Double, RespMap } from '@/api/value';
import { RowBuffer } from '@/lib/RowBuffer';
import { clientRows, commandLatencies, commandLine, flagWords, slowEntries } from './model';
import { toMessage } from './PubSubTab';

describe('activity', () => {
  it('reads the slow log with and without the wait', () => {
    const [extended, plain] = slowEntries([[9, 100, 1500, ['GET', 'a b'], '127.0.0.1:5', 'app', 80], [8, 99, 20, ['PING'], '', '']]);
    expect(extended).toEqual({ id: 9, atMs: 100_000, runUs: 1500, waitUs: 80, args: ['GET', 'a b'], client: '127.0.0.1:5', name: 'app' });
    expect(plain!.waitUs).toBeNaN();
    expect(commandLine(extended!.args)).toBe('GET "a b"');
  });
  it('reads latency by command', () => {
    const row = new RespMap([['calls', 3], ['runP50', new Double('1.5')], ['runP99', new Double('2')], ['runP999', new Double('3')], ['waitP50', 4], ['waitP99', 5], ['waitP999', 6]]);
    expect(commandLatencies(new RespMap([['get', row]]))).toEqual([{ command: 'get', calls: 3, run: { p50: 1.5, p99: 2, p999: 3 }, wait: { p50: 4, p99: 5, p999: 6 } }]);
  });
  it('reads the list of clients', () => {
    const [row] = clientRows('id=5 addr=127.0.0.1:57184 laddr=127.0.0.1:6379 fd=8 name=app age=3 idle=1 flags=bx db=2 sub=1 psub=2 ssub=0 cmd=client|list user=default resp=3 lib-name=x lib-ver=1.2 tot-mem=37658 omem=0\n\n');
    expect(row).toMatchObject({ id: 5, name: 'app', command: 'client list', db: 2, memoryBytes: 37658, library: 'x 1.2', subscriptions: 3 });
    expect(flagWords('bxN')).toEqual(['blocked', 'in MULTI']);
  });
  it('takes messages, and no confirmations', () => {
    expect(toMessage(['pmessage', '*', 'news', 'hi'], 1)).toMatchObject({ channel: 'news', text: 'hi' });
    expect(toMessage(['message', 'news', new Uint8Array([255])], 1)).toMatchObject({ text: '\\xff' });
    expect(toMessage(['psubscribe', '*', 1], 1)).toBeNull();
  });
  it('keeps the newest rows', () => {
    const buffer = new RowBuffer<number>(3);
    buffer.add([1, 2]);
    const before = buffer.rows;
    buffer.add([3, 4]);
    expect([buffer.rows, before, buffer.total]).toEqual([[2, 3, 4], [1, 2], 4]);
  });
});
