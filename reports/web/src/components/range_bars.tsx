// What a tensor's values did against what its codes can express.
import { domainOf, scale, ticks } from '../chart';
import { isFinite } from '../facts';
import { range, significant } from '../format';
import type { TensorError } from '../types';
import { Picture } from './chart_parts';
import { useWidth } from './use_width';

const SIDE = 8;

export function RangeBars({ row }: { row: TensorError }) {
  const [ref, width] = useWidth<HTMLDivElement>(360);
  const {
    reference_min: low,
    reference_max: high,
    representable_min: can_low,
    representable_max: can_high,
  } = row;
  if (!isFinite(low) || !isFinite(high)) return <p class="soft">No values were observed.</p>;
  const representable = isFinite(can_low) && isFinite(can_high);
  const domain = domainOf([low, high, can_low, can_high], [0]);
  const x = scale(domain, SIDE, width - SIDE);
  const bar = (from: number, to: number, y: number, name: string) =>
    to > from && (
      <rect
        class={name}
        x={x(from)}
        y={y}
        width={Math.max(1.5, x(to) - x(from))}
        height="16"
        rx="3"
      />
    );
  return (
    <div class="range-bars" ref={ref}>
      <Picture
        width={width}
        height={118}
        label={`Observed ${range(low, high)}; representable ${range(can_low, can_high)}`}
      >
        {isFinite(0) && <line class="zero" x1={x(0)} x2={x(0)} y1="4" y2="96" />}
        <text x={SIDE} y="14">
          Observed <tspan class="strong">{range(low, high)}</tspan>
        </text>
        {bar(low, high, 20, 'observed')}
        {representable && bar(low, Math.min(high, can_low), 20, 'lost')}
        {representable && bar(Math.max(low, can_high), high, 20, 'lost')}
        <text x={SIDE} y="58">
          Representable <tspan class="strong">{range(can_low, can_high)}</tspan>
        </text>
        {representable && bar(can_low, can_high, 64, 'representable')}
        {ticks(domain, Math.max(3, Math.floor(width / 70))).map((tick) => (
          <g key={tick} class="tick">
            <line x1={x(tick)} x2={x(tick)} y1="90" y2="95" />
            <text x={x(tick)} y="109" text-anchor="middle">
              {significant(tick, 3)}
            </text>
          </g>
        ))}
        <line class="axis" x1={SIDE} x2={width - SIDE} y1="90" y2="90" />
      </Picture>
    </div>
  );
}

const CODES: Record<string, [number, number]> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
};

export function CodesBar({ row }: { row: TensorError }) {
  const { code_min: low, code_max: high, codes_used: used, codes_total: total } = row;
  const all = CODES[row.dtype];
  if (!isFinite(low) || !isFinite(high) || !all)
    return <p class="soft">Not quantized: no codes.</p>;
  const at = scale({ low: all[0], high: all[1] + 1 }, 0, 100);
  const label = `${significant(used)} of ${significant(total)} codes used, from ${significant(low)} to ${significant(high)}`;
  return (
    <div class="codes">
      <div class="codes-bar" aria-hidden="true">
        <i style={{ left: `${at(low)}%`, width: `${Math.max(0.6, at(high + 1) - at(low))}%` }} />
      </div>
      <div class="codes-ends" aria-hidden="true">
        <span>{significant(all[0])}</span>
        <span>{significant(all[1])}</span>
      </div>
      <p>{label}</p>
    </div>
  );
}
