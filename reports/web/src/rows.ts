// Rows of tables: their order, and those that a reader looks for.
import { isFinite } from './facts';
import type { Num } from './types';

export interface Sort {
  column: string;
  descending: boolean;
}

// "sqnr" or "-sqnr", as in the link.
export function sortOf(text: string): Sort {
  const descending = text.startsWith('-');
  return { column: descending ? text.slice(1) : text, descending };
}

export const formatSort = (sort: Sort): string => (sort.descending ? '-' : '') + sort.column;

// Stable; what is missing goes last whichever way the column is sorted.
export function sortedBy<Row>(
  rows: Row[],
  value: (row: Row) => Num | string,
  descending: boolean,
): Row[] {
  const sign = descending ? -1 : 1;
  const missing = (x: Num | string) => typeof x !== 'string' && !isFinite(x);
  return [...rows].sort((a, b) => {
    const x = value(a);
    const y = value(b);
    if (missing(x) || missing(y)) return Number(missing(x)) - Number(missing(y));
    if (typeof x === 'string' && typeof y === 'string') return sign * (x < y ? -1 : x > y ? 1 : 0);
    return sign * ((x as number) - (y as number));
  });
}

// Whether a text has every word of the query.
export function wordFilter(query: string): (text: string) => boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return (text) => words.every((word) => text.toLowerCase().includes(word));
}
