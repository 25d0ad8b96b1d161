// Extremes by channel, a bar a channel, and the scales of weights that have one each.
import { domainOf, scale, ticks } from '../chart';
import { isFinite } from '../facts';
import { range, significant } from '../format';
import { channelsOf, spreadOf, type Channel } from '../pictures';
import type { ChannelRanges, Num } from '../types';
import { Picture, ValueLines } from './chart_parts';
import { useWidth } from './use_width';

const HEIGHT = 120;
const SCALES = 46;
const LEFT = 46;
const RIGHT = 6;
const TOP = 6;

function Bars({
  channels,
  x,
  step,
  y,
}: {
  channels: Channel[];
  x: (i: number) => number;
  step: number;
  y: (v: number) => number;
}) {
  return (
    <g>
      {channels.map((channel, i) => (
        <rect
          key={i}
          class="channel"
          x={x(i)}
          y={y(channel.high)}
          width={Math.max(0.6, step - (step > 4 ? 1 : 0))}
          height={Math.max(1, y(channel.low) - y(channel.high))}
        >
          <title>{`channel ${channel.label}: ${range(channel.low, channel.high)}${
            isFinite(channel.scale) ? `, scale ${significant(channel.scale, 5)}` : ''
          }`}</title>
        </rect>
      ))}
    </g>
  );
}

function Scales({
  channels,
  x,
  step,
  top,
}: {
  channels: Channel[];
  x: (i: number) => number;
  step: number;
  top: number;
}) {
  const most = Math.max(...channels.map((channel) => channel.scale ?? 0));
  if (!(most > 0)) return null;
  return (
    <g>
      <text x={LEFT - 6} y={top + 10} text-anchor="end">
        scale
      </text>
      {channels.map((channel, i) => {
        const height = (Math.max(0, channel.scale ?? 0) / most) * (SCALES - 12);
        return (
          <rect
            key={i}
            class="channel-scale"
            x={x(i)}
            y={top + SCALES - 12 - height}
            width={Math.max(0.6, step - (step > 4 ? 1 : 0))}
            height={Math.max(0.5, height)}
          />
        );
      })}
    </g>
  );
}

// `low` and `high`: what the codes of a tensor with one scale express.
export function ChannelChart({
  ranges,
  low,
  high,
}: {
  ranges: ChannelRanges;
  low?: Num;
  high?: Num;
}) {
  const [ref, width] = useWidth<HTMLDivElement>(360);
  const channels = channelsOf(ranges);
  const spread = spreadOf(channels);
  if (!spread) return <p class="soft">No finite value was seen.</p>;
  const scaled = channels.some((channel) => isFinite(channel.scale));
  const domain = domainOf(
    channels.flatMap((channel) => [channel.low, channel.high]),
    [0],
  );
  const height = HEIGHT + (scaled ? SCALES : 0);
  const step = (width - LEFT - RIGHT) / channels.length;
  const x = (i: number) => LEFT + i * step;
  const y = scale(domain, HEIGHT - 10, TOP);
  const inside = (value: Num | undefined): value is number =>
    isFinite(value) && value > domain.low && value < domain.high;
  return (
    <div class="channels">
      <div ref={ref}>
        <Picture
          width={width}
          height={height}
          label={`Range of ${ranges.channels} channels: from ${range(spread.narrowest.low, spread.narrowest.high)} to ${range(spread.widest.low, spread.widest.high)}`}
        >
          <g class="grid">
            <ValueLines
              ticks={ticks(domain, 4)}
              y={y}
              left={LEFT}
              right={width - RIGHT}
              text={(tick) => significant(tick, 3)}
              gap={6}
            />
          </g>
          <Bars channels={channels} x={x} step={step} y={y} />
          {[low, high].map(
            (end, i) =>
              inside(end) && (
                <line
                  key={i}
                  class="range-end"
                  x1={LEFT}
                  x2={width - RIGHT}
                  y1={y(end)}
                  y2={y(end)}
                />
              ),
          )}
          {scaled && <Scales channels={channels} x={x} step={step} top={HEIGHT} />}
        </Picture>
      </div>
      <p class="soft">
        {ranges.channels} channels
        {ranges.group > 1 && `, a bar for each ${ranges.group}`}; widest {spread.widest.label}:{' '}
        {range(spread.widest.low, spread.widest.high)}; narrowest {spread.narrowest.label}:{' '}
        {range(spread.narrowest.low, spread.narrowest.high)}
        {isFinite(spread.ratio) && `, ${significant(spread.ratio, 3)} times less wide`}.
        {ranges.scale.length === 0 ? '' : ' Each has a scale of its own.'}
      </p>
    </div>
  );
}
