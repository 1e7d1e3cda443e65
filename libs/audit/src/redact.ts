// A password in a URL, wherever somebody has put one.
const IN_URL = /(:\/\/[^\s:@/]*:)[^\s@]*@/g;

/**
 * A message without what nobody may read. Rules show names and never values; this is for values that were
 * written where a name belongs.
 */
export function redacted(message: string): string {
  return message.replace(IN_URL, '$1***@');
}
