/*
 * A stand-in for the dashboard's back end during the work on the user interface.
 *
 *   node dev/mock-server.mjs [--port 8090] [--redis 6379] [--start-redis] [--password secret] [--read-only]
 *
 * Commands go to a real redis-server (or Spinel) over RESP3. What the dashboard adds (statistics, tree, hot keys, history) is derived from that
 * server or made up. It serves ../dist too, so that a built user interface can be looked at without Vite.
 */
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { Socket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { fakeHistory, fakeLatency, fakeTurns, fakeValues, optionDescriptors, seriesList } from './mock-data.mjs';
import { RespConnection, decodeText, toWire } from './resp.mjs';

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1]?.startsWith('--') || process.argv[at + 1] === undefined ? true : process.argv[at + 1];
};
const port = Number(argument('port', 8090));
const redisPort = Number(argument('redis', 6379));
const password = argument('password', null);
const readOnly = argument('read-only', false) === true;
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const session = `mock-${Math.random().toString(36).slice(2)}`;
const started = Date.now();

if (argument('start-redis', false)) {
  const redis = spawn('redis-server', ['--save', '', '--port', String(redisPort), '--bind', '127.0.0.1', '--dir', '/tmp', '--enable-debug-command', 'yes'], { stdio: 'ignore' });
  process.on('exit', () => redis.kill());
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit());
  await new Promise((resolve) => setTimeout(resolve, 400));
}

const connect = () => RespConnection.open(() => new Socket(), redisPort);
const admin = await connect();
const run = (...args) => admin.run(args);
const server = { name: 'Spinel', version: '0.9.0', runId: 'mock', port: redisPort, databases: 16 };

// ---------- HTTP

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json' };
const isLoggedIn = (request) => !password || (request.headers.cookie ?? '').includes(`spinel-session=${session}`);
const sessionObject = (authenticated) => ({ authenticated, user: authenticated ? 'default' : null, passwordRequired: Boolean(password), readOnly, ...(authenticated ? { server } : {}) });

const http = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock');
  const json = (status, body, headers = {}) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
  const body = async () => {
    let text = '';
    for await (const chunk of request) text += chunk;
    return JSON.parse(text || '{}');
  };
  try {
    if (url.pathname === '/api/v1/session') return json(200, sessionObject(isLoggedIn(request)));
    if (url.pathname === '/api/v1/login') {
      if ((await body()).password !== password) return json(401, { error: 'WRONGPASS invalid username-password pair or user is disabled.' });
      return json(200, sessionObject(true), { 'Set-Cookie': `spinel-session=${session}; HttpOnly; SameSite=Strict; Path=/` });
    }
    if (url.pathname === '/api/v1/logout') return json(200, {}, { 'Set-Cookie': 'spinel-session=; Max-Age=0; Path=/' });
    if (url.pathname === '/healthz') return response.end('ok');
    if (url.pathname.startsWith('/api/') && !isLoggedIn(request)) return json(401, { error: 'Log in first.' });
    if (url.pathname === '/api/v1/options') return json(200, optionDescriptors(decodeText(await run('CONFIG', 'GET', '*'))));
    if (url.pathname === '/api/v1/history/series') return json(200, seriesList);
    if (url.pathname === '/api/v1/history') {
      const q = url.searchParams;
      return json(200, fakeHistory(q.get('series').split(','), Number(q.get('from')), Number(q.get('to')), Number(q.get('points') ?? 300)));
    }
    if (url.pathname.startsWith('/api/')) return json(404, { error: 'There is no such address.' });
    const wanted = join(dist, normalize(url.pathname));
    const file = wanted.startsWith(dist) && existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(dist, 'index.html');
    response.writeHead(200, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    });
    createReadStream(file).pipe(response);
  } catch (error) {
    json(500, { error: String(error) });
  }
});

// ---------- WebSocket

