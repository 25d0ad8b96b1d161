import { useMemo, useState } from 'preact/hooks';
import { useApp } from '../app_context';
import { ClassTable } from '../components/class_table';
import { ConfusionTable } from '../components/confusion_table';
import { Empty, Section, Segments, Select } from '../components/basics';
import { SampleCard } from '../components/sample_card';
import { className, hasLabels, isFinite } from '../facts';
import { count, plural } from '../format';
import { classOf, difference, filterFlips, type FlipKind } from '../samples';
import type { VariantResult } from '../types';

const PAGE = 48;

const KINDS = [
  { id: '', label: 'All' },
  { id: 'lost', label: 'Lost' },
  { id: 'gained', label: 'Gained' },
  { id: 'moved', label: 'Moved' },
];

function ConfusionSection({ variant }: { variant: VariantResult }) {
  const { report, route, setParams } = useApp();
  const view = route.params['matrix'] === 'difference' ? 'difference' : 'counts';
  const confusion =
    view === 'counts'
      ? variant.confusion
      : difference(variant.confusion, report.reference.confusion);
  return (
    <Section
      title="Confusion matrix"
      intro={
        view === 'counts'
          ? 'Samples by label and prediction.'
          : 'What changed against the float model: red got worse, green got better.'
      }
      aside={
        <Segments
          label="Matrix"
          value={view}
          onChange={(id) => setParams({ matrix: id })}
          choices={[
            { id: 'counts', label: 'Counts' },
            { id: 'difference', label: 'Difference to float' },
          ]}
        />
      }
    >
      <ConfusionTable confusion={confusion} isDifference={view === 'difference'} />
    </Section>
  );
}

function Flipped({ variant }: { variant: VariantResult }) {
  const { report, route, setParams } = useApp();
  const [limit, setLimit] = useState(PAGE);
  const pictures = useMemo(() => new Map(report.pictures.map((p) => [p.index, p])), [report]);
  const classes = useMemo(
    () => [...new Set(variant.flipped.map(classOf))].sort((a, b) => a - b),
    [variant],
  );
  const { class: chosen = '', kind = '' } = route.params;
  const samples = filterFlips(
    variant.flipped,
    chosen === '' ? undefined : Number(chosen),
    (kind || undefined) as FlipKind | undefined,
  );
  const margins = variant.flipped
    .flatMap((s) => [s.reference_margin, s.variant_margin])
    .filter(isFinite);
  const largest = margins.reduce((most, margin) => Math.max(most, Math.abs(margin)), 0);
  const total = variant.paired?.flips ?? variant.flipped.length;
  const listed =
    variant.flipped.length < total
      ? `The first ${count(variant.flipped.length)} of ${plural(total, 'flipped sample')}`
      : plural(total, 'flipped sample');
  return (
    <Section
      title="Flipped samples"
      intro={`${listed}: the prediction differs from the float model's. The margin is by how much the answer won: the top output less the second, or a single score's distance to the threshold.`}
      aside={
        variant.flipped.length > 0 && (
          <div class="controls">
            <Select
              label="Class"
              value={chosen}
              onChange={(id) => setParams({ class: id })}
              choices={[
                { id: '', label: 'All' },
                ...classes.map((c) => ({ id: String(c), label: className(report, c) })),
              ]}
            />
            <Segments
              label="Kind"
              choices={KINDS}
              value={kind}
              onChange={(id) => setParams({ kind: id })}
            />
          </div>
        )
      }
    >
      {variant.flipped.length === 0 && <Empty>No prediction changed.</Empty>}
      {variant.flipped.length > 0 && (
        <p class="soft" role="status">
          {plural(samples.length, 'sample')}
        </p>
      )}
      <ul class="samples">
        {samples.slice(0, limit).map((sample, i) => (
          <SampleCard
            key={`${sample.index}/${i}`}
            sample={sample}
            picture={pictures.get(sample.index)}
            variant={variant.name}
            largest={largest}
          />
        ))}
      </ul>
      {samples.length > limit && (
        <button type="button" class="button" onClick={() => setLimit(limit + 4 * PAGE)}>
          Show {count(Math.min(samples.length - limit, 4 * PAGE))} more
        </button>
      )}
    </Section>
  );
}

// The variant with most to show comes first unless another is asked for.
function defaultVariant(variants: VariantResult[]): VariantResult | undefined {
  return (
    variants.find((v) => v.verdict === 'fail' && v.flipped.length > 0) ??
    variants.find((v) => v.flipped.length > 0) ??
    variants[0]
  );
}

export function Samples() {
  const { report, route, setParams } = useApp();
  const variants = report.variants.filter((v) => !v.error);
  const variant =
    variants.find((v) => v.name === route.params['variant']) ?? defaultVariant(variants);
  if (!variant)
    return (
      <Section title="Samples">
        <Empty>No variant could be run.</Empty>
      </Section>
    );
  return (
    <>
      <div class="view-bar">
        <Select
          label="Variant"
          value={variant.name}
          choices={variants.map((v) => ({ id: v.name, label: v.name }))}
          onChange={(name) => setParams({ variant: name })}
        />
        {!hasLabels(variant) && <span class="soft">The samples have no labels.</span>}
      </div>
      <ConfusionSection variant={variant} />
      <ClassTable variant={variant} />
      <Flipped key={variant.name} variant={variant} />
    </>
  );
}
