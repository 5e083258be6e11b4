import type { Argument, Reply, RespValue } from '@/api';
import type { CommandTable } from '@/lib/commandDocs';

/** What a session needs from the screen. */
export interface Screen {
  readonly columns: number;
  write(text: string): void;
  clear(): void;
  /** Calls back when it is time to show what has gathered; in a browser, the next frame. */
  schedule(callback: () => void): void;
}

export interface SessionConnection {
  runTimed(args: readonly Argument[], options: { channel: string }): Promise<Reply>;
  closeChannel(channel: string): void;
  onPush(channel: string, listener: (value: RespValue) => void): () => void;
  onChannelClosed(channel: string, listener: (reason: string) => void): () => void;
}

export interface SessionOptions {
  channel: string;
  /** The server's name in the prompt, and what is left of it on a narrow screen. */
  name: string;
  shortName: string;
  history: readonly string[];
  saveHistory(lines: readonly string[]): void;
  /** The table of commands once it is there. */
  commands(): CommandTable | null;
}
