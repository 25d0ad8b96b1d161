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
} from '../calibration';
import { Empty, Scroll, Section } from '../components/basics';
import { Estimates } from '../components/estimates';
import { GrowthChart } from '../components/growth_chart';
import { Icon } from '../components/icon';
import { Sparkline } from '../components/sparkline';
import { Swatch } from '../components/swatch';
import { isFinite } from '../facts';
import { count, percent, plural, range, shareText } from '../format';
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

function Head({ id, label, sort }: { id: string; label: string; sort: string }) {
  const { setParams } = useApp();
  const active = sort.replace('-', '') === id;
  const descending = sort.startsWith('-');
  // The first click shows the worst first.
  const next = active
    ? descending
      ? id
      : `-${id}`
    : id === 'tensor' || id === 'half'
      ? id
      : `-${id}`;
  return (
    <th
      scope="col"
      class={id === 'tensor' ? undefined : 'n'}
      aria-sort={active ? (descending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" class="sort" onClick={() => setParams({ sort: next })}>
        {label}
        <span class="sort-mark" aria-hidden="true">
          {active && descending ? '▼' : '▲'}
        </span>
      </button>
    </th>
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
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (row: TensorCalibration) =>
      words.every((word) => row.tensor.toLowerCase().includes(word));
    return sortCalibration(check.tensors.filter(fits), sort);
  }, [check, sort, q]);
  const low = lowestShare(check.tensors);
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  return (
    <Section
      title="Ranges"
      intro="Held-out values beyond: of the evaluation's values, the share outside the calibrated range by more than half a code. Late samples beyond: of the second half's samples, those with a value outside the first half's range. Widest sample: share of the width that one sample is responsible for."
    >
      <div class="filter">
        <input
          type="search"
          value={q}
          placeholder="Filter by name"
          aria-label="Filter the ranges"
          onInput={(event) => setParams({ q: event.currentTarget.value })}
        />
        <span class="soft" role="status">
          {plural(rows.length, 'tensor')}
        </span>
      </div>
      {rows.length === 0 ? (
        <Empty>No tensor fits.</Empty>
      ) : (
        <Scroll label="Calibrated ranges">
          <table class="ranges">
            <thead>
              <tr>
                {CALIBRATION_COLUMNS.map((column) => (
                  <Head key={column.id} id={column.id} label={column.label} sort={sort} />
                ))}
                <th scope="col" class="n">
                  Range
                </th>
                <th scope="col">Growth</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Row
                  key={row.tensor_index}
                  row={row}
                  low={low}
                  chosen={row === selected}
                  onSelect={() => setParams({ tensor: row === selected ? undefined : row.tensor })}
                />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {shown.length < rows.length && (
        <button type="button" class="button" onClick={() => setAll(true)}>
          Show all {plural(rows.length, 'tensor')}
        </button>
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
