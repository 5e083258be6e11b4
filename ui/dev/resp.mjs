/** A small RESP3 client: enough for the mock server. Strings come as Buffers or as text when they are UTF-8. */

export class RespDouble {
  constructor(text) {
    this.text = text;
  }
}
class Status {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}
class BigNumber extends RespDouble {}
class Verbatim {
  constructor(format, text) {
    this.format = format;
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const strict = new TextDecoder('utf-8', { fatal: true });

export class RespConnection {
  onPush = () => undefined;
  onStatus = null;
  onClose = () => undefined;
  #waiting = [];
  #buffer = Buffer.alloc(0);

  static async open(makeSocket, port) {
    const connection = new RespConnection();
    const socket = makeSocket();
    connection.socket = socket;
    await new Promise((resolve, reject) => socket.once('error', reject).connect(port, '127.0.0.1', resolve));
    socket.on('data', (data) => connection.#receive(data));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const pending of connection.#waiting.splice(0)) pending(new Error('ERR the connection to the server is closed'));
      connection.onClose();
    });
    await connection.run(['HELLO', '3']);
    return connection;
  }

  run(args) {
    const parts = [`*${args.length}\r\n`];
    for (const arg of args) {
      const bytes = Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg));
      parts.push(`$${bytes.length}\r\n`, bytes, '\r\n');
    }
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  end() {
    this.onClose = () => undefined;
    this.socket.destroy();
  }

  #receive(data) {
    this.#buffer = this.#buffer.length === 0 ? data : Buffer.concat([this.#buffer, data]);
    for (;;) {
      const parsed = parse(this.#buffer, 0);
      if (parsed === null) return;
      this.#buffer = this.#buffer.subarray(parsed.next);
      if (parsed.push) {
        this.onPush(parsed.value);
        const kind = String(parsed.value[0]);
        // The confirmation of (un)subscribing is the command's reply.
        if (/subscribe$/.test(kind) && this.#waiting.length > 0) this.#waiting.shift()(null);
      } else if (this.#waiting.length > 0) this.#waiting.shift()(parsed.value);
      else if (parsed.value instanceof Status) (this.onStatus ?? this.onPush)(this.onStatus ? parsed.value.text : parsed.value);
    }
  }
}

function parse(buffer, at) {
  const end = buffer.indexOf('\r\n', at);
  if (end < 0) return null;
  const line = buffer.toString('utf8', at + 1, end);
  const next = end + 2;
  switch (String.fromCharCode(buffer[at])) {
    case '+':
      return { value: new Status(line), next };
    case '-':
      return { value: new Error(line), next };
    case ':':
      return { value: Number.isSafeInteger(Number(line)) ? Number(line) : BigInt(line), next };
    case ',':
      return { value: new RespDouble(line), next };
    case '(':
      return { value: new BigNumber(line), next };
    case '#':
      return { value: line === 't', next };
    case '_':
      return { value: null, next };
    case '$':
    case '=': {
      const length = Number(line);
      if (length < 0) return { value: null, next };
      if (buffer.length < next + length + 2) return null;
      const bytes = buffer.subarray(next, next + length);
      let value = Buffer.from(bytes);
      try {
        value = strict.decode(bytes);
      } catch {
        // Not UTF-8: it stays bytes.
      }
      if (buffer[at] === 0x3d) value = new Verbatim(String(value).slice(0, 3), String(value).slice(4));
      return { value, next: next + length + 2 };
    }
    case '*':
    case '~':
    case '>':
    case '%':
    case '|': {
      const kind = String.fromCharCode(buffer[at]);
      const count = Number(line) * (kind === '%' || kind === '|' ? 2 : 1);
      if (count < 0) return { value: null, next };
      const items = [];
      let position = next;
      for (let i = 0; i < count; i++) {
        const item = parse(buffer, position);
        if (item === null) return null;
        items.push(item.value);
        position = item.next;
      }
      if (kind === '|') return parse(buffer, position);
      if (kind === '~') return { value: new Set(items), next: position };
      if (kind === '%') return { value: pairsToMap(items), next: position };
      return { value: items, next: position, push: kind === '>' };
    }
    default:
      throw new Error(`Unexpected byte in a reply: ${buffer[at]}`);
  }
}

function pairsToMap(items) {
  const map = new Map();
  for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  return map;
}

/** A value as the dashboard's WebSocket sends it. */
export function toWire(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? value : { $: 'double', value: String(value) };
  if (typeof value === 'bigint') return { $: 'integer', value: String(value) };
  if (Buffer.isBuffer(value)) return { $: 'bytes', base64: value.toString('base64') };
  if (value instanceof Status) return { $: 'status', value: value.text };
  if (value instanceof BigNumber) return { $: 'bignum', value: value.text };
  if (value instanceof RespDouble) return { $: 'double', value: value.text };
  if (value instanceof Verbatim) return { $: 'verbatim', format: value.format, value: value.text };
  if (value instanceof Error) return { $: 'error', value: value.message };
  if (Array.isArray(value)) return value.map(toWire);
  if (value instanceof Set) return { $: 'set', items: [...value].map(toWire) };
  if (value instanceof Map) return { $: 'map', entries: [...value].map(([k, v]) => [toWire(k), toWire(v)]) };
  throw new Error(`Cannot send ${value}`);
}

/** A map of texts as a plain object. */
export function decodeText(map) {
  return Object.fromEntries([...map].map(([k, v]) => [String(k), String(v)]));
}
