// Names come from models and data, and may hold anything.

// Controls (ANSI escapes among them), line separators, and what turns the direction of writing.
const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

// Shows each of them as U+FFFD, as the plain page does.
export const clean = (text: string): string => text.replace(UNWANTED, '\ufffd');

// How JSON writes any of them, or something close enough to look closer.
const ESCAPED = /\\(?:[bfr]|u00[0189]|u007f|u20[026])/i;

// The document with every text in it cleaned. Throws what JSON.parse throws. Looking at every value
// takes longer than all the rest, so it is done only where the text has something to clean.
export function parseClean(text: string): unknown {
  if (text.search(UNWANTED) < 0 && !ESCAPED.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' ? clean(value) : value,
  );
}