new WebSocketServer({ server: http, path: '/api/v1/socket', maxPayload: 16 << 20 }).on('connection', (socket, request) => {
  if (!isLoggedIn(request)) return socket.close(1008, 'Log in first.');
  const send = (frame) => socket.readyState === 1 && socket.send(JSON.stringify(frame));
  const channels = new Map();
  const watches = new Map();
  send({ hello: { protocol: 1, server, user: 'default', readOnly } });

  const channel = async (name) => {
    let it = channels.get(name);
    if (it === undefined) {
      it = connect().then((connection) => {
        connection.onPush = (value) => send({ channel: name, push: toWire(value) });
        connection.onClose = () => {
          if (channels.delete(name)) send({ channel: name, closed: 'The engine ended the session.' });
        };
        void connection.run(['CLIENT', 'SETNAME', 'dashboard']);
        return connection;
      });
      channels.set(name, it);
    }
    return it;
  };
  const execute = async (name, args) => {
    const words = args.map((a) => (typeof a === 'string' ? a : Buffer.from(a.base64, 'base64')));
    const first = String(words[0]).toUpperCase();
    if (first === 'INSIGHT') return insight(words.slice(1).map(String));
    if (first === 'SLOWLOG' && String(words.at(-1)).toUpperCase() === 'EXTENDED') {
      const entries = await (await channel(name)).run(words.slice(0, -1));
      return Array.isArray(entries) ? entries.map((entry) => [...entry, Math.round(Math.random() ** 4 * 3000)]) : entries;
    }
    return (await channel(name)).run(words);
  };

  socket.on('message', async (text) => {
    const frame = JSON.parse(text);
    if (frame.run || frame.runMany) {
      const begin = process.hrtime.bigint();
      try {
        const name = frame.channel ?? 'ui';
        const value = frame.run ? await execute(name, frame.run) : await Promise.all(frame.runMany.map((args) => execute(name, args).catch((e) => e)));
        if (value instanceof Error && frame.run) send({ id: frame.id, error: value.message });
        else send({ id: frame.id, reply: toWire(value), us: Number((process.hrtime.bigint() - begin) / 1000n) });
      } catch (error) {
        send({ id: frame.id, error: error.message });
      }
    } else if (frame.watch) {
      watches.get(frame.id)?.();
      watches.set(frame.id, topic(frame, (data, dropped = 0) => send({ watch: frame.id, data, dropped }), (error) => send({ watch: frame.id, error })));
    } else if (frame.unwatch !== undefined) {
      watches.get(frame.unwatch)?.();
      watches.delete(frame.unwatch);
    } else if (frame.close) {
      const it = channels.get(frame.close);
      channels.delete(frame.close);
      void it?.then((connection) => connection.end());
    }
  });
  socket.on('close', () => {
    for (const stop of watches.values()) stop();
    for (const it of channels.values()) void it.then((connection) => connection.end());
  });

  function topic(frame, update, fail) {
    const every = (ms, work) => {
      let stopped = false;
      const step = async () => {
        try {
          await work();
        } catch (error) {
          fail(error.message);
        }
        if (!stopped) timer = setTimeout(step, ms);
      };
      let timer = setTimeout(step, 0);
      return () => ((stopped = true), clearTimeout(timer));
    };
    switch (frame.watch) {
      case 'stats':
        return every(1000, async () => update({ time: Date.now(), values: fakeValues(Date.now(), await info()) }));
      case 'command': {
        let last = '';
        return every(Math.max(250, frame.everyMs ?? 1000), async () => {
          const value = await execute('watch', frame.args);
          if (value instanceof Error) return fail(value.message);
          const wire = toWire(value);
          const text = JSON.stringify(wire);
          if (text !== last) update(wire);
          last = text;
        });
      }
      case 'keys': {
        const connection = connect();
        let changed = new Set();
        void connection.then(async (c) => {
          c.onPush = (push) => {
            if (String(push[0]) === 'invalidate' && Array.isArray(push[1])) push[1].forEach((key) => changed.add(key));
          };
          if (frame.db) await c.run(['SELECT', String(frame.db)]);
          await c.run(['CLIENT', 'TRACKING', 'ON', 'BCAST', ...(frame.prefixes ?? []).flatMap((p) => ['PREFIX', p])]);
        });
        const stop = every(100, async () => {
          if (changed.size === 0) return;
          const list = [...changed].slice(0, 500);
          update({ changed: list.map(toWire), more: changed.size - list.length });
          changed = new Set();
        });
        return () => (stop(), void connection.then((c) => c.end()));
      }
      case 'tree':
        return every(1000, async () => {
          const keys = await scan(frame.db ?? 0);
          const nodes = (frame.prefixes ?? ['']).map((prefix) => ({ prefix, ...summary(keys.filter((k) => k.key.startsWith(prefix))) }));
          update({ state: 'ready', progress: 1, nodes });
        });
      case 'profile': {
        const connection = connect();
        let batch = [];
        void connection.then(async (c) => {
          c.onStatus = (line) => {
            const match = /^(\d+)\.(\d+) \[(\d+) ([^\]]*)\] (.*)$/s.exec(line);
            if (!match) return;
            const command = [...match[5].matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((m) => m[1]);
            if (frame.commands && !frame.commands.includes(command[0]?.toLowerCase())) return;
            if (frame.prefix && !command.slice(1).some((a) => a.startsWith(frame.prefix))) return;
            if (frame.client && !match[4].includes(frame.client)) return;
            if (frame.sample > 1 && Math.random() * frame.sample > 1) return;
            batch.push({ time: Number(match[1]) * 1e6 + Number(match[2]), db: Number(match[3]), client: match[4], command, us: Math.ceil(Math.random() ** 6 * 300 + 1) });
          };
          await c.run(['MONITOR']);
        });
        const stop = every(100, async () => {
          if (batch.length === 0) return;
          update(batch.slice(0, 500), Math.max(0, batch.length - 500));
          batch = [];
        });
        return () => (stop(), void connection.then((c) => c.end()));
      }
      default:
        fail(`ERR there is no topic '${frame.watch}'`);
        return () => undefined;
    }
  }
});

