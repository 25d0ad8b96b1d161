// The values of a tensor in float and quantized, over each other, with the range that codes express.
import { useMemo, useState } from 'preact/hooks';
import { scale, ticks } from '../chart';
import { clippedShare, isFinite } from '../facts';
import { count, plural, range, shareText, significant } from '../format';
import { binsOf, heightOf, pictureDomain, sideOf, stepPath, type Bin } from '../pictures';
import type { TensorError } from '../types';
import { Picture } from './chart_parts';
import { useWidth } from './use_width';

const HEIGHT = 186;
const SIDE = 8;
const TOP = 22;
const BOTTOM = HEIGHT - 26;

function Edges({ row, x, right }: { row: TensorError; x: (at: number) => number; right: number }) {
  const { representable_min: low, representable_max: high } = row;
  const place = (at: number) => Math.min(right, Math.max(SIDE, x(at)));
  return (
    <g class="hist-edges">
      {isFinite(low) && x(low) > SIDE && (
        <>
          <rect class="beyond" x={SIDE} y={TOP} width={place(low) - SIDE} height={BOTTOM - TOP} />
          <line x1={x(low)} x2={x(low)} y1={TOP - 4} y2={BOTTOM} />
        </>
      )}
      {isFinite(high) && x(high) < right && (
        <>
          <rect
            class="beyond"
            x={place(high)}
            y={TOP}
            width={right - place(high)}
            height={BOTTOM - TOP}
          />
          <line x1={x(high)} x2={x(high)} y1={TOP - 4} y2={BOTTOM} />
        </>
      )}
    </g>
  );
}

function spoken(row: TensorError): string {
  const clipped = clippedShare(row);
  return `Values of ${row.tensor}: float ${range(row.reference_min, row.reference_max)}, codes express ${range(
    row.representable_min,
    row.representable_max,
  )}${clipped ? `, ${shareText(clipped)} clipped` : ''}`;
}

export function Histogram({ row }: { row: TensorError }) {
  const [ref, width] = useWidth<HTMLDivElement>(360);
  const [log, setLog] = useState(true);
  const bins = useMemo(() => binsOf(row.histogram), [row]);
  if (!row.histogram || bins.length === 0) return null;
  const domain = pictureDomain(bins, row);
  const right = width - SIDE;
  const x = scale(domain, SIDE, right);
  const y = scale({ low: 0, high: 1 }, BOTTOM, TOP);
  const most = Math.max(...bins.map((bin) => Math.max(bin.reference, bin.variant)));
  const of = (value: (bin: Bin) => number) => (bin: Bin) => heightOf(value(bin), most, log);
  const reference = of((bin) => bin.reference);
  const beyond = (bin: Bin) => bin.reference > 0 && sideOf(bin, row) !== 'inside';
  const lost = bins.some(beyond);
  return (
    <div class="histogram">
      <div class="histogram-head">
        <ul class="histogram-names">
          <li>
            <i class="key-float" aria-hidden="true" /> float
          </li>
          <li>
            <i class="key-quantized" aria-hidden="true" /> this variant
          </li>
          {lost && (
            <li>
              <i class="key-lost" aria-hidden="true" /> beyond its codes
            </li>
          )}
        </ul>
        <label class="check">
          <input type="checkbox" checked={log} onChange={() => setLog(!log)} /> Logarithmic
        </label>
      </div>
      <div ref={ref}>
        <Picture width={width} height={HEIGHT} label={spoken(row)}>
          <Edges row={row} x={x} right={right} />
          <path class="hist-float" d={stepPath(bins, reference, x, y)} />
          {lost && (
            <path
              class="lost"
              d={stepPath(bins, (bin) => (beyond(bin) ? reference(bin) : 0), x, y)}
            />
          )}
          <path
            class="hist-quantized"
            d={stepPath(
              bins,
              of((bin) => bin.variant),
              x,
              y,
            )}
          />
          {ticks(domain, Math.max(3, Math.floor(width / 70))).map((tick) => (
            <g key={tick} class="tick">
              <line x1={x(tick)} x2={x(tick)} y1={BOTTOM} y2={BOTTOM + 5} />
              <text x={x(tick)} y={BOTTOM + 18} text-anchor="middle">
                {significant(tick, 3)}
              </text>
            </g>
          ))}
          <line class="axis" x1={SIDE} x2={right} y1={BOTTOM} y2={BOTTOM} />
        </Picture>
      </div>
      <p class="soft">
        {plural(bins.length, 'bin')} of {significant(row.histogram.bin_width, 4)}; counted on{' '}
        {plural(row.histogram.samples, 'sample')}, {count(sumOf(row))} values.
      </p>
    </div>
  );
}

const sumOf = (row: TensorError): number =>
  row.histogram?.reference.reduce((total, n) => total + n, 0) ?? 0;
