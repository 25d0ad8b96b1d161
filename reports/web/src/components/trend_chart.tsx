// One number over several runs, a line a variant. The tables beside it have the numbers.
import { linePath, scale, valueAxis } from '../chart';
import { significant } from '../format';
import type { Num } from '../types';
import { Picture, ValueLines } from './chart_parts';
import { useWidth } from './use_width';

const HEIGHT = 260;
const LEFT = 58;
const RIGHT = 18;
const TOP = 12;
const BOTTOM = HEIGHT - 34;
const MOST_LABELS = 14;

export interface TrendLine {
  name: string;
  colour: number;
  values: Num[];
}

export function TrendChart({
  lines,
  labels,
  title,
  marked,
}: {
  lines: TrendLine[];
  labels: string[];
  title: string;
  marked: number[]; // positions of the runs that are compared
}) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const axis = valueAxis(
    lines.flatMap((line) => line.values),
    [],
    false,
    BOTTOM,
    TOP,
  );
  const last = Math.max(1, labels.length - 1);
  const x = scale({ low: 0, high: last }, LEFT + 16, width - RIGHT - 16);
  const every = Math.max(1, Math.ceil(labels.length / Math.min(MOST_LABELS, width / 70)));
  return (
    <div class="trend" ref={ref}>
      <Picture
        width={width}
        height={HEIGHT}
        label={`${title} of ${lines.length} variants over ${labels.length} runs`}
      >
        <g class="grid">
          <ValueLines
            ticks={axis.ticks}
            y={axis.to}
            left={LEFT}
            right={width - RIGHT}
            text={(tick) => significant(tick, 5)}
          />
          {labels.map(
            (label, i) =>
              i % every === 0 && (
                <text key={i} x={x(i)} y={BOTTOM + 22} text-anchor="middle">
                  {label}
                </text>
              ),
          )}
        </g>
        {marked.map((i) => (
          <line key={i} class="pointed" x1={x(i)} x2={x(i)} y1={TOP} y2={BOTTOM} />
        ))}
        {lines.map((line) => (
          <g key={line.name} class={`series s${line.colour % 6}`}>
            <path d={linePath(line.values, x, axis.to)} />
            {line.values.map(
              (value, i) =>
                value !== null && (
                  <circle key={i} cx={x(i)} cy={axis.to(value)} r="4">
                    <title>{`${line.name}, ${labels[i]}: ${significant(value, 5)}`}</title>
                  </circle>
                ),
            )}
          </g>
        ))}
      </Picture>
    </div>
  );
}