// ---------- what Spinel would know

let infoCache = { at: 0, fields: {} };
async function info() {
  if (Date.now() - infoCache.at > 500) {
    const text = String(await run('INFO', 'all'));
    infoCache = { at: Date.now(), fields: Object.fromEntries(text.split('\r\n').filter((line) => line.includes(':')).map((line) => line.split(/:(.*)/s).slice(0, 2))) };
  }
  return infoCache.fields;
}

const scans = new Map();
/** All keys of a database with type, size and expiry; kept for some seconds. Only for the small databases of a workbench. */
async function scan(db) {
  const cached = scans.get(db);
  if (cached && Date.now() - cached.at < 3000) return cached.keys;
  const connection = await connect();
  await connection.run(['SELECT', String(db)]);
  const names = [];
  let cursor = '0';
  do {
    const [next, page] = await connection.run(['SCAN', cursor, 'COUNT', '5000']);
    cursor = String(next);
    names.push(...page.map(String));
  } while (cursor !== '0' && names.length < 20_000);
  const replies = await Promise.all(names.flatMap((key) => [connection.run(['TYPE', key]), connection.run(['MEMORY', 'USAGE', key]), connection.run(['PTTL', key])]));
  connection.end();
  const keys = names.map((key, i) => ({ key, type: String(replies[3 * i]), bytes: Number(replies[3 * i + 1] ?? 0), ttl: Number(replies[3 * i + 2]) }));
  scans.set(db, { at: Date.now(), keys });
  return keys;
}

function summary(keys) {
  const types = {};
  const ttl = { none: 0, minute: 0, hour: 0, day: 0, month: 0, later: 0 };
  let bytes = 0;
  let expiring = 0;
  for (const { type, bytes: size, ttl: left } of keys) {
    types[type] = (types[type] ?? 0) + 1;
    bytes += size;
    if (left < 0) ttl.none++;
    else {
      expiring++;
      ttl[left < 6e4 ? 'minute' : left < 36e5 ? 'hour' : left < 864e5 ? 'day' : left < 2592e6 ? 'month' : 'later']++;
    }
  }
  return { keys: keys.length, bytes, types, expiring, ttl, reads: 0, hits: 0 };
}

