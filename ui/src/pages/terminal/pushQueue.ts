import type { RespValue } from '@/api';

/** Messages shown per frame; of what is more, the newest are shown and the rest is counted. */
export const maxPushesPerFrame = 60;

/** Messages that wait for the next frame. */
export class PushQueue {
  #pushes: RespValue[] = [];
  #skipped = 0;
  #isScheduled = false;

  constructor(
    private readonly schedule: (callback: () => void) => void,
    private readonly flush: () => void,
  ) {}

  add(push: RespValue): void {
    this.#pushes.push(push);
    if (this.#pushes.length > maxPushesPerFrame) {
      this.#pushes.shift();
      this.#skipped++;
    }

    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.schedule(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Hands out what has gathered. */
  take(): { pushes: readonly RespValue[]; skipped: number } {
    const taken = { pushes: this.#pushes, skipped: this.#skipped };
    this.#pushes = [];
    this.#skipped = 0;
    return taken;
  }
}
