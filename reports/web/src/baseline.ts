// What a variant did since its baseline, and what an undecided rule lacks: pure functions.
import { isFinite } from './facts';
import { bytes, count, fixed, points } from './format';
import type { BaselineComparison, Interval, Num, VariantResult } from './types';

export type ChangeTone = 'better' | 'worse' | 'same';

// Accuracy gained since the baseline, as a share; of equal samples where they are known.
export function gainSince(variant: VariantResult, baseline: BaselineComparison): Num {
  if (baseline.incomparable) return null;
  if (baseline.paired && isFinite(baseline.paired.drop)) return -baseline.paired.drop;
  const { n, top1 } = variant.accuracy;
  return n > 0 && isFinite(top1) && isFinite(baseline.top1) ? top1 - baseline.top1 : null;
}

// The 95 % interval of the gain; without paired samples it has no ends.
export function gainInterval(baseline: BaselineComparison): Interval {
  const { low, high } = baseline.paired?.drop95 ?? { low: null, high: null };
  return { low: isFinite(high) ? 0 - high : null, high: isFinite(low) ? 0 - low : null };
}

// A change whose interval holds zero is none: chance explains it.
export function toneOf(gain: Num, interval: Interval): ChangeTone {
  if (!isFinite(gain) || gain === 0) return 'same';
  if (isFinite(interval.low) && isFinite(interval.high)) {
    return interval.low > 0 ? 'better' : interval.high < 0 ? 'worse' : 'same';
  }
  return gain > 0 ? 'better' : 'worse';
}

// "12.3 kB smaller", "the same size"; empty when a size is not known.
export function sizeChange(now: number, before: number): string {
  if (!(now > 0) || !(before > 0)) return '';
  if (now === before) return 'the same size';
  const share = fixed((Math.abs(now - before) / before) * 100, 1);
  return `${bytes(Math.abs(now - before))} ${now < before ? 'smaller' : 'larger'} (${share} %)`;
}

export function modelChange(baseline: BaselineComparison): string {
  return baseline.same_model ? 'Same model, by hash' : 'Another model';
}

export function changeSentence(variants: VariantResult[]): string {
  const tones = variants.flatMap((variant) => {
    if (!variant.baseline) return [];
    const gain = gainSince(variant, variant.baseline);
    return [gain === null ? 'unknown' : toneOf(gain, gainInterval(variant.baseline))];
  });
  const of = (tone: string) => tones.filter((t) => t === tone).length;
  const parts = [
    of('worse') && `${of('worse')} worse`,
    of('better') && `${of('better')} better`,
    of('same') && `${of('same')} without a clear change`,
    of('unknown') && `${of('unknown')} not comparable`,
  ].filter(Boolean);
  return parts.length ? `${parts.join(', ')}.` : '';
}

export const gainText = (gain: Num): string =>
  isFinite(gain) ? `${points(gain)} ${Math.abs(gain) === 0.01 ? 'point' : 'points'}` : '–';

// How many samples would decide the undecided rules of a variant; null when that is not known.
export function samplesNeeded(variant: VariantResult): number | null {
  const needed = variant.rules
    .filter((rule) => rule.verdict === 'inconclusive')
    .map((rule) => rule.samples_needed)
    .filter(isFinite);
  return needed.length ? Math.max(...needed) : null;
}

export function neededText(variant: VariantResult): string {
  const needed = samplesNeeded(variant);
  return needed === null ? '' : `About ${count(needed)} samples would decide.`;
}
