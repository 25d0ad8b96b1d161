// How wide each tensor's range is after the first samples, as a share of the final width.
import { lowestShare } from '../calibration';
import { linePath, scale, ticks } from '../chart';
import { count } from '../format';
import type { CalibrationCheck, TensorCalibration } from '../types';
import { Picture, ValueLines } from './chart_parts';
import { useWidth } from './use_width';

const HEIGHT = 250;
const LEFT = 52;
const RIGHT = 18;
const TOP = 12;
const BOTTOM = HEIGHT - 44;

export function GrowthChart({
  check,
  coloured,
  selected,
}: {
  check: CalibrationCheck;
  coloured: TensorCalibration[];
  selected: TensorCalibration | undefined;
}) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const counts = check.sample_counts;
  const low = lowestShare(check.tensors);
  const y = scale({ low, high: 1 }, BOTTOM, TOP);
  const place = (n: number) => Math.log2(Math.max(1, n));
  const first = place(counts[0] ?? 1);
  const last = place(counts[counts.length - 1] ?? 1);
  const along = scale(
    { low: first, high: last > first ? last : first + 1 },
    LEFT + 8,
    width - RIGHT,
  );
  const x = (i: number) => along(place(counts[i] ?? 1));
  const line = (row: TensorCalibration) => linePath(row.width_shares, x, y);
  const others = check.tensors.filter((row) => !coloured.includes(row) && row !== selected);
  return (
    <div class="growth" ref={ref}>
      <Picture
        width={width}
        height={HEIGHT}
        label="Width of each range by number of samples; the table has the numbers"
      >
        <g class="grid">
          <ValueLines
            ticks={ticks({ low, high: 1 }, 4)}
            y={y}
            left={LEFT}
            right={width - RIGHT}
            text={(tick) => `${Math.round(tick * 100)} %`}
          />
          {counts.map((n, i) => (
            <text key={i} x={x(i)} y={BOTTOM + 18} text-anchor="middle">
              {count(n)}
            </text>
          ))}
          <text x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 8} text-anchor="middle">
            samples
          </text>
        </g>
        <g class="other-lines">
          {others.map((row, i) => (
            <path key={i} d={line(row)} />
          ))}
        </g>
        {coloured.map((row, i) => (
          <g key={i} class={`series s${i % 6}`}>
            <path d={line(row)} />
          </g>
        ))}
        {selected && (
          <g class="series selected-line">
            <path d={line(selected)} />
          </g>
        )}
      </Picture>
    </div>
  );
}
