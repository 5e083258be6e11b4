/** Lines with passwords in them: they neither go into the history nor stay readable on the screen. */
export function isSecret(line: string): boolean {
  return /^\s*(auth\s|hello\s.*\sauth\s|acl\s+setuser\s.*[<>#]|config\s+set\s.*(requirepass|masterauth|masteruser)|migrate\s.*\sauth2?\s)/is.test(line);
}

/** The line with everything behind its first word hidden. */
export function masked(line: string): string {
  return isSecret(line) ? line.replace(/(\S+\s+).*/s, '$1••••••') : line;
}
