// A value with its interval on a scale that all rows of a column share.
import { scale, type Domain } from '../chart';
import { isFinite } from '../facts';
import type { Interval, Num } from '../types';

interface Props {
  value: Num;
  interval: Interval;
  domain: Domain;
  mark?: number | undefined; // a line all rows have, such as zero or the reference
  limit?: number | undefined; // what a rule allows
  tone: string;
}

export function IntervalBar({ value, interval, domain, mark, limit, tone }: Props) {
  if (!isFinite(value)) return null;
  const at = scale(domain, 0, 100);
  const place = (x: number) => `${Math.min(100, Math.max(0, at(x))).toFixed(2)}%`;
  if (value < domain.low || value > domain.high) {
    return (
      <span class={`interval ${tone}`} aria-hidden="true">
        {isFinite(mark) && <i class="interval-mark" style={{ left: place(mark) }} />}
        {isFinite(limit) && <i class="interval-limit" style={{ left: place(limit) }} />}
        <i class={value < domain.low ? 'interval-off below' : 'interval-off above'} />
      </span>
    );
  }
  const low = isFinite(interval.low) ? interval.low : value;
  const high = isFinite(interval.high) ? interval.high : value;
  const width = Math.max(0, Math.min(100, at(high)) - Math.max(0, at(low)));
  return (
    <span class={`interval ${tone}`} aria-hidden="true">
      {isFinite(mark) && <i class="interval-mark" style={{ left: place(mark) }} />}
      {isFinite(limit) && <i class="interval-limit" style={{ left: place(limit) }} />}
      <i class="interval-range" style={{ left: place(low), width: `${width.toFixed(2)}%` }} />
      <i class="interval-value" style={{ left: place(value) }} />
    </span>
  );
}
