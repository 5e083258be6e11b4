/** Fills a server with something to look at: node dev/seed.mjs PORT [--load]. With --load it goes on reading and writing until it is stopped. */
import { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { RespConnection } from './resp.mjs';

const port = Number(process.argv[2] ?? 6379);
const connection = await RespConnection.open(() => new Socket(), port);
const run = (...args) => connection.run(args);
const pick = (list) => list[Math.floor(Math.random() * list.length)];
const jobs = [];
for (let i = 1; i <= 1500; i++) {
  jobs.push(run('HSET', `user:${i}`, 'name', pick(['Ada', 'Grace', 'Edsger', 'Barbara', 'Tony', 'Frances']), 'email', `u${i}@example.org`, 'plan', pick(['free', 'team', 'pro']), 'visits', i * 3));
  jobs.push(run('SET', `session:${(i * 7919).toString(16)}`, JSON.stringify({ user: i, roles: ['reader'], theme: 'dark', since: 1.79e9 + i }), 'EX', 600 + i * 20));
  if (i % 3 === 0) jobs.push(run('SET', `cache:page:${i}`, 'x'.repeat(200 + (i % 50) * 40), 'EX', 30 + i));
  if (i % 10 === 0) jobs.push(run('ZADD', 'leaderboard:weekly', i * 13.5, `user:${i}`), run('SADD', 'tags:popular', `tag-${i}`), run('RPUSH', 'queue:mail', `{"to":"u${i}@example.org"}`));
  if (i % 5 === 0) jobs.push(run('XADD', 'events:orders', '*', 'order', i, 'total', (i * 1.37).toFixed(2)));
}
jobs.push(run('GEOADD', 'stores', '13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania', '12.4964', '41.9028', 'Rome', '9.19', '45.4642', 'Milan'));
jobs.push(run('PFADD', 'visitors:today', ...Array.from({ length: 500 }, (_, i) => `v${i}`)), run('SET', 'blob:gzip', gzipSync('{"said":"hello world"}')));
for (let i = 0; i < 40; i++) jobs.push(run('SETBIT', 'features:bits', i * 7, 1));
await Promise.all(jobs);
await run('CONFIG', 'SET', 'slowlog-log-slower-than', '1500', 'latency-monitor-threshold', '2');
await run('DEBUG', 'SLEEP', '0.03');
await run('KEYS', '*');
await run('SORT', 'queue:mail', 'ALPHA');
await run('AUTH', 'default', 'wrong');
await run('AUTH', 'reporting', 'wrong');
if (!process.argv.includes('--load')) {
  connection.end();
} else {
  for (const [i, name] of ['api-1', 'api-2', 'worker-mail', 'billing', 'search-index'].entries()) {
    const client = await RespConnection.open(() => new Socket(), port);
    await client.run(['CLIENT', 'SETNAME', name]);
    setInterval(() => {
      const n = 1 + Math.floor(Math.random() * 1500);
      void client.run(pick([['HGETALL', `user:${n}`], ['HINCRBY', `user:${n}`, 'visits', '1'], ['GET', `cache:page:${n}`], ['ZREVRANGE', 'leaderboard:weekly', '0', '9'], ['PUBLISH', pick(['orders', 'news', 'chat:lobby']), JSON.stringify({ n })], ['SET', `cache:page:${n}`, 'y'.repeat(n), 'EX', '60']]));
    }, 60 + 25 * i);
  }
  const subscriber = await RespConnection.open(() => new Socket(), port);
  void subscriber.run(['CLIENT', 'SETNAME', 'push-gateway']);
  void subscriber.run(['SUBSCRIBE', 'orders', 'news']);
}
