// What changed since the baseline, a row a variant.
import {
  changeSentence,
  gainInterval,
  gainSince,
  gainText,
  modelChange,
  sizeChange,
  toneOf,
} from '../baseline';
import { domainOf, dropCutoff, type Domain } from '../chart';
import { isFinite } from '../facts';
import { bytes, count, fixed, percent } from '../format';
import type { BaselineComparison, VariantResult } from '../types';
import { Section } from './basics';
import { IntervalBar } from './interval_bar';
import { DataTable } from './table';

const TONES = { better: 'pass', worse: 'fail', same: 'neutral' };

function GainCell({
  variant,
  baseline,
  domain,
}: {
  variant: VariantResult;
  baseline: BaselineComparison;
  domain: Domain;
}) {
  if (baseline.incomparable) {
    return (
      <td data-label="Accuracy" class="text">
        Not comparable: {baseline.incomparable}
      </td>
    );
  }
  const gain = gainSince(variant, baseline);
  const interval = gainInterval(baseline);
  const tone = toneOf(gain, interval);
  return (
    <td data-label="Accuracy">
      <span class={`measure ${tone}`}>{gainText(gain)}</span>
      {isFinite(interval.low) && isFinite(interval.high) && (
        <span class="interval-text">
          {fixed(interval.low * 100, 2)} to {fixed(interval.high * 100, 2)}
        </span>
      )}
      <IntervalBar value={gain} interval={interval} domain={domain} tone={TONES[tone]} mark={0} />
    </td>
  );
}

function Row({ variant, domain }: { variant: VariantResult; domain: Domain }) {
  const baseline = variant.baseline;
  if (!baseline) return null;
  const { paired } = baseline;
  return (
    <tr>
      <th scope="row">
        <span class="name">{variant.name}</span>
        <span class="interval-text">{modelChange(baseline)}</span>
      </th>
      <td data-label="Top-1 then and now">
        {percent(baseline.top1)} → {percent(variant.accuracy.n > 0 ? variant.accuracy.top1 : null)}
      </td>
      <GainCell variant={variant} baseline={baseline} domain={domain} />
      <td data-label="Samples">
        {paired ? `${count(paired.lost)} lost, ${count(paired.gained)} gained` : '–'}
      </td>
      <td data-label="Size">
        {bytes(variant.model.size_bytes)}
        <span class="interval-text">
          {sizeChange(variant.model.size_bytes, baseline.size_bytes)}
        </span>
      </td>
      <td data-label="Recorded" class="text">
        <span class="name">{baseline.path}</span>
        {baseline.reason && <span class="interval-text">{baseline.reason}</span>}
      </td>
    </tr>
  );
}

export function BaselineTable({ variants }: { variants: VariantResult[] }) {
  const known = variants.filter((v) => v.baseline && !v.error);
  if (known.length === 0) return null;
  const changes = known.map((variant) => {
    const baseline = variant.baseline as BaselineComparison;
    return { gain: gainSince(variant, baseline), interval: gainInterval(baseline) };
  });
  const cutoff = dropCutoff(changes.map(({ gain }) => gain).filter(isFinite), 0.01);
  const near = changes.filter(({ gain }) => isFinite(gain) && Math.abs(gain) <= cutoff);
  const domain = domainOf(
    near.flatMap(({ gain, interval }) => [gain, interval.low, interval.high]),
    [-0.001, 0, 0.001],
  );
  return (
    <Section
      title="Since the baseline"
      intro={`${changeSentence(known)} Each sample is compared with its own answer in the baseline; bars show 95 % intervals, an arrow is off the scale.`}
    >
      <DataTable
        label="Since the baseline"
        kind="variants baseline"
        heads={['Variant', 'Top-1 then and now', 'Accuracy gained', 'Samples', 'Size', 'Recorded']}
      >
        {known.map((variant, i) => (
          <Row key={i} variant={variant} domain={domain} />
        ))}
      </DataTable>
    </Section>
  );
}
