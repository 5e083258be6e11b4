import { asNumber, asText, asList, Status, type RespValue } from '@/api';
import type { Bulk } from '@/lib/bytes';

/** What an engine session remembers between commands, as far as the prompt shows it or a new session must be told of it. */
export class EngineState {
  db = 0;
  inTransaction = false;
  subscriptions = 0;
  /** The session is new and must be told the database before the next command. */
  mustSelect = false;
  /** What a SELECT inside the open transaction will have chosen once EXEC has run. */
  #queuedDb: number | null = null;

  /** What of it stands in the prompt. */
  get mark(): string {
    return `${this.db === 0 ? '' : `[${this.db}]`}${this.inTransaction ? '(TX)' : ''}`;
  }

  /** A command went well. */
  note(name: string, args: readonly Bulk[], reply: RespValue): void {
    if (reply instanceof Status && reply.text === 'QUEUED') {
      if (name === 'SELECT') this.#queuedDb = Number(args[1]);
      return;
    }

    switch (name) {
      case 'SELECT':
        this.db = Number(args[1]);
        break;
      case 'MULTI':
        this.inTransaction = true;
        this.#queuedDb = null;
        break;
      case 'EXEC':
        this.inTransaction = false;
        if (reply !== null && this.#queuedDb !== null) this.db = this.#queuedDb;
        break;
      case 'DISCARD':
        this.inTransaction = false;
        break;
      case 'RESET':
        this.inTransaction = false;
        this.db = 0;
        this.subscriptions = 0;
        break;
      default:
        break;
    }
  }

  /** A message came that no command asked for; confirmations of subscriptions say how many there are. */
  notePush(push: RespValue): boolean {
    const items = asList(push);
    if (!/^[ps]?(un)?subscribe$/.test(asText(items[0]))) return false;
    this.subscriptions = asNumber(items[2]) || 0;
    return true;
  }

  /** The session is gone; the next one has the database only. Says whether more than that was lost. */
  end(): boolean {
    const hadMore = this.inTransaction || this.subscriptions > 0;
    this.inTransaction = false;
    this.subscriptions = 0;
    this.mustSelect = this.db !== 0;
    return hadMore;
  }
}
