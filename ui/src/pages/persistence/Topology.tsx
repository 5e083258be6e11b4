import clsx from 'clsx';
import { formatBytes, formatDuration, formatInteger } from '@/lib/format';
import { type Info, infoNumber } from '@/lib/info';
import { type Replica, replicasOf } from '../overview/health';

interface Node {
  x: number;
  y: number;
  title: string;
  sub: string;
  tone: 'accent' | 'good' | 'warn' | 'bad';
  isSelf?: boolean;
}

interface Edge {
  from: Node;
  to: Node;
  label: string;
  tone: 'good' | 'warn' | 'bad';
}

const nodeWidth = 196;
const nodeHeight = 58;
const rowGap = 22;
const columnGap = 150;
const stroke = { good: 'stroke-good', warn: 'stroke-warn', bad: 'stroke-bad', accent: 'stroke-accent-ink' };
const ink = { good: 'fill-good', warn: 'fill-warn', bad: 'fill-bad', accent: 'fill-accent-ink' };

/** Who replicates from whom: the primary at the left, this server, its replicas at the right, with what each has still to receive. */
export function Topology({ info, selfName }: { info: Info; selfName: string }) {
  const replicas = replicasOf(info);
  const isReplica = info['role'] === 'slave';
  const isLinked = info['master_link_status'] === 'up';
  const columns = (isReplica ? 1 : 0) + 1 + (replicas.length > 0 ? 1 : 0);
  const height = Math.max(1, replicas.length) * (nodeHeight + rowGap) - rowGap + 24;
  const width = columns * nodeWidth + (columns - 1) * columnGap + 8;
  const middle = height / 2;
  const selfX = 4 + (isReplica ? nodeWidth + columnGap : 0);
  const self: Node = { x: selfX, y: middle, title: selfName, sub: `${isReplica ? 'replica' : 'primary'}, offset ${formatInteger(infoNumber(info, isReplica ? 'slave_repl_offset' : 'master_repl_offset'))}`, tone: 'accent', isSelf: true };
  const nodes: Node[] = [self];
  const edges: Edge[] = [];
  if (isReplica) {
    const primary: Node = { x: 4, y: middle, title: `${info['master_host']}:${info['master_port']}`, sub: 'primary', tone: isLinked ? 'good' : 'bad' };
    nodes.push(primary);
    const silent = infoNumber(info, 'master_last_io_seconds_ago');
    edges.push({ from: primary, to: self, tone: isLinked ? 'good' : 'bad', label: isLinked ? `heard ${formatDuration(Math.max(0, silent) * 1000)} ago` : 'no link' });
  }
  replicas.forEach((replica, i) => {
    const tone = toneOf(replica);
    const node: Node = { x: selfX + nodeWidth + columnGap, y: 12 + i * (nodeHeight + rowGap) + nodeHeight / 2, title: replica.address, sub: replica.state === 'online' ? `online, seen ${formatDuration(replica.lagSeconds * 1000)} ago` : replica.state.replace('_', ' '), tone };
    nodes.push(node);
    edges.push({ from: self, to: node, tone, label: replica.state === 'online' ? (replica.lagBytes === 0 ? 'in step' : `${formatBytes(replica.lagBytes)} behind`) : 'syncing' });
  });

  return (
    <div className="scroll-thin overflow-x-auto" role="img" aria-label={describe(info, replicas, isReplica, isLinked)}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} className="mx-auto block">
        {edges.map((edge, i) => {
          const x1 = edge.from.x + nodeWidth;
          const x2 = edge.to.x;
          const bend = (x2 - x1) / 2;
          return (
            <g key={i}>
              <path d={`M${x1} ${edge.from.y} C${x1 + bend} ${edge.from.y} ${x2 - bend} ${edge.to.y} ${x2} ${edge.to.y}`} className={stroke[edge.tone]} fill="none" strokeWidth="1.75" strokeDasharray={edge.tone === 'good' ? undefined : '5 5'} strokeOpacity="0.8" />
              <circle cx={x2} cy={edge.to.y} r="3.5" className={ink[edge.tone]} />
              <text x={x2 - bend * 0.62} y={edge.to.y + 4} textAnchor="middle" className="num fill-ink-2 stroke-surface stroke-[5px] text-[11px] [paint-order:stroke]">
                {edge.label}
              </text>
            </g>
          );
        })}
        {nodes.map((node, i) => (
          <g key={i} transform={`translate(${node.x} ${node.y - nodeHeight / 2})`}>
            <rect width={nodeWidth} height={nodeHeight} rx="10" className={clsx(node.isSelf ? 'fill-accent-soft stroke-accent-ink/50' : 'fill-raised stroke-line-strong')} />
            <circle cx="17" cy="21" r="4" className={ink[node.tone]} />
            <text x="30" y="25" className="fill-ink text-[13px] font-medium">
              {node.title.length > 21 ? `${node.title.slice(0, 20)}…` : node.title}
            </text>
            <text x="30" y="43" className="num fill-ink-2 text-[11px]">
              {node.sub}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function toneOf(replica: Replica): 'good' | 'warn' | 'bad' {
  if (replica.state !== 'online') return 'warn';
  return replica.lagSeconds > 10 ? 'bad' : replica.lagSeconds > 3 ? 'warn' : 'good';
}

function describe(info: Info, replicas: readonly Replica[], isReplica: boolean, isLinked: boolean): string {
  const upstream = isReplica ? `This server is a replica of ${info['master_host']}:${info['master_port']}, ${isLinked ? 'and linked to it' : 'without a link to it'}. ` : 'This server is a primary. ';
  return upstream + (replicas.length === 0 ? 'It has no replicas.' : `Its replicas: ${replicas.map((r) => `${r.address} ${r.state}, ${formatBytes(r.lagBytes)} behind`).join('; ')}.`);
}
