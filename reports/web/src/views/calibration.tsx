import { useMemo, useState } from 'preact/hooks';
import { useApp } from '../app_context';
import {
  CALIBRATION_COLUMNS,
  CALIBRATION_WORDS,
  calibrationSentence,
  growingMost,
  halfShare,
  lowestShare,
  sortCalibration,
  type CalibrationColumn,
} from '../calibration';
import { Empty, Section } from '../components/basics';
import { Estimates } from '../components/estimates';
import { GrowthChart } from '../components/growth_chart';
import { Icon } from '../components/icon';
import { Sparkline } from '../components/sparkline';
import { Swatch } from '../components/swatch';
import { DataTable, numeric, RowFilter, ShowAll, type Heading } from '../components/table';
import { isFinite } from '../facts';
import { count, percent, plural, range, shareText } from '../format';
import { sortOf, wordFilter } from '../rows';
import type { CalibrationCheck, TensorCalibration } from '../types';

const FIRST_ROWS = 200;
const MOST_COLOURED = 6;
const DEFAULT_SORT = '-held';

function Verdict({ check }: { check: CalibrationCheck }) {
  const tone = check.verdict === 'enough' ? 'pass' : 'inconclusive';
  return (
    <section class={`hero ${tone}`} aria-label="Verdict on the calibration">
      <div class="hero-icon" aria-hidden="true">
        <Icon name={tone} />
      </div>
      <div class="hero-text">
        <h2>{CALIBRATION_WORDS[check.verdict]}</h2>
        <p>{calibrationSentence(check)}</p>
      </div>
      {check.advice.length > 0 && (
        <ul class="advice">
          {check.advice.map((sentence, i) => (
            <li key={i}>{sentence}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Growth({
  check,
  selected,
}: {
  check: CalibrationCheck;
  selected: TensorCalibration | undefined;
}) {
  const coloured = useMemo(() => growingMost(check.tensors, MOST_COLOURED), [check]);
  return (
    <Section
      title="Range against number of samples"
      intro="The width of each range after the first samples, as a share of its final width. A line that is still rising at half of the samples wants more of them."
    >
      <div class="card">
        <ul class="growth-names" aria-label="Ranges that grew most">
          {coloured.map((row, i) => (
            <li key={i} class={`s${i % 6}`}>
              <Swatch />
              <span class="name">{row.tensor}</span>
              <span class="soft">{percent(halfShare(row), 1)} at half</span>
            </li>
          ))}
          {coloured.length === 0 && <li class="soft">No range grew.</li>}
        </ul>
        <GrowthChart check={check} coloured={coloured} selected={selected} />
      </div>
    </Section>
  );
}

// By the logarithm: from one value in a million to all of them.
function clipWidth(share: number): string {
  const place = (Math.log10(Math.max(share, 1e-6)) + 6) / 6;
  return share > 0 ? `${Math.max(2, Math.min(1, place) * 100).toFixed(1)}%` : '0%';
}

function Row({
  row,
  low,
  chosen,
  onSelect,
}: {
  row: TensorCalibration;
  low: number; // of the small charts
  chosen: boolean;
  onSelect: () => void;
}) {
  const held = row.held_out_clipped_share;
  return (
    <tr class={chosen ? 'chosen' : undefined} onClick={onSelect}>
      <th scope="row">
        <button type="button" class="link name" aria-pressed={chosen}>
          {row.tensor || `tensor ${row.tensor_index}`}
        </button>
      </th>
      <td class="n">
        {shareText(held)}
        {isFinite(held) && (
          <span class="margin clip-bar" aria-hidden="true">
            <i style={{ width: clipWidth(held) }} />
          </span>
        )}
      </td>
      <td class="n">{percent(halfShare(row), 1)}</td>
      <td class="n">{shareText(row.late_samples_share)}</td>
      <td class="n">{shareText(row.widest_sample_share)}</td>
      <td class="n">
        {count(row.non_finite)}
        {row.first_non_finite_sample !== null && (
          <span class="interval-text">first in sample {row.first_non_finite_sample}</span>
        )}
      </td>
      <td class="n">{range(row.min, row.max)}</td>
      <td>
        <Sparkline values={row.width_shares} domain={{ low, high: 1 }} />
      </td>
    </tr>
  );
}

function Tensors({
  check,
  selected,
}: {
  check: CalibrationCheck;
  selected: TensorCalibration | undefined;
}) {
  const { route, setParams } = useApp();
  const [all, setAll] = useState(false);
  const sort = route.params['sort'] ?? DEFAULT_SORT;
  const { q = '' } = route.params;
  const rows = useMemo(() => {
    const fits = wordFilter(q);
    return sortCalibration(
      check.tensors.filter((row) => fits(row.tensor)),
      sort,
    );
  }, [check, sort, q]);
  const heading = ({ id, label }: CalibrationColumn): Heading => ({
    label,
    kind: id === 'tensor' ? undefined : 'n',
    sort: {
      column: id,
      by: sortOf(sort),
      worstFirst: id !== 'tensor' && id !== 'half',
      onSort: (next) => setParams({ sort: next }),
    },
  });
  const low = lowestShare(check.tensors);
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  return (
    <Section
      title="Ranges"
      intro="Held-out values beyond: of the evaluation's values, the share outside the calibrated range by more than half a code. Late samples beyond: of the second half's samples, those with a value outside the first half's range. Widest sample: share of the width that one sample is responsible for."
    >
      <RowFilter
        query={q}
        placeholder="Filter by name"
        label="Filter the ranges"
        found={plural(rows.length, 'tensor')}
        onInput={(text) => setParams({ q: text })}
      />
      {rows.length === 0 ? (
        <Empty>No tensor fits.</Empty>
      ) : (
        <DataTable
          label="Calibrated ranges"
          kind="ranges"
          heads={[...CALIBRATION_COLUMNS.map(heading), numeric('Range'), 'Growth']}
        >
          {shown.map((row) => (
            <Row
              key={row.tensor_index}
              row={row}
              low={low}
              chosen={row === selected}
              onSelect={() => setParams({ tensor: row === selected ? undefined : row.tensor })}
            />
          ))}
        </DataTable>
      )}
      {shown.length < rows.length && (
        <ShowAll what={plural(rows.length, 'tensor')} onClick={() => setAll(true)} />
      )}
    </Section>
  );
}

export function Calibration() {
  const { report, route } = useApp();
  const check = report.calibration_check;
  if (!check)
    return (
      <Section title="Calibration">
        <Empty>No variant of this run has calibrated ranges.</Empty>
      </Section>
    );
  const selected = check.tensors.find((row) => row.tensor === route.params['tensor']);
  return (
    <>
      <Verdict check={check} />
      <Growth check={check} selected={selected} />
      <Estimates check={check} selected={selected} />
      <Tensors check={check} selected={selected} />
    </>
  );
}
