import { Plug } from 'lucide-react';
import { connection } from '@/api';
import { CopyButton, EmptyState } from '@/components';

/** For a server that nobody has written to yet. */
export function FirstSteps() {
  const server = connection.hello?.server;
  const port = server?.port ?? 6379;
  const host = /^(localhost|127\.|\[?::1)/.test(location.hostname) ? '' : `-h ${location.hostname} `;
  const commands = [`redis-cli ${host}-p ${port} SET greeting hello`, `redis-benchmark ${host}-p ${port} -t set,hset,zadd -r 10000 -q`];
  return (
    <EmptyState icon={Plug} title="Nothing is stored yet" className="h-full">
      <p>Any client of Redis will do. Two ways to begin:</p>
      <ul className="mt-4 flex flex-col gap-2 text-left">
        {commands.map((command) => (
          <li key={command} className="flex items-center gap-2 rounded-lg border border-line bg-sunken py-1 pr-1 pl-3">
            <code className="min-w-0 flex-1 text-xs break-words text-ink-2">{command}</code>
            <CopyButton text={command} />
          </li>
        ))}
      </ul>
    </EmptyState>
  );
}
