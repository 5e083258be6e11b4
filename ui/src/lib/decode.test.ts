// @vitest-environment node
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { toBase64 } from '@/api/value';
import { decodeValue } from './decode';
import { compactJson, indentJson, jsonError, prettyJson } from './json';
import { jsonTokens } from './jsonTokens';
import { fromBytes } from './bytes';

const json = JSON.stringify({ id: 7, name: 'Ada', tags: ['a', 'b'], text: 'x'.repeat(100) });
const pretty = indentJson(json);

describe('decoding', () => {
  it.each([
    ['gzip', gzipSync(json), ['gzip', 'JSON']],
    ['zlib', deflateSync(json), ['zlib', 'JSON']],
    ['raw deflate', deflateRawSync(json), ['deflate', 'JSON']],
  ] as const)('looks into %s', async (_, bytes, formats) => {
    expect(await decodeValue(fromBytes(new Uint8Array(bytes)))).toEqual({ formats, text: pretty, language: 'json' });
  });

  it('looks into zstd', async () => {
    // Made with the command line tool from five words and a line break.
    const frame = Uint8Array.from(atob('KLUv/QRobQAAOGhlbGxvIAoBAKlLERpIcqs='), (c) => c.charCodeAt(0));
    expect(await decodeValue(frame)).toEqual({ formats: ['zstd', 'text'], text: 'hello hello hello hello hello\n', language: 'text' });
  });

  it('looks through layers', async () => {
    expect((await decodeValue(toBase64(new Uint8Array(gzipSync(json)))))?.formats).toEqual(['base64', 'gzip', 'JSON']);
  });

  it('reads MessagePack, with its numbers', async () => {
    const result = await decodeValue(fromBytes(encode({ id: 2n ** 60n, ok: true, bin: new Uint8Array([1, 2]) }, { useBigInt64: true })));
    expect(result?.formats).toEqual(['MessagePack']);
    expect(JSON.parse(result!.text)).toEqual({ id: '1152921504606846976', ok: true, bin: '<2 bytes: 01 02>' });
  });

  it('reads JSON Web Tokens', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const result = await decodeValue(`${part({ alg: 'HS256' })}.${part({ sub: 'ada' })}.c2ln`);
    expect(result?.formats).toEqual(['JSON Web Token']);
    expect(JSON.parse(result!.text)).toEqual({ header: { alg: 'HS256' }, payload: { sub: 'ada' } });
  });

  it('reads what PHP serialized', async () => {
    const result = await decodeValue('a:2:{s:4:"näh";i:5;s:1:"l";a:2:{i:0;b:1;i:1;N;}}'.replace('näh', 'näh'));
    expect(JSON.parse(result!.text)).toEqual({ näh: 5, l: [true, null] });
  });

  it('says when something is damaged', async () => {
    const cut = new Uint8Array(gzipSync(json)).slice(0, 20);
    expect((await decodeValue(fromBytes(cut)))?.formats).toEqual(['gzip, damaged or cut off']);
  });

  it.each(['hello', 'a plain sentence, nothing more', '1234567890123456', 'deadbeefdeadbeef', 'ABCDEFGHIJKLMNOP', '', json])(
    'leaves %j alone',
    async (text) => {
      expect(await decodeValue(text)).toBeNull();
    },
  );

  it('leaves unknown bytes alone', async () => {
    expect(await decodeValue(Uint8Array.from({ length: 256 }, (_, i) => i))).toBeNull();
  });
});

describe('JSON text', () => {
  const text = '{"b":1,"a":[1,2,{}],"big":12345678901234567890,"e":1.0e5,"s":"a\\"b: {,}","a":null}';

  it('is indented without a change of its tokens', () => {
    const indented = indentJson(text);
    expect(indented).toContain('12345678901234567890');
    expect(indented).toContain('1.0e5');
    expect(compactJson(indented)).toBe(text);
  });

  it('falls into tokens that make up the text again', () => {
    for (const t of [text, indentJson(text), '{"half', 'not json at all', '', '{"a":tru']) {
      expect(
        jsonTokens(t)
          .map((token) => token.text)
          .join(''),
      ).toBe(t);
    }
    expect(jsonTokens('{"a":[1,true,"x"]}').map((token) => token.kind)).toEqual([
      'mark',
      'name',
      'mark',
      'mark',
      'number',
      'mark',
      'word',
      'mark',
      'string',
      'mark',
    ]);
  });

  it('is told from other text', () => {
    expect(prettyJson('[1,2]')).toBe('[\n  1,\n  2\n]');
    expect(prettyJson('hello')).toBeNull();
    expect(prettyJson('{broken')).toBeNull();
    expect(prettyJson('42')).toBeNull();
  });

  it('says where it is wrong', () => {
    expect(jsonError('{"a":1}')).toBeNull();
    expect(jsonError('{\n"a":x}')).toMatch(/2|x/);
  });
});