async function insight(args) {
  const option = (name, fallback) => {
    const at = args.findIndex((a, i) => i > 0 && a.toUpperCase() === name);
    return at < 0 ? fallback : args[at + 1];
  };
  switch (args[0]?.toUpperCase()) {
    case 'TREE': {
      const prefix = args[1] ?? '';
      const delimiters = option('DELIMITERS', ':');
      const glob = option('MATCH', null);
      const pattern = glob && new RegExp(`^${glob.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
      const wantedType = option('TYPE', null);
      const keys = (await scan(0)).filter((k) => k.key.startsWith(prefix) && (!pattern || pattern.test(k.key)) && (!wantedType || k.type === wantedType));
      const groups = new Map();
      for (const key of keys) {
        const rest = key.key.slice(prefix.length);
        const at = [...rest].findIndex((c) => delimiters.includes(c));
        const child = at < 0 ? key.key : prefix + rest.slice(0, at + 1);
        const id = `${at < 0 ? 'k' : 'p'}${child}`;
        if (!groups.has(id)) groups.set(id, { child, isKey: at < 0, keys: [] });
        groups.get(id).keys.push(key);
      }
      const children = [...groups.values()].map(({ child, isKey, keys: own }) =>
        isKey
          ? { name: child.slice(prefix.length), key: child, kind: 'key', type: own[0].type, bytes: own[0].bytes, ttl: own[0].ttl }
          : { name: child.slice(prefix.length), prefix: child, kind: 'prefix', ...summary(own) },
      );
      const sort = option('SORT', 'name');
      children.sort((a, b) => (sort === 'name' ? (a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind === 'prefix' ? -1 : 1) : b[sort] - a[sort]));
      const after = option('AFTER', null);
      if (after !== null) children.splice(0, children.findIndex((c) => (c.key ?? c.prefix) === after) + 1);
      const offset = Number(option('OFFSET', 0));
      return new Map(Object.entries({ state: 'ready', progress: 1, node: toMap(summary(keys)), total: children.length, complete: true, children: children.slice(offset, offset + Number(option('COUNT', 100))).map(toMap) }));
    }
    case 'HOTKEYS': {
      const keys = (await scan(0)).slice(0, Number(option('COUNT', 20)));
      return keys.map(({ key, type }, i) => toMap({ db: 0, key, type, readsPerSecond: Math.round(9000 / (i + 1) ** 1.15 + Math.random() * 60), writesPerSecond: Math.round(900 / (i + 2) + Math.random() * 20), share: 0.22 / (i + 1) ** 1.1 }));
    }
    case 'BIGKEYS': {
      const wanted = option('TYPE', null);
      const keys = (await scan(0)).filter((k) => !wanted || k.type === wanted).sort((a, b) => b.bytes - a.bytes);
      const shown = keys.slice(0, Number(option('COUNT', 20)));
      const lengths = { string: 'STRLEN', list: 'LLEN', set: 'SCARD', zset: 'ZCARD', hash: 'HLEN', stream: 'XLEN' };
      return Promise.all(shown.map(async ({ key, type, bytes }) => toMap({ db: 0, key, type, bytes, elements: lengths[type] ? await run(lengths[type], key) : 1 })));
    }
    case 'LATENCY':
      return new Map(fakeLatency(await info()).map(({ command, ...row }) => [command, toMap(row)]));
    case 'TURNS':
      return fakeTurns(started).map(toMap);
    case 'MEMORY':
      return toMap({ index: 1_482_112, sketches: 524_288, history: 3_276_800 });
    case 'SERIES':
      return seriesList.map(toMap);
    default:
      return new Error(`ERR unknown subcommand '${args[0]}'. Try INSIGHT HELP.`);
  }
}

function toMap(object) {
  return new Map(Object.entries(object).map(([key, value]) => [key, value !== null && typeof value === 'object' && !Array.isArray(value) ? toMap(value) : value]));
}

http.listen(port, '127.0.0.1', () => console.log(`mock dashboard on http://127.0.0.1:${port} (redis on ${redisPort})`));
