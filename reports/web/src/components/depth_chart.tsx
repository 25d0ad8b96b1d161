// One metric along the depth of the network, a line a variant.
import { useState } from 'preact/hooks';
import { linePath, scale, ticks, valueAxis, type Axis } from '../chart';
import { isFinite } from '../facts';
import { significant } from '../format';
import type { LayerMetric, Series } from '../layers';
import type { Num } from '../types';
import { ValueLines } from './chart_parts';
import { Swatch } from './swatch';
import { useWidth } from './use_width';

const HEIGHT = 320;
const LEFT = 52;
const RIGHT = 14;
const TOP = 14;
const MOST_NAMED = 24; // layers; more have numbers under them
const MOST_DOTTED = 120;

interface Props {
  names: string[];
  series: Series[];
  metric: LayerMetric;
  selected: number; // position on the axis, -1 for none
  onSelect: (index: number) => void;
}

function shortName(name: string): string {
  const text = name.length > 17 ? name.split('/').pop() || name : name;
  return text.length > 17 ? `${text.slice(0, 16)}…` : text;
}

function Grid({ axis, width, metric }: { axis: Axis; width: number; metric: LayerMetric }) {
  return (
    <g class="grid">
      <ValueLines
        ticks={axis.ticks}
        y={axis.to}
        left={LEFT}
        right={width - RIGHT}
        text={(tick) => significant(tick, 4)}
      />
      {metric.guide && (
        <g class="guide">
          <line
            x1={LEFT}
            x2={width - RIGHT}
            y1={axis.to(metric.guide.value)}
            y2={axis.to(metric.guide.value)}
          />
          <text x={width - RIGHT} y={axis.to(metric.guide.value) - 5} text-anchor="end">
            {metric.guide.label}
          </text>
        </g>
      )}
    </g>
  );
}

function DepthLabels({
  names,
  x,
  bottom,
  named,
}: {
  names: string[];
  x: (i: number) => number;
  bottom: number;
  named: boolean;
}) {
  const numbers = ticks({ low: 0, high: Math.max(1, names.length - 1) }, 10);
  return (
    <g class="depth-labels">
      {named &&
        names.map((name, i) => (
          <text
            key={i}
            text-anchor="end"
            transform={`translate(${x(i) + 4} ${bottom + 14}) rotate(-38)`}
          >
            {shortName(name)}
          </text>
        ))}
      {!named &&
        numbers.filter(Number.isInteger).map((i) => (
          <text key={i} x={x(i)} y={bottom + 18} text-anchor="middle">
            {i}
          </text>
        ))}
    </g>
  );
}

function Line({
  series,
  x,
  axis,
  dots,
}: {
  series: Series;
  x: (i: number) => number;
  axis: Axis;
  dots: boolean;
}) {
  return (
    <g class={`series s${series.colour % 6}`}>
      <path d={linePath(series.values, x, axis.to)} />
      {dots &&
        series.values.map(
          (value, i) => value !== null && <circle key={i} cx={x(i)} cy={axis.to(value)} r="3" />,
        )}
    </g>
  );
}

function Tip({
  index,
  names,
  series,
  metric,
  x,
  width,
}: {
  index: number;
  names: string[];
  series: Series[];
  metric: LayerMetric;
  x: number;
  width: number;
}) {
  const side = x > width / 2 ? { right: `${width - x + 12}px` } : { left: `${x + 12}px` };
  return (
    <div class="tip" style={side} aria-hidden="true">
      <b class="name">{names[index]}</b>
      {series.map((line) => (
        <div key={line.colour} class={`tip-row s${line.colour % 6}`}>
          <Swatch />
          <span class="name">{line.variant}</span>
          <span>{metric.text(line.values[index] ?? null)}</span>
        </div>
      ))}
    </div>
  );
}

export function DepthChart({ names, series, metric, selected, onSelect }: Props) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const [hover, setHover] = useState(-1);
  const last = names.length - 1;
  const named = names.length <= MOST_NAMED && width / Math.max(1, names.length) >= 34;
  const height = HEIGHT + (named ? 62 : 0);
  const bottom = height - (named ? 92 : 30);
  const x = scale({ low: 0, high: Math.max(1, last) }, LEFT + 12, width - RIGHT - 8);
  const values = series.flatMap((line) => line.values);
  const ceiling = metric.ceiling?.(values.filter(isFinite)) ?? Infinity;
  const capped = (value: Num) => (isFinite(value) ? Math.min(value, ceiling) : null);
  const guides = metric.guide ? [metric.guide.value] : [];
  const axis = valueAxis(values.map(capped), guides, metric.log, bottom, TOP);
  const pointed = (event: MouseEvent) => {
    const left = (event.currentTarget as HTMLElement).getBoundingClientRect().left;
    const step = x(1) - x(0) || 1;
    return Math.min(last, Math.max(0, Math.round((event.clientX - left - x(0)) / step)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = Math.max(0, selected);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    onSelect(Math.min(last, Math.max(0, next)));
    event.preventDefault();
  };
  const spoken = series
    .map((s) => `${s.variant} ${metric.text(s.values[selected] ?? null)}`)
    .join(', ');
  return (
    <div
      class="chart"
      ref={ref}
      tabIndex={0}
      role="slider"
      aria-label={`${metric.title} along depth. Choose a layer`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={Math.max(0, selected)}
      aria-valuetext={selected < 0 ? 'no layer chosen' : `${names[selected]}: ${spoken}`}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => setHover(pointed(event))}
      onPointerLeave={() => setHover(-1)}
      onClick={(event) => onSelect(pointed(event))}
    >
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <Grid axis={axis} width={width} metric={metric} />
        <DepthLabels names={names} x={x} bottom={bottom} named={named} />
        {selected >= 0 && (
          <line class="chosen" x1={x(selected)} x2={x(selected)} y1={TOP} y2={bottom} />
        )}
        {hover >= 0 && <line class="pointed" x1={x(hover)} x2={x(hover)} y1={TOP} y2={bottom} />}
        {series.map((line) => (
          <Line
            key={line.colour}
            series={{ ...line, values: line.values.map(capped) }}
            x={x}
            axis={axis}
            dots={names.length <= MOST_DOTTED}
          />
        ))}
      </svg>
      {hover >= 0 && (
        <Tip
          index={hover}
          names={names}
          series={series}
          metric={metric}
          x={x(hover)}
          width={width}
        />
      )}
    </div>
  );
}
