// What the charts share.
import type { ComponentChildren } from 'preact';

// The picture, and what it says to those who do not see it.
export function Picture(props: {
  width: number;
  height: number;
  label: string;
  children: ComponentChildren;
}) {
  const { width, height } = props;
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={props.label}
    >
      {props.children}
    </svg>
  );
}

// A line across the chart at each tick of its vertical axis, with its value on the left.
export function ValueLines(props: {
  ticks: number[];
  y: (tick: number) => number;
  left: number; // where the lines begin and end
  right: number;
  text: (tick: number) => string;
  gap?: number; // between a value and its line
}) {
  const { ticks, y, left, right, text, gap = 8 } = props;
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text x={left - gap} y={y(tick)} dy="0.32em" text-anchor="end">
            {text(tick)}
          </text>
        </g>
      ))}
    </>
  );
}
