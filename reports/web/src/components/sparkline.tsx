import { domainOf, linePath, scale, type Domain } from '../chart';
import type { Num } from '../types';

// The shape of a series; the numbers stand beside it.
export function Sparkline({ values, domain }: { values: Num[]; domain?: Domain }) {
  if (values.filter((v) => v !== null).length < 2) return null;
  const x = scale({ low: 0, high: values.length - 1 }, 1, 79);
  const y = scale(domain ?? domainOf(values), 19, 1);
  return (
    <svg class="sparkline" viewBox="0 0 80 20" width="80" height="20" aria-hidden="true">
      <path d={linePath(values, x, y)} />
    </svg>
  );
}
