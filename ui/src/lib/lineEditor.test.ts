import { describe, expect, it } from 'vitest';
import { columnsOf, LineEditor } from './lineEditor';

const Left = '\x1b[D';
const Up = '\x1b[A';
const Down = '\x1b[B';

function typed(keys: readonly string[], history: readonly string[] = []): LineEditor {
  const editor = new LineEditor(history);
  keys.forEach((key) => editor.key(key));
  return editor;
}

const shown = (editor: LineEditor): string => `${editor.state.text.slice(0, editor.state.cursor)}|${editor.state.text.slice(editor.state.cursor)}`;

describe('editing', () => {
  it.each([
    [['abc', Left, 'X'], 'abX|c'],
    [['abc', '\x01', 'X', '\x05', 'Y'], 'XabcY|'],
    [['abc', '\x7f'], 'ab|'],
    [['abc', Left, '\x1b[3~'], 'ab|'],
    [['abc', Left, '\x04'], 'ab|'],
    [['get some key', '\x17'], 'get some |'],
    [['get some key', '\x1bb', '\x1bb'], 'get |some key'],
    [['get some key', '\x01', '\x1bf'], 'get| some key'],
    [['get some', '\x15', 'x', '\x19'], 'xget some|'],
    [['get some', '\x01', '\x1bf', '\x0b'], 'get|'],
    [['ab', '\x14'], 'ba|'],
    [['abc', '\x01', '\x1bd'], '|'],
    [['', '\x7f'], '|'],
    [['a', '\x1b[99~', '\x1b[I'], 'a|'],
  ] as const)('%j', (keys, result) => expect(shown(typed(keys))).toBe(result));

  it('moves over what the eye takes for one character', () => {
    expect(shown(typed(['a👩‍👩‍👧e\u0301', Left, Left]))).toBe('a|👩‍👩‍👧e\u0301');
    expect(shown(typed(['a👩‍👩‍👧', '\x7f']))).toBe('a|');
  });

  it('tells what a key asks for', () => {
    const editor = new LineEditor();
    expect(editor.key('\x04')).toBe('endOfInput');
    expect(editor.key('\r')).toBe('submit');
    expect(editor.key('\x03')).toBe('interrupt');
    expect(editor.key('\t')).toBe('complete');
  });
});

describe('history', () => {
  it('goes back and forth, and keeps what was being written', () => {
    const editor = typed(['dra', Up, Up], ['one', 'two']);
    expect(shown(editor)).toBe('one|');
    editor.key(Up);
    expect(shown(editor)).toBe('one|');
    editor.key(Down);
    editor.key(Down);
    expect(shown(editor)).toBe('dra|');
  });

  it('leaves out repeats, blanks, and what begins with a blank', () => {
    const editor = new LineEditor();
    for (const line of ['a', 'a', ' secret', '', 'b']) {
      editor.set(line);
      editor.commit();
    }
    editor.set('password');
    editor.commit(false);
    expect(editor.history).toEqual(['a', 'b']);
  });

  it('is searched backwards, further with each Ctrl-R', () => {
    const editor = typed(['\x12', 'get'], ['GET a', 'SET b', 'get c', 'DEL d']);
    expect(shown(editor)).toBe('|get c');
    editor.key('\x12');
    expect(shown(editor)).toBe('|GET a');
    editor.key('\x12');
    expect(editor.state.search).toEqual({ query: 'get', failed: true });
    expect(editor.key('\r')).toBe('submit');
    expect(editor.commit()).toBe('GET a');
  });

  it('gives the line back when the search is left', () => {
    const editor = typed(['draft', '\x12', 'x', '\x07'], ['xyz']);
    expect(shown(editor)).toBe('draft|');
    expect(editor.state.search).toBeNull();
  });
});

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👍', 2],
    ['', 0],
  ])('%j', (text, columns) => expect(columnsOf(text)).toBe(columns));
});
