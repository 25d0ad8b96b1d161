// Two runs, variant by variant and layer by layer.
import { bytes, fixed, percent, points, shareText } from '../format';
import {
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

function Variants({ before, after }: { before: Run; after: Run }) {
  return (
    <DataTable
      label="Variants of both runs"
      heads={[
        'Variant',
        numeric('Top-1'),
        numeric('Change, points'),
        numeric('Size'),
        numeric('Change'),
        'Worst layer',
        numeric('SQNR dB'),
        'Model',
        'Verdict',
      ]}
    >
      {pairsOf(before, after).map(({ name, before: a, after: b }) => {
        const gain = changeOf(a?.top1, b?.top1);
        return (
          <tr key={name}>
            <th scope="row" class="name">
              {name}
            </th>
            <td class="n">
              {percent(a?.top1)} → {percent(b?.top1)}
            </td>
            <td class="n">
              <Change value={gain} text={points(gain)} />
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
