// Names come from models and data, and may hold anything.

// Controls (ANSI escapes among them), line separators, and what turns the direction of writing.
const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

// Shows each of them as U+FFFD, as the plain page does.
export const clean = (text: string): string => text.replace(UNWANTED, '\ufffd');

// For JSON.parse.
export const cleanReviver = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? clean(value) : value;
