import clsx from 'clsx';
import { type LucideIcon, RotateCw, ShieldAlert, TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { ReplyError } from '@/api/connection';
import { Button } from './Button';

export interface EmptyStateProps {
  icon?: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** What stands where nothing is yet; says what would be here, and what to do about it. */
export function EmptyState({ icon: Icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={clsx('flex flex-col items-center justify-center px-6 py-12 text-center', className)}>
      {Icon && (
        <span className="mb-3 grid size-11 place-items-center rounded-full border border-line bg-raised text-ink-3">
          <Icon aria-hidden className="size-5" />
        </span>
      )}
      <p className="text-sm font-medium text-ink">{title}</p>
      {children && <div className="mt-1 max-w-sm text-sm text-balance text-ink-3">{children}</div>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}

/** Whether an error is a lack of rights. */
export function isRefusal(error: Error | null | undefined): boolean {
  return error instanceof ReplyError && (error.code === 'NOPERM' || error.code === 'READONLY');
}

/** The server names the request that is not permitted; people need the command, not the arguments of a probe. */
function refusalText(message: string): string {
  const request = /^NOPERM this needs the permission for (\S+)/.exec(message)?.[1];
  return request === undefined ? message : `It takes the permission for ${request.toUpperCase()}${message.endsWith(' and for all keys') ? ' and for all keys' : ''}.`;
}

/** An error in place of what it prevented. A lack of rights is said as such. */
export function ErrorState({ error, onRetry, what, className }: { error: Error; onRetry?: (() => void) | undefined; what?: string; className?: string }) {
  const isDenied = isRefusal(error);
  const Icon = isDenied ? ShieldAlert : TriangleAlert;
  return (
    <div role="alert" className={clsx('flex flex-col items-center justify-center px-6 py-12 text-center', className)}>
      <span className={clsx('mb-3 grid size-11 place-items-center rounded-full', isDenied ? 'bg-warn-soft text-warn' : 'bg-bad-soft text-bad')}>
        <Icon aria-hidden className="size-5" />
      </span>
      <p className="text-sm font-medium text-ink">{isDenied ? `Your user may not see ${what === undefined ? 'this' : what[0]!.toLowerCase() + what.slice(1)}` : `${what ?? 'This'} could not be loaded`}</p>
      <p className="mt-1 max-w-md text-sm break-words text-ink-2">{isDenied ? refusalText(error.message) : error.message}</p>
      {onRetry && !isDenied && (
        <Button size="sm" icon={RotateCw} className="mt-4" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx('skeleton', className)} />;
}

/** Rows of a table or list that is being loaded. */
export function SkeletonRows({ rows = 6, className }: { rows?: number; className?: string }) {
  return (
    <div role="status" aria-label="Loading" className={clsx('flex flex-col gap-3 p-4', className)}>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} className={clsx('h-4', ['w-full', 'w-5/6', 'w-11/12', 'w-3/4'][i % 4])} />
      ))}
    </div>
  );
}

/** A bug of a page takes down that page only. */
export class ErrorBoundary extends Component<{ children: ReactNode; resetKey?: string }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidUpdate(previous: { resetKey?: string }) {
    if (previous.resetKey !== this.props.resetKey && this.state.error !== null) this.setState({ error: null });
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <ErrorState error={this.state.error} what="The page" onRetry={() => this.setState({ error: null })} className="min-h-80" />;
  }
}
