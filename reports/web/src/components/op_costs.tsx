// What each operator costs, the costliest first.
import { useState } from 'preact/hooks';
import { rankedOps } from '../causes';
import { fixed, percent, plural } from '../format';
import type { Num, OpLoss, VariantResult } from '../types';
import { DataTable, numeric, ShowAll } from './table';
import { TensorLink } from './tensor_link';

const FIRST_ROWS = 12;

function Cost({ value, most }: { value: Num; most: number }) {
  const share = value !== null && most > 0 ? Math.max(0, value) / most : 0;
  return (
    <td class="n">
      {fixed(value, 2)}
      <span class="margin clip-bar" aria-hidden="true">
        <i style={{ width: `${(Math.min(1, share) * 100).toFixed(1)}%` }} />
      </span>
    </td>
  );
}

function Row({ op, variant, most }: { op: OpLoss; variant: VariantResult; most: number }) {
  return (
    <tr>
      <th scope="row">
        <TensorLink variant={variant} tensor={op.tensor} />
      </th>
      <td>{op.op_type}</td>
      <Cost value={op.own.points} most={most} />
      <Cost value={op.alone.points} most={most} />
      <Cost value={op.recovered_points} most={most} />
      <td class="n">{fixed(op.isolated_sqnr_db, 1)}</td>
      <td class="n">{percent(op.clipping_share, 0)}</td>
      <td class="n">{fixed(op.weights_sqnr_db, 1)}</td>
    </tr>
  );
}

export function OpCosts({ variant }: { variant: VariantResult }) {
  const [all, setAll] = useState(false);
  if (!variant.attribution) return null;
  const ops = rankedOps(variant.attribution);
  if (ops.length === 0) return null;
  const shown = all ? ops : ops.slice(0, FIRST_ROWS);
  const most = ops.reduce(
    (so_far, op) =>
      Math.max(so_far, op.own.points ?? 0, op.alone.points ?? 0, op.recovered_points ?? 0),
    0,
  );
  return (
    <>
      <DataTable
        label="Loss by operator"
        kind="plain-table wide costs"
        heads={[
          'Output',
          'Operator',
          ...[
            'Own',
            'Quantized alone',
            'Recovered kept float',
            'Own SQNR dB',
            'Clipping',
            'Weights dB',
          ].map(numeric),
        ]}
      >
        {shown.map((op, i) => (
          <Row key={i} op={op} variant={variant} most={most} />
        ))}
      </DataTable>
      {shown.length < ops.length && (
        <ShowAll what={plural(ops.length, 'operator')} onClick={() => setAll(true)} />
      )}
    </>
  );
}
