import { Activity, Flame, Gauge, HardDriveDownload, KeyRound, type LucideIcon, Settings2, SquareTerminal } from 'lucide-react';

export interface Destination {
  path: string;
  label: string;
  icon: LucideIcon;
  /** Pressed after g. */
  key: string;
  /** Words that the palette finds it by. */
  words: string;
  section: 'Observe' | 'Data' | 'Server';
}

export const destinations: readonly Destination[] = [
  { path: '/', label: 'Overview', icon: Gauge, key: 'o', words: 'dashboard charts health metrics home', section: 'Observe' },
  { path: '/activity', label: 'Activity', icon: Activity, key: 'a', words: 'slow log latency profiler monitor clients pubsub', section: 'Observe' },
  { path: '/hotspots', label: 'Hot & big keys', icon: Flame, key: 'h', words: 'hot keys big keys memory usage', section: 'Observe' },
  { path: '/keys', label: 'Keys', icon: KeyRound, key: 'k', words: 'browser tree data values edit', section: 'Data' },
  { path: '/terminal', label: 'Terminal', icon: SquareTerminal, key: 't', words: 'cli console redis-cli commands', section: 'Data' },
  { path: '/persistence', label: 'Persistence', icon: HardDriveDownload, key: 'p', words: 'replication save aof rdb snapshot backup replica', section: 'Server' },
  { path: '/configuration', label: 'Configuration', icon: Settings2, key: 'c', words: 'config options settings maxmemory', section: 'Server' },
];

export function isAt(destination: Destination, pathname: string): boolean {
  return destination.path === '/' ? pathname === '/' : pathname === destination.path || pathname.startsWith(`${destination.path}/`);
}
