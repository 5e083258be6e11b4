import { describe, expect, it } from 'vitest';
import { ErrorValue, Status, type Argument, type RespValue } from '@/api';
import { insertAt, removeAt } from './editors/listCommands';
import { Keyspace, type CommandRunner } from './keyspace';
import { creationCommands } from './newKey';

class FakeRunner implements CommandRunner {
  readonly sent: Argument[][][] = [];
  answer: (commands: readonly (readonly Argument[])[]) => RespValue[] = (commands) => commands.map(() => new Status('OK'));

  run(): Promise<RespValue> {
    return Promise.reject(new Error('not used'));
  }
  runMany(commands: readonly (readonly Argument[])[]): Promise<RespValue[]> {
    this.sent.push(commands.map((c) => [...c]));
    return Promise.resolve(this.answer(commands));
  }
}

describe('a database', () => {
  it('brings its SELECT along', async () => {
    const runner = new FakeRunner();
    runner.answer = () => [new Status('OK'), 'value'];
    expect(await new Keyspace(3, 'c', runner).read(['GET', 'k'])).toBe('value');
    expect(runner.sent).toEqual([
      [
        ['SELECT', 3],
        ['GET', 'k'],
      ],
    ]);
  });

  it('needs no SELECT where sessions begin', async () => {
    const runner = new FakeRunner();
    runner.answer = (commands) => (commands[0]![0] === 'MULTI' ? [new Status('OK'), new Status('QUEUED'), [1]] : ['value']);
    const first = new Keyspace(0, 'c', runner);
    expect(await first.read(['GET', 'k'])).toBe('value');
    expect(await first.write(['DEL', 'k'])).toBe(1);
    expect(runner.sent).toEqual([[['GET', 'k']], [['MULTI'], ['DEL', 'k'], ['EXEC']]]);
    expect(new Keyspace(3, 'c', runner).channel).not.toBe(first.channel);
  });

  it('throws a reply away that may be from another database', async () => {
    const runner = new FakeRunner();
    runner.answer = () => [new ErrorValue('NOPERM no SELECT'), 'value of database 0'];
    await expect(new Keyspace(3, 'c', runner).read(['GET', 'k'])).rejects.toThrow('NOPERM no SELECT');
  });

  it('changes inside a transaction, and gives the replies of the changes', async () => {
    const runner = new FakeRunner();
    runner.answer = () => [new Status('OK'), new Status('QUEUED'), new Status('QUEUED'), [new Status('OK'), 1]];
    expect(await new Keyspace(3, 'c', runner).write(['DEL', 'k'])).toBe(1);
    expect(runner.sent).toEqual([[['MULTI'], ['SELECT', 3], ['DEL', 'k'], ['EXEC']]]);
  });

  it.each([
    ['while queueing', [new Status('OK'), new ErrorValue('NOPERM no SELECT'), new Status('QUEUED'), new ErrorValue('EXECABORT')], 'NOPERM no SELECT'],
    ['inside', [new Status('OK'), new Status('QUEUED'), new Status('QUEUED'), [new Status('OK'), new ErrorValue('WRONGTYPE x')]], 'WRONGTYPE x'],
    ['of a transaction that did not run', [new Status('OK'), new Status('QUEUED'), new Status('QUEUED'), null], 'did not run'],
  ] as [string, RespValue[], string][])('says the error %s', async (_, replies, message) => {
    const runner = new FakeRunner();
    runner.answer = () => replies;
    await expect(new Keyspace(3, 'c', runner).write(['DEL', 'k'])).rejects.toThrow(message);
  });
});

/** What Redis does with the list commands that are used. */
function apply(list: string[], commands: readonly (readonly unknown[])[]): string[] {
  const result = [...list];
  for (const [name, , a, b, c] of commands as [string, unknown, never, never, never][]) {
    if (name === 'LSET') result[a as number] = b as string;
    else if (name === 'LREM') result.splice(result.indexOf(b as string), 1);
    else result.splice(result.indexOf(b as string) + (a === 'AFTER' ? 1 : 0), 0, c as string);
  }
  return result;
}

describe('changes of a list at a position', () => {
  const list = ['x', 'x', 'y', 'x'];

  it('remove the very element, though others are equal', () => {
    for (let i = 0; i < list.length; i++) expect(apply(list, removeAt('k', i, 'token'))).toEqual(list.toSpliced(i, 1));
  });

  it('insert at the very position', () => {
    for (let i = 0; i < list.length; i++) {
      expect(apply(list, insertAt('k', i, 'BEFORE', list[i]!, 'new', 'token'))).toEqual(list.toSpliced(i, 0, 'new'));
      expect(apply(list, insertAt('k', i, 'AFTER', list[i]!, 'new', 'token'))).toEqual(list.toSpliced(i + 1, 0, 'new'));
    }
  });
});

describe('new keys', () => {
  it('are made by the command of their type', () => {
    expect(creationCommands('hash', 'k', ['a', '1'])).toEqual([['HSET', 'k', 'a', '1']]);
    expect(creationCommands('bitmap', 'k', ['0', '7'])).toEqual([
      ['SETBIT', 'k', '0', 1],
      ['SETBIT', 'k', '7', 1],
    ]);
    expect(creationCommands('hll', 'k', [])).toEqual([['PFADD', 'k']]);
  });

  it('are refused when the content does not fit', () => {
    expect(() => creationCommands('hash', 'k', ['a'])).toThrow('groups of 2');
    expect(() => creationCommands('list', 'k', [])).toThrow('cannot be empty');
    expect(() => creationCommands('bitmap', 'k', ['x'])).toThrow('numbers');
  });
});
