import { CircleCheck, LoaderCircle, WifiOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { connection, useConnectionState } from '@/api';
import { useNow } from '@/components';

const shortMs = 1500;
const backAgainMs = 3000;

/** Says when the connection is broken, counts down to the next attempt, and says when it is back. Short interruptions show nothing. */
export function ConnectionBanner() {
  const state = useConnectionState();
  const isOpen = state.kind === 'open';
  const [isShown, setShown] = useState(false);
  const [isBack, setBack] = useState(false);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (isOpen) {
      wasOpen.current = true;
      if (isShown) {
        setShown(false);
        setBack(true);
      }
      return;
    }
    if (!wasOpen.current && state.kind === 'idle') return;
    const timer = setTimeout(() => setShown(true), shortMs);
    return () => clearTimeout(timer);
    // Dependencies: only the change between open and not open counts
  }, [isOpen, isShown]);
  useEffect(() => {
    if (!isBack) return;
    const timer = setTimeout(() => setBack(false), backAgainMs);
    return () => clearTimeout(timer);
  }, [isBack]);
  useEffect(() => {
    const retry = () => connection.retryNow();
    const onVisible = () => document.visibilityState === 'visible' && retry();
    window.addEventListener('online', retry);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      window.removeEventListener('online', retry);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, []);

  return (
    <div role="status" aria-live="polite" className="shrink-0 text-sm">
      {!isOpen && isShown && (
        <div className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 bg-warn-soft px-4 py-2 text-warn">
          {state.kind === 'connecting' ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : <WifiOff aria-hidden className="size-4" />}
          <span>
            {state.kind === 'connecting' ? (
              'The connection to the server is broken. Reconnecting …'
            ) : (
              <>
                The connection to the server is broken{state.kind === 'waiting' && <Countdown until={state.retryAt} />}.
              </>
            )}
          </span>
          {state.kind === 'waiting' && (
            <button type="button" className="rounded font-medium underline underline-offset-2" onClick={() => connection.retryNow()}>
              Try now
            </button>
          )}
        </div>
      )}
      {isOpen && isBack && (
        <div className="animate-fade flex items-center justify-center gap-2 bg-good-soft px-4 py-2 text-good">
          <CircleCheck aria-hidden className="size-4" /> Connected again
        </div>
      )}
    </div>
  );
}

function Countdown({ until }: { until: number }) {
  const seconds = Math.max(0, Math.ceil((until - useNow(250)) / 1000));
  // Not read aloud every second.
  return <span aria-hidden className="num">{`; next attempt in ${seconds} s`}</span>;
}
