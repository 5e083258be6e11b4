/** Made-up numbers that look like a server at work: a daily wave, noise that stays the same for the same second, and bursts. */

const series = {
  'commands.read': ['/s', 'rate', 'Throughput', 'Reading commands', (t) => 5200 * wave(t) * noise(t, 1, 0.16)],
  'commands.write': ['/s', 'rate', 'Throughput', 'Writing commands', (t) => 1450 * wave(t) * noise(t, 2, 0.22) + burst(t, 3) * 2600],
  'commands.pubsub': ['/s', 'rate', 'Throughput', 'Publishing and subscribing', (t) => 160 * noise(t, 4, 0.5)],
  'commands.scripting': ['/s', 'rate', 'Throughput', 'Scripts', (t) => 45 * noise(t, 5, 0.6)],
  'commands.other': ['/s', 'rate', 'Throughput', 'Other commands', (t) => 70 * noise(t, 6, 0.3)],
  'commands.total': ['/s', 'rate', 'Throughput', 'All commands', (t) => ['read', 'write', 'pubsub', 'scripting', 'other'].reduce((sum, k) => sum + at(`commands.${k}`, t), 0)],
  'keys.hits': ['/s', 'rate', 'Keys', 'Keys found', (t) => at('commands.read', t) * at('keys.hitRatio', t)],
  'keys.misses': ['/s', 'rate', 'Keys', 'Keys not found', (t) => at('commands.read', t) * (1 - at('keys.hitRatio', t))],
  'keys.hitRatio': ['ratio', 'gauge', 'Keys', 'Share of lookups that found a key', (t) => 0.962 - 0.02 * (1 - noise(t, 7, 0.7)) - burst(t, 9) * 0.12],
  'memory.used': ['bytes', 'gauge', 'Memory', 'Memory in use', (t) => at('memory.data', t) + at('memory.clients', t) + 9e6],
  'memory.data': ['bytes', 'gauge', 'Memory', 'Keys and values', (t) => 402e6 + 34e6 * Math.sin(t / 2.6e6) + ((t / 1000) % 900) * 21e3],
  'memory.clients': ['bytes', 'gauge', 'Memory', 'Buffers of clients', (t) => 3.4e6 * noise(t, 8, 0.4)],
  'memory.replication': ['bytes', 'gauge', 'Memory', 'Backlog', () => 1048576],
  'memory.heapSlack': ['bytes', 'gauge', 'Memory', 'Free inside slabs', (t) => 21e6 * noise(t, 10, 0.04)],
  'memory.rss': ['bytes', 'gauge', 'Memory', 'Resident memory', (t) => at('memory.used', t) * 1.07 + 11e6],
  'memory.managed': ['bytes', 'gauge', 'Memory', 'Managed heap', (t) => 3e6 + (t % 60000) * 18],
  'keys.total': ['', 'gauge', 'Keys', 'Keys', (t) => 1_862_000 + 90_000 * Math.sin(t / 2.6e6) + 900 * noise(t, 11, 0.4)],
  'keys.expiring': ['', 'gauge', 'Keys', 'Keys with an expiry', (t) => at('keys.total', t) * 0.38],
  'clients.connected': ['', 'gauge', 'Clients', 'Connected clients', (t) => Math.round(146 + 30 * wave(t) + 5 * noise(t / 7, 12, 1))],
  'clients.blocked': ['', 'gauge', 'Clients', 'Blocked clients', (t) => Math.round(4 * noise(t / 5, 13, 1))],
  'clients.pubsub': ['', 'gauge', 'Clients', 'Subscribers', () => 12],
  'clients.tracking': ['', 'gauge', 'Clients', 'Clients that track', () => 6],
  'network.in': ['bytes/s', 'rate', 'Network', 'Received', (t) => at('commands.total', t) * 118],
  'network.out': ['bytes/s', 'rate', 'Network', 'Sent', (t) => at('commands.total', t) * 412 * noise(t, 14, 0.1)],
  'keys.evicted': ['/s', 'rate', 'Keys', 'Evicted keys', () => 0],
  'keys.expired': ['/s', 'rate', 'Keys', 'Expired keys', (t) => 88 * noise(t, 15, 0.5) + burst(t, 16) * 700],
  'latency.run.p50': ['us', 'gauge', 'Latency', 'Running, median', (t) => 1.9 * noise(t, 17, 0.2)],
  'latency.run.p99': ['us', 'gauge', 'Latency', 'Running, 99 %', (t) => 14 * noise(t, 18, 0.3) + burst(t, 3) * 40],
  'latency.run.p999': ['us', 'gauge', 'Latency', 'Running, 99.9 %', (t) => 88 * noise(t, 19, 0.4) + burst(t, 3) * 420],
  'latency.wait.p50': ['us', 'gauge', 'Latency', 'Waiting, median', (t) => 6 * noise(t, 20, 0.2)],
  'latency.wait.p99': ['us', 'gauge', 'Latency', 'Waiting, 99 %', (t) => 74 * noise(t, 21, 0.3) + burst(t, 3) * 160],
  'latency.wait.p999': ['us', 'gauge', 'Latency', 'Waiting, 99.9 %', (t) => 310 * noise(t, 22, 0.4) + burst(t, 3) * 1200],
  'persistence.fsyncMs': ['ms', 'gauge', 'Persistence', 'Last fsync', (t) => 2.4 * noise(t, 23, 0.5) + burst(t, 24) * 19],
  'persistence.snapshotProgress': ['ratio', 'gauge', 'Persistence', 'Progress of the save', () => 0],
  'persistence.rdbAgeSeconds': ['s', 'gauge', 'Persistence', 'Age of the last save', (t) => (t / 1000) % 900],
  'persistence.aofSize': ['bytes', 'gauge', 'Persistence', 'Size of the log', (t) => 88e6 + ((t / 1000) % 7200) * 61e3],
  'persistence.rdbChanges': ['', 'gauge', 'Persistence', 'Changes since the last save', (t) => ((t / 1000) % 900) * 1450],
  'gc.pauseMs': ['ms', 'gauge', 'Process', 'Pauses of the collector', () => 0],
  'gc.collections': ['/s', 'rate', 'Process', 'Collections', () => 0],
  'engine.busy': ['ratio', 'gauge', 'Process', 'Engine thread at work', (t) => Math.min(0.98, at('commands.total', t) / 38000 + burst(t, 3) * 0.1)],
  'engine.longestTurnMs': ['ms', 'gauge', 'Process', 'Longest turn', (t) => 0.6 * noise(t, 25, 0.5) + burst(t, 3) * 2.3],
  'cpu.user': ['ratio', 'gauge', 'Process', 'Processor, user', (t) => at('engine.busy', t) * 0.55],
  'cpu.system': ['ratio', 'gauge', 'Process', 'Processor, system', (t) => at('engine.busy', t) * 0.5],
  'replication.lagBytes': ['bytes', 'gauge', 'Replication', 'Furthest replica behind', (t) => 900 * noise(t, 26, 1) + burst(t, 27) * 60000],
  'replication.replicas': ['', 'gauge', 'Replication', 'Replicas', () => 2],
  'replication.offset': ['bytes', 'gauge', 'Replication', 'Offset', (t) => (t - 1.7e12) * 0.4],
};

