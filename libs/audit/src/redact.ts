// A password in a URL, wherever somebody has put one.
const IN_URL = /(:\/\/[^\s:@/]*:)[^\s@]*@/g;
const CUT_OFF = /(:\/\/[^\s:@/]*:)[^\s@]*$/;
// A message is read by people.
const MOST_CHARACTERS = 2_000;
// What a terminal would obey, and what turns the reading direction around.
const CONTROL = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A message without what nobody may read. Rules show names and never values; this is for values that were
 * written where a name belongs.
 */
export function redacted(message: string): string {
  const isLong = message.length > MOST_CHARACTERS;
  const text = printable(message.slice(0, MOST_CHARACTERS)).replace(IN_URL, '$1***@');
  return isLong ? `${text.replace(CUT_OFF, '$1***')}…` : text;
}

/** A text that a terminal shows, and does not obey. */
export function printable(text: string): string {
  return text.replace(CONTROL, '\uFFFD');
}
