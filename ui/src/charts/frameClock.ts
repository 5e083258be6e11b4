/** One animation frame loop for all charts. It rests while the page is hidden, and ticks once a second for who wants less motion. */

type Tick = (nowMs: number) => void;

const ticks = new Set<Tick>();
let frame = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function run() {
  const now = Date.now();
  for (const tick of ticks) tick(now);
  schedule();
}

function schedule() {
  if (ticks.size === 0) return;
  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) timer = setTimeout(run, 1000);
  else frame = requestAnimationFrame(run);
}

export function onFrame(tick: Tick): () => void {
  ticks.add(tick);
  if (ticks.size === 1) schedule();
  return () => {
    ticks.delete(tick);
    if (ticks.size === 0) {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    }
  };
}
