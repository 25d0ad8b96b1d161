// Two runs, variant by variant and layer by layer.
import { bytes, fixed, percent, points, shareText } from '../format';
import {
  accuracyOf,
  changeOf,
  layerChanges,
  pairsOf,
  sameSamples,
  type Run,
  type RunVariant,
} from '../history';
import type { Num } from '../types';
import { Empty } from './basics';
import { DataTable, numeric } from './table';
import { VerdictPill } from './verdict';

const MOST_LAYERS = 20;

function Change({ value, text }: { value: Num; text: string }) {
  const tone = value === null || value === 0 ? '' : value > 0 ? ' better' : ' worse';
  return <span class={`measure${tone}`}>{text}</span>;
}

const presence = (before: RunVariant | undefined): string => (before ? 'gone' : 'new');

function sizeText(before: Num | undefined, after: Num | undefined): string {
  const change = changeOf(before, after);
  if (change === null || !before) return '–';
  if (change === 0) return 'the same';
  return `${change < 0 ? '−' : '+'}${shareText(Math.abs(change) / before)}`;
}

// Accuracy where answers are judged, the outputs' SQNR elsewhere.
const ACCURACY = {
  heads: ['Top-1', 'Change, points'],
  of: accuracyOf,
  text: (value: Num) => percent(value),
  change: (value: Num) => points(value),
};
const OUTPUTS = {
  heads: ['Output SQNR dB', 'Change'],
  of: (variant: RunVariant | undefined): Num => variant?.outputSqnr ?? null,
  text: (value: Num) => fixed(value, 1),
  change: (value: Num) => `${value !== null && value > 0 ? '+' : ''}${fixed(value, 1)}`,
};

function Variants({ before, after }: { before: Run; after: Run }) {
  const variants = [...before.variants, ...after.variants];
  const judged = variants.some((variant) => accuracyOf(variant) !== null);
  const measure = judged ? ACCURACY : OUTPUTS;
  return (
    <DataTable
      label="Variants of both runs"
      heads={[
        'Variant',
        ...measure.heads.map(numeric),
        numeric('Size'),
        numeric('Change'),
        'Worst layer',
        numeric('SQNR dB'),
        'Model',
        'Verdict',
      ]}
    >
      {pairsOf(before, after).map(({ name, before: a, after: b }) => {
        const gain = changeOf(measure.of(a), measure.of(b));
        return (
          <tr key={name}>
            <th scope="row" class="name">
              {name}
            </th>
            <td class="n">
              {measure.text(measure.of(a))} → {measure.text(measure.of(b))}
            </td>
            <td class="n">
              <Change value={gain} text={measure.change(gain)} />
            </td>
            <td class="n">
              {bytes(a?.size)} → {bytes(b?.size)}
            </td>
            <td class="n">{sizeText(a?.size, b?.size)}</td>
            <td class="name">
              {a?.worst?.tensor === b?.worst?.tensor
                ? (b?.worst?.tensor ?? '–')
                : `${a?.worst?.tensor ?? '–'} → ${b?.worst?.tensor ?? '–'}`}
            </td>
            <td class="n">
              {fixed(a?.worst?.sqnr, 1)} → {fixed(b?.worst?.sqnr, 1)}
            </td>
            <td>{!a || !b ? presence(a) : a.sha256 === b.sha256 ? 'the same' : 'another'}</td>
            <td>
              <span class="verdict-pair">
                {a && <VerdictPill verdict={a.verdict} />}
                {a && b && <span aria-label="then">→</span>}
                {b && <VerdictPill verdict={b.verdict} />}
              </span>
            </td>
          </tr>
        );
      })}
    </DataTable>
  );
}

function LayersChanged({ before, after }: { before: Run; after: Run }) {
  const changes = layerChanges(pairsOf(before, after), MOST_LAYERS);
  if (changes.length === 0) return <Empty>No layer's SQNR changed.</Empty>;
  return (
    <DataTable
      label="Layers that changed most"
      fit
      caption="Layers that changed most"
      heads={['Variant', 'Layer', numeric('SQNR dB'), numeric('Change')]}
    >
      {changes.map((change, i) => {
        const by = change.after - change.before;
        return (
          <tr key={i}>
            <td class="name">{change.variant}</td>
            <td class="name">{change.tensor}</td>
            <td class="n">
              {fixed(change.before, 1)} → {fixed(change.after, 1)}
            </td>
            <td class="n">
              <Change value={by} text={`${by > 0 ? '+' : ''}${fixed(by, 1)}`} />
            </td>
          </tr>
        );
      })}
    </DataTable>
  );
}

export function RunComparison({ before, after }: { before: Run; after: Run }) {
  const warning = sameSamples(before, after);
  return (
    <div class="comparison">
      {warning && <p class="notice">{warning}</p>}
      <Variants before={before} after={after} />
      <LayersChanged before={before} after={after} />
    </div>
  );
}