export const seriesList = Object.entries(series).map(([name, [unit, kind, group, summary]]) => ({ name, unit, kind, group, summary }));

function at(name, t) {
  return series[name][4](t);
}
/** The load over a day, 0.55 to 1. */
function wave(t) {
  return 0.78 + 0.22 * Math.sin((t / 86_400_000) * 2 * Math.PI - 1.2) + 0.05 * Math.sin(t / 97_000) + 0.03 * Math.sin(t / 21_000);
}
function random(n) {
  let x = (n ^ 0x9e3779b9) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
function noise(t, seed, amount) {
  const second = Math.floor(t / 1000);
  const smooth = (random(Math.floor(second / 5) * 131 + seed) + random(Math.floor(second / 17) * 131 + seed)) / 2;
  return 1 + amount * (0.6 * smooth + 0.4 * random(second * 131 + seed) - 0.5) * 2;
}
/** Now and then some seconds of much. */
function burst(t, seed) {
  const slot = Math.floor(t / 140_000);
  if (random(slot * 977 + seed) < 0.55) return 0;
  const within = (t % 140_000) / 1000;
  return within < 14 ? Math.sin((within / 14) * Math.PI) : 0;
}

export function fakeValues(t, info) {
  const values = {};
  for (const name of Object.keys(series)) values[name] = round(at(name, t));
  const real = Number(info.instantaneous_ops_per_sec ?? 0);
  values['commands.read'] += real;
  values['commands.total'] += real;
  return values;
}

export function fakeHistory(names, from, to, points) {
  const stepMs = Math.max(1000, Math.ceil((to - from) / points / 1000) * 1000);
  const times = [];
  for (let t = Math.ceil(from / stepMs) * stepMs; t <= to; t += stepMs) times.push(t);
  return { from, to, stepMs, times, series: Object.fromEntries(names.filter((n) => n in series).map((n) => [n, times.map((t) => round(at(n, t)))])) };
}

function round(x) {
  return Math.round(x * 1e4) / 1e4;
}

export function fakeLatency(info) {
  const commands = { get: 1, set: 1.2, hgetall: 3.1, incr: 1.1, zadd: 2.4, zrange: 4.2, lpush: 1.3, xadd: 2.2, mget: 5.1, scan: 38, del: 1.4, expire: 1.1, publish: 2.6, evalsha: 21, sinter: 190, keys: 5200 };
  return Object.entries(commands).map(([command, us], i) => ({
    command,
    calls: Math.round(9e6 / (i + 1) ** 1.7) + Number(/calls=(\d+)/.exec(info[`cmdstat_${command}`] ?? '')?.[1] ?? 0),
    runP50: us,
    runP99: round(us * 6.4),
    runP999: round(us * 31),
    waitP50: 6,
    waitP99: 71 + i,
    waitP999: 312 + 9 * i,
  }));
}

export function fakeTurns(started) {
  const none = { networkUs: 0, expiryUs: 0, evictionUs: 0, snapshotUs: 0, logUs: 0, insightUs: 0, gcUs: 0 };
  return [
    { time: started - 42_000, us: 5240, commands: 1, commandsUs: 5190, ...none, networkUs: 38 },
    { time: started - 320_000, us: 2310, commands: 412, commandsUs: 960, ...none, networkUs: 610, logUs: 420, snapshotUs: 300 },
    { time: started - 610_000, us: 1480, commands: 38, commandsUs: 210, ...none, expiryUs: 1010, networkUs: 220 },
    { time: started - 1_210_000, us: 1120, commands: 50, commandsUs: 240, ...none, snapshotUs: 700, networkUs: 160 },
  ];
}

const groups = [
  [/^(maxmemory|lfu|active-?defrag|activedefrag|lazyfree|oom|jemalloc)/, 'Memory'],
  [/^(save|rdb|dbfilename|stop-writes|append|aof|no-appendfsync|auto-aof|sanitize)/, 'Persistence'],
  [/^(repl|slave|min-|masterauth|masteruser|primary)/, 'Replication'],
  [/^(tls)/, 'TLS'],
  [/^(cluster)/, 'Cluster'],
  [/^(acl|requirepass|protected|enable-|rename)/, 'Security'],
  [/^(hash|list|set|zset|stream|hll|proto|hz|dynamic)/, 'Encodings'],
  [/^(slowlog|latency|notify|loglevel|logfile|syslog|crash)/, 'Observation'],
  [/^(port|bind|tcp|timeout|unixsocket|maxclients|client|io-thread|socket)/, 'Network'],
];
const enums = {
  'maxmemory-policy': ['volatile-lru', 'allkeys-lru', 'volatile-lfu', 'allkeys-lfu', 'volatile-random', 'allkeys-random', 'volatile-ttl', 'noeviction'],
  appendfsync: ['everysec', 'always', 'no'],
  loglevel: ['debug', 'verbose', 'notice', 'warning', 'nothing'],
};
const immutable = new Set(['port-immutable', 'databases', 'daemonize', 'io-threads', 'unixsocket', 'logfile', 'cluster-enabled', 'appendfilename', 'appenddirname', 'aclfile', 'supervised', 'pidfile', 'tcp-backlog', 'always-show-logo', 'syslog-enabled', 'bio_cpulist', 'server_cpulist', 'io-threads-do-reads', 'rdb-del-sync-files']);
const summaries = {
  maxmemory: 'The most memory that data and client buffers may take; 0 sets no limit. What happens then says maxmemory-policy.',
  'maxmemory-policy': 'Which keys make room when the memory limit is reached.',
  save: 'When a snapshot is written by itself: pairs of seconds and changes.',
  appendonly: 'Whether every write is recorded in the append-only log.',
  appendfsync: 'When the log is forced to disk.',
  'slowlog-log-slower-than': 'From how many microseconds on a command enters the slow log; -1 turns it off.',
  'slowlog-max-len': 'How many entries the slow log keeps.',
  maxclients: 'The most clients that may be connected at once.',
  timeout: 'After how many idle seconds a client is disconnected; 0 never.',
  'notify-keyspace-events': 'Which events of keys are published.',
};

export function optionDescriptors(values) {
  return Object.entries(values)
    .sort()
    .map(([name, value]) => {
      const type = enums[name] ? 'enum' : /^(yes|no)$/.test(value) ? 'bool' : /^(maxmemory|maxmemory-clients|repl-backlog-size|auto-aof-rewrite-min-size|client-query-buffer-limit|proto-max-bulk-len)$/.test(name) ? 'memory' : /^-?\d+$/.test(value) ? 'int' : 'string';
      return {
        name,
        group: groups.find(([pattern]) => pattern.test(name))?.[1] ?? 'Process',
        summary: summaries[name] ?? `What ${name.replaceAll('-', ' ')} says, in a sentence or two about its effect and its unit.`,
        type,
        default: value,
        values: enums[name] ?? (type === 'bool' ? ['yes', 'no'] : null),
        mutable: !immutable.has(name),
        multiple: false,
      };
    });
}
