import { useMemo } from 'preact/hooks';
import { useApp } from '../app_context';
import { Empty, Section, Segments, Select } from '../components/basics';
import { DriftTable } from '../components/drift_table';
import { DepthChart } from '../components/depth_chart';
import { GraphView } from '../components/graph_view';
import { LayerTable } from '../components/layer_table';
import { Swatch } from '../components/swatch';
import { TensorDetails } from '../components/tensor_details';
import { attachCosts, depthAxis, layerMetric, metricsFor, seriesOf } from '../layers';
import type { TensorError, VariantResult } from '../types';

// Which variants have a line, as positions: "0.2.3" in the link, all of them without it.
function shownVariants(text: string | undefined, all: VariantResult[]): VariantResult[] {
  if (text === undefined) return all;
  const wanted = new Set(text.split('.').map(Number));
  return all.filter((_, i) => wanted.has(i));
}

function VariantToggles({ all, shown }: { all: VariantResult[]; shown: VariantResult[] }) {
  const { setParams } = useApp();
  const toggle = (variant: VariantResult) => {
    const next = all.filter((v) => (v === variant ? !shown.includes(v) : shown.includes(v)));
    // "none" keeps an empty choice apart from no choice.
    const text = next.map((v) => all.indexOf(v)).join('.') || 'none';
    setParams({ show: next.length === all.length ? undefined : text });
  };
  return (
    <fieldset class="toggles">
      <legend class="hidden">Variants in the chart</legend>
      {all.map((variant, i) => (
        <label key={i} class={`chip s${i % 6}`}>
          <input
            type="checkbox"
            checked={shown.includes(variant)}
            onChange={() => toggle(variant)}
          />
          <Swatch />
          <span class="name">{variant.name}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Unmatched({ variant }: { variant: VariantResult }) {
  const lists = [
    ['of the variant', variant.unmatched_tensors],
    ['of the float model', variant.unmatched_reference_tensors],
  ] as const;
  return (
    <>
      {lists
        .filter(([, names]) => names.length > 0)
        .map(([whose, names]) => (
          <details key={whose} class="unmatched">
            <summary>
              {names.length} {names.length === 1 ? 'tensor' : 'tensors'} {whose} could not be
              compared
            </summary>
            <ul>
              {names.map((name, i) => (
                <li key={i} class="name">
                  {name}
                </li>
              ))}
            </ul>
          </details>
        ))}
    </>
  );
}

export function Layers() {
  const { report, route, setParams } = useApp();
  const measured = useMemo(() => report.variants.filter((v) => v.tensors.length > 0), [report]);
  const axis = useMemo(() => {
    attachCosts(measured);
    return depthAxis(measured);
  }, [measured]);
  const metric = layerMetric(route.params['metric']);
  const shown = shownVariants(route.params['show'], measured);
  const series = useMemo(
    () => seriesOf(shown, measured, axis, metric),
    [measured, axis, metric, route.params['show']],
  );
  const variant = measured.find((v) => v.name === route.params['variant']) ?? measured[0];
  if (!variant)
    return (
      <Section title="Layers">
        <Empty>No tensor was compared in this run.</Empty>
      </Section>
    );
  const selected = variant.tensors.find((row) => row.tensor === route.params['tensor']);
  const select = (row: TensorError | undefined) =>
    setParams({ variant: variant.name, tensor: row?.tensor });
  const selectDepth = (i: number) =>
    select(variant.tensors.find((row) => row.reference_tensor === axis[i]));
  return (
    <div class={selected ? 'with-details' : undefined}>
      <div class="with-details-main">
        <div class="view-bar">
          <Select
            label="Variant"
            value={variant.name}
            choices={measured.map((v) => ({ id: v.name, label: v.name }))}
            onChange={(name) => setParams({ variant: name })}
          />
          <Segments
            label="Metric"
            choices={metricsFor(measured)}
            value={metric.id}
            onChange={(id) => setParams({ metric: id })}
          />
        </div>
        <Section
          title="Layers"
          intro={
            <>
              The network of <span class="name">{variant.name}</span>, coloured by{' '}
              {metric.title.replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase())}. {metric.explain}
            </>
          }
        >
          <GraphView
            key={variant.name}
            variant={variant}
            metric={metric}
            selected={selected}
            onSelect={select}
          />
        </Section>
        <Section
          title="Along depth"
          intro={`${metric.title}, from the input to the output, a line a variant. ${metric.note ?? ''}`}
        >
          <div class="card">
            <VariantToggles all={measured} shown={shown} />
            {series.every((line) => line.values.every((value) => value === null)) && (
              <Empty>
                {shown.length > 0
                  ? 'No variant has a value of this metric.'
                  : 'No variant is chosen.'}
              </Empty>
            )}
            <DepthChart
              names={axis}
              series={series}
              metric={metric}
              onSelect={selectDepth}
              selected={selected ? axis.indexOf(selected.reference_tensor) : -1}
            />
          </div>
        </Section>
        <Section
          title="Tensors"
          intro="Against the float model's, over all samples. Choose one to see its range and codes."
        >
          <LayerTable variant={variant} selected={selected} onSelect={select} />
          <Unmatched variant={variant} />
        </Section>
        {[variant.drift, variant.profile_drift].map(
          (drift, i) => drift && <DriftTable key={i} drift={drift} />,
        )}
      </div>
      {selected && (
        <TensorDetails variant={variant} row={selected} onClose={() => select(undefined)} />
      )}
    </div>
  );
}
