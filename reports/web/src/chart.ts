// Small arithmetic of charts.
import type { Num } from './types';

export interface Domain {
  low: number;
  high: number;
}

// The finite values' range with `padding` of its width at both ends; `include` is inside it.
export function domainOf(values: Num[], include: number[] = [], padding = 0.06): Domain {
  let low = Infinity;
  let high = -Infinity;
  for (const value of [...values, ...include]) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { low: 0, high: 1 };
  if (low === high)
    return { low: low - (Math.abs(low) * 0.1 || 1), high: high + (Math.abs(high) * 0.1 || 1) };
  const extra = (high - low) * padding;
  return { low: low - extra, high: high + extra };
}

// The drop of accuracy up to which intervals are drawn to scale: one variant that lost everything
// must not shrink the others to dots. Three times what is allowed, or ten times the median drop.
export function dropCutoff(drops: number[], allowed: number | undefined): number {
  const sizes = drops.map(Math.abs).sort((a, b) => a - b);
  const median = sizes[Math.floor((sizes.length - 1) / 2)] ?? 0;
  const cutoff =
    allowed !== undefined ? Math.max(3 * Math.abs(allowed), 1.5 * median) : 10 * median;
  return cutoff > 0 ? cutoff : Infinity;
}

export function scale(domain: Domain, from: number, to: number): (value: number) => number {
  const factor = (to - from) / (domain.high - domain.low);
  return (value) => from + (value - domain.low) * factor;
}

// About `wanted` round numbers inside the domain: steps of 1, 2 or 5 times a power of ten.
export function ticks(domain: Domain, wanted = 5): number[] {
  const rough = (domain.high - domain.low) / wanted;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= 0.75 * rough) ?? 10 * power;
  const out = [];
  for (let i = Math.ceil(domain.low / step); i * step <= domain.high; ++i) {
    out.push(Number((i * step).toPrecision(12)));
  }
  return out;
}

// An SVG path through the points; a missing value interrupts the line.
export function linePath(
  values: Num[],
  x: (i: number) => number,
  y: (v: number) => number,
): string {
  let path = '';
  let drawing = false;
  values.forEach((value, i) => {
    if (value === null || !Number.isFinite(value)) {
      drawing = false;
      return;
    }
    path += `${drawing ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    drawing = true;
  });
  return path;
}

// 0.1, 0.2, 0.5, 1, ... inside the domain; only the powers of ten when it spans many.
export function logTicks(domain: Domain): number[] {
  if (!(domain.low > 0)) return [];
  const from = Math.floor(Math.log10(domain.low));
  const to = Math.ceil(Math.log10(domain.high));
  const steps = to - from > 3 ? [1] : [1, 2, 5];
  const out = [];
  for (let power = from; power <= to; ++power) {
    for (const step of steps) {
      const value = Number((step * 10 ** power).toPrecision(12));
      if (value >= domain.low && value <= domain.high) out.push(value);
    }
  }
  return out;
}

export interface Axis {
  to: (value: number) => number; // a value's place
  ticks: number[];
}

// The vertical axis of a chart from y = `bottom` up to `top`. A logarithmic one shows positive
// values only; the others lie on its lower edge.
export function valueAxis(
  values: Num[],
  include: number[],
  log: boolean,
  bottom: number,
  top: number,
): Axis {
  if (!log) {
    const domain = domainOf(values, include);
    return { to: scale(domain, bottom, top), ticks: ticks(domain) };
  }
  const logs = values.map((v) => (v !== null && v > 0 ? Math.log10(v) : null));
  const domain = domainOf(logs, include.filter((v) => v > 0).map(Math.log10));
  const place = scale(domain, bottom, top);
  return {
    to: (value) => (value > 0 ? place(Math.log10(value)) : bottom),
    ticks: logTicks({ low: 10 ** domain.low, high: 10 ** domain.high }),
  };
}
