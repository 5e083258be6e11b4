/** The text of INFO as a record. Fields that are themselves lists ("keys=1,expires=0") open up with `fields`. */
export type Info = Readonly<Record<string, string>>;

export function parseInfo(text: string): Info {
  const info: Record<string, string> = Object.create(null);
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) info[line.slice(0, colon)] = line.slice(colon + 1);
  }
  return info;
}

/** A field as a number; NaN when it is missing or no number. */
export function infoNumber(info: Info, name: string): number {
  const text = info[name];
  return text === undefined || text === '' ? NaN : Number(text);
}

/** "ip=127.0.0.1,port=6380,lag=0" → a record. */
export function fields(text: string): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) record[part.slice(0, equals)] = part.slice(equals + 1);
  }
  return record;
}

/** A line of CLIENT LIST: names and values with spaces between. Values hold no spaces. */
export function parseClientLine(line: string): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  for (const part of line.trim().split(' ')) {
    const equals = part.indexOf('=');
    if (equals > 0) record[part.slice(0, equals)] = part.slice(equals + 1);
  }
  return record;
}
