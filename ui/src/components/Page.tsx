import clsx from 'clsx';
import { type ReactNode, useEffect } from 'react';

export interface PageProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** The page fills the window and scrolls inside itself (tree, terminal). */
  fill?: boolean;
}

/** A page: its heading, its actions, and the document's title. */
export function Page({ title, description, actions, children, fill = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Spinel`;
  }, [title]);
  return (
    <div className={clsx('mx-auto flex w-full min-w-0 flex-col gap-4 px-4 py-4 md:px-6 md:py-5', fill ? 'h-full' : 'max-w-[1680px]')}>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
          {description !== undefined && <p className="mt-0.5 text-sm text-ink-3">{description}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {fill ? <div className="min-h-0 flex-1">{children}</div> : children}
    </div>
  );
}
