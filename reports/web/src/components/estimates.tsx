// The range that each estimator makes of a tensor, side by side.
import { domainOf, scale } from '../chart';
import { range } from '../format';
import type { CalibrationCheck, TensorCalibration } from '../types';
import { Section } from './basics';
import { DataTable } from './table';

const MOST_ROWS = 100;

function Cell({ row, i }: { row: TensorCalibration; i: number }) {
  const estimate = row.estimates[i];
  if (!estimate || estimate.low === null || estimate.high === null) return <td>–</td>;
  const domain = domainOf(
    row.estimates.flatMap((e) => [e.low, e.high]),
    [0],
    0,
  );
  const at = scale(domain, 0, 100);
  return (
    <td>
      <span class="estimate" aria-hidden="true">
        <i class="fall-zero" style={{ left: `${at(0)}%` }} />
        <i
          class="estimate-bar"
          style={{
            left: `${at(estimate.low)}%`,
            width: `${Math.max(0.8, at(estimate.high) - at(estimate.low))}%`,
          }}
        />
      </span>
      <span class="interval-text">{range(estimate.low, estimate.high)}</span>
    </td>
  );
}

export function Estimates({
  check,
  selected,
}: {
  check: CalibrationCheck;
  selected: TensorCalibration | undefined;
}) {
  const { estimators = [] } = check;
  const known = check.tensors.filter((row) => row.estimates?.length > 0);
  if (estimators.length === 0 || known.length === 0) return null;
  const rows = selected && known.includes(selected) ? [selected] : known.slice(0, MOST_ROWS);
  return (
    <Section
      title="Ranges by estimator"
      intro={`What each range estimator makes of the same values; bars in a row share a scale.${
        rows.length < known.length ? ` ${rows.length} of ${known.length} tensors are shown.` : ''
      }`}
    >
      <DataTable
        label="Estimated ranges"
        kind="plain-table wide estimates"
        heads={['Tensor', ...estimators]}
      >
        {rows.map((row) => (
          <tr key={row.tensor_index}>
            <th scope="row" class="name">
              {row.tensor || `tensor ${row.tensor_index}`}
            </th>
            {estimators.map((_, i) => (
              <Cell key={i} row={row} i={i} />
            ))}
          </tr>
        ))}
      </DataTable>
    </Section>
  );
}
