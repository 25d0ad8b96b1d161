// Numbers as text, the same on every machine: no locale is asked.
import type { Num } from './types';

export const MISSING = '–';

const isNumber = (value: Num | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

const withMinus = (text: string): string => text.replace(/^-/, '−').replace('e-', 'e−');

export function fixed(value: Num | undefined, decimals: number): string {
  if (!isNumber(value)) return MISSING;
  const text = value.toFixed(decimals);
  // −0.00 says nothing that 0.00 does not.
  return withMinus(/^-0\.?0*$/.test(text) ? text.slice(1) : text);
}

export function significant(value: Num | undefined, digits = 4): string {
  if (!isNumber(value)) return MISSING;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return withMinus(String(value));
  const text =
    size < 1e-4 || size >= 1e6 ? value.toExponential(digits - 1) : value.toPrecision(digits);
  const [mantissa = '', exponent] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return withMinus(exponent === undefined ? short : `${short}e${exponent.replace('+', '')}`);
}

export function count(value: Num | undefined): string {
  if (!isNumber(value)) return MISSING;
  return withMinus(String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ','));
}

export function percent(share: Num | undefined, decimals = 2): string {
  return isNumber(share) ? `${fixed(share * 100, decimals)} %` : MISSING;
}

// A small share is not shown as if it were zero.
export function shareText(share: Num | undefined): string {
  if (!isNumber(share)) return MISSING;
  if (share > 0 && share < 5e-5) return '< 0.01 %';
  return percent(share, 2);
}

export function points(share: Num | undefined, decimals = 2): string {
  if (!isNumber(share)) return MISSING;
  const text = fixed(share * 100, decimals);
  return share > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

// "1.2 MB", "356 kB", "87 B": decimal units, as on the console.
export function bytes(size: Num | undefined): string {
  if (!isNumber(size) || size <= 0) return MISSING;
  let scaled = size;
  let unit = 'B';
  for (const larger of ['kB', 'MB', 'GB', 'TB']) {
    if (scaled < 999.5) break;
    scaled /= 1000;
    unit = larger;
  }
  return `${scaled.toFixed(unit === 'B' || scaled >= 99.95 ? 0 : 1)} ${unit}`;
}

export const plural = (n: number, noun: string): string =>
  `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

export function range(low: Num | undefined, high: Num | undefined): string {
  if (!isNumber(low) && !isNumber(high)) return MISSING;
  return `${significant(low)} … ${significant(high)}`;
}
