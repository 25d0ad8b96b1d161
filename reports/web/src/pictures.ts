// What the drawings of a tensor are made of: pure functions.
import type { Domain } from './chart';
import { isFinite } from './facts';
import type { ChannelRanges, Num, TensorError, TensorHistogram } from './types';

export interface Bin {
  low: number;
  high: number;
  reference: number; // shares of the values
  variant: number;
}

const sum = (counts: number[]): number => counts.reduce((total, n) => total + n, 0);

// Empty when the histogram says nothing.
export function binsOf(histogram: TensorHistogram | null | undefined): Bin[] {
  if (!histogram || !isFinite(histogram.low) || !isFinite(histogram.bin_width)) return [];
  const { low, bin_width: width, reference, variant } = histogram;
  if (!(width > 0)) return [];
  const [all, theirs] = [sum(reference), sum(variant)];
  const share = (n: number | undefined, of: number) => (of > 0 ? (n ?? 0) / of : 0);
  return Array.from({ length: Math.max(reference.length, variant.length) }, (_, i) => ({
    low: low + i * width,
    high: low + (i + 1) * width,
    reference: share(reference[i], all),
    variant: share(variant[i], theirs),
  }));
}

// What is drawn: all values, and of a range that is much wider than they are the nearest part.
export function pictureDomain(bins: Bin[], row: TensorError): Domain {
  const low = bins[0]?.low ?? 0;
  const high = bins[bins.length - 1]?.high ?? 1;
  const margin = 1.2 * (high - low);
  const from = isFinite(row.representable_min) ? row.representable_min : low;
  const to = isFinite(row.representable_max) ? row.representable_max : high;
  const ends = {
    low: Math.min(low, Math.max(from, low - margin)),
    high: Math.max(high, Math.min(to, high + margin)),
  };
  const extra = (ends.high - ends.low) * 0.03;
  return { low: ends.low - extra, high: ends.high + extra };
}

// The height of a share of the values, 0 to 1: as it is, or by its logarithm from one in a million.
export function heightOf(share: number, most: number, log: boolean): number {
  if (!(share > 0) || !(most > 0)) return 0;
  if (!log) return share / most;
  const place = (value: number) => Math.log10(Math.max(value, 1e-6)) + 6.3;
  return place(share) / place(most);
}

// An SVG path around the bins, from the base line and back to it.
export function stepPath(
  bins: Bin[],
  value: (bin: Bin) => number,
  x: (at: number) => number,
  y: (height: number) => number,
): string {
  const [first, last] = [bins[0], bins[bins.length - 1]];
  if (!first || !last) return '';
  const base = y(0).toFixed(1);
  let path = `M${x(first.low).toFixed(1)} ${base}`;
  for (const bin of bins) path += `V${y(value(bin)).toFixed(1)}H${x(bin.high).toFixed(1)}`;
  return `${path}V${base}`;
}

export type Side = 'below' | 'above' | 'inside';

// Where the middle of a bin lies against what codes can express.
export function sideOf(bin: Bin, row: TensorError): Side {
  const middle = (bin.low + bin.high) / 2;
  if (isFinite(row.representable_min) && middle < row.representable_min - (bin.high - bin.low) / 2)
    return 'below';
  if (isFinite(row.representable_max) && middle > row.representable_max + (bin.high - bin.low) / 2)
    return 'above';
  return 'inside';
}

export interface Channel {
  label: string; // "7", or "6–8" of a group
  low: number;
  high: number;
  scale: Num;
}

export function channelsOf(ranges: ChannelRanges | null | undefined): Channel[] {
  if (!ranges) return [];
  const group = Math.max(1, ranges.group);
  const channels: Channel[] = [];
  for (let i = 0; i < Math.min(ranges.min.length, ranges.max.length); ++i) {
    const [low, high] = [ranges.min[i], ranges.max[i]];
    if (!isFinite(low) || !isFinite(high)) continue;
    const first = i * group;
    const last = Math.min(first + group, ranges.channels) - 1;
    const label = last > first ? `${first}–${last}` : String(first);
    channels.push({ label, low, high, scale: ranges.scale[i] ?? null });
  }
  return channels;
}

const width = (channel: Channel): number => channel.high - channel.low;

// The narrowest and the widest channel, and how many times wider the one is than the other.
export function spreadOf(
  channels: Channel[],
): { narrowest: Channel; widest: Channel; ratio: Num } | null {
  const [first] = channels;
  if (!first) return null;
  let [narrowest, widest] = [first, first];
  for (const channel of channels) {
    if (width(channel) < width(narrowest)) narrowest = channel;
    if (width(channel) > width(widest)) widest = channel;
  }
  const ratio = width(narrowest) > 0 ? width(widest) / width(narrowest) : null;
  return { narrowest, widest, ratio };
}
