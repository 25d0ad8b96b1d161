import { useApp } from '../app_context';
import { clippedShare, clippingShare } from '../facts';
import { count, fixed, percent, shareText, significant } from '../format';
import type { TensorError, VariantResult } from '../types';
import { Facts } from './basics';
import { ChannelChart } from './channel_chart';
import { Histogram } from './histogram';
import { Icon } from './icon';
import { CodesBar, RangeBars } from './range_bars';
import { Swatch } from './swatch';
import { Heads, numeric } from './table';

// The integer kernel's own error, from the codes it was given.
const oracleText = (row: TensorError) =>
  row.oracle_max_lsb === null
    ? '–'
    : `at most ${significant(row.oracle_max_lsb)} lsb, ${significant(row.oracle_mean_lsb)} in the mean`;

function Others({ row }: { row: TensorError }) {
  const { report } = useApp();
  const rows = report.variants.flatMap((variant, i) => {
    const other = variant.tensors.find((r) => r.reference_tensor === row.reference_tensor);
    return other ? [{ variant, other, i }] : [];
  });
  return (
    <table class="plain-table">
      <Heads of={['Variant', ...['SQNR', 'RMSE', 'Clipped'].map(numeric)]} />
      <tbody>
        {rows.map(({ variant, other, i }) => (
          <tr key={i} class={`s${i % 6}`}>
            <th scope="row">
              <Swatch />
              <span class="name">{variant.name}</span>
            </th>
            <td class="n">{fixed(other.sqnr_db, 1)}</td>
            <td class="n">{significant(other.rmse_per_scale, 3)}</td>
            <td class="n">{shareText(clippedShare(other))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function showRow() {
  const row = document.querySelector('table.layers tr.chosen');
  row?.scrollIntoView({ block: 'center' });
  row?.querySelector('button')?.focus({ preventScroll: true });
}

export function TensorDetails({
  variant,
  row,
  onClose,
}: {
  variant: VariantResult;
  row: TensorError;
  onClose: () => void;
}) {
  return (
    <aside class="card details" aria-label={`Details of ${row.tensor}`}>
      <header>
        <div>
          <h3 class="name">{row.tensor}</h3>
          <p class="soft">
            {row.op_type} in <span class="name">{variant.name}</span>
          </p>
          <button type="button" class="link" onClick={showRow}>
            Show in the table
          </button>
        </div>
        <button type="button" class="icon-button" onClick={onClose} aria-label="Close the details">
          <Icon name="close" />
        </button>
      </header>
      {row.histogram && <h4>Values</h4>}
      <Histogram row={row} />
      <h4>Range</h4>
      <RangeBars row={row} />
      <p class="clip-line">
        Clipped: <b>{shareText(row.clipped_low_share)}</b> below,{' '}
        <b>{shareText(row.clipped_high_share)}</b> above
        {clippingShare(row) !== null && (
          <>
            ; <b>{shareText(clippingShare(row))}</b> of the error's power
          </>
        )}
      </p>
      <h4>Codes</h4>
      <CodesBar row={row} />
      {row.channels && (
        <>
          <h4>Channels of the float model</h4>
          <ChannelChart
            ranges={row.channels}
            low={row.representable_min}
            high={row.representable_max}
          />
        </>
      )}
      {row.weights && (
        <>
          <h4>Channels of the weights</h4>
          <ChannelChart ranges={row.weights} />
        </>
      )}
      <h4>In every variant</h4>
      <Others row={row} />
      <h4>Numbers</h4>
      <Facts
        rows={[
          ['Scale', significant(row.scale, 8)],
          ['Zero point', significant(row.zero_point)],
          ['Type', row.dtype],
          ['Mean error', significant(row.mean_error)],
          ['Standard deviation of the error', significant(row.error_stddev)],
          ['Largest error', significant(row.max_abs_error)],
          ['Largest error, mean of samples', significant(row.mean_max_abs_error)],
          ['MSE', significant(row.mse)],
          ['Effective bits', significant(row.effective_bits, 3)],
          ['Cosine', significant(row.cosine, 7)],
          ['KL divergence, nats', significant(row.kl_divergence, 4)],
          ['Pearson', significant(row.pearson, 7)],
          [
            'Code range used',
            row.codes_total ? percent((row.codes_used ?? 0) / row.codes_total, 0) : '–',
          ],
          ['Elements', `${count(row.elements)} × ${count(row.samples)} samples`],
          ['Against double precision', oracleText(row)],
          ['Not finite', count(row.non_finite)],
          ['Stands for', <span class="name">{row.reference_tensor}</span>],
          ['Matched by', row.matched_by],
          [
            'Tensor, operator',
            `${row.tensor_index}, ${row.op_index < 0 ? 'graph input' : row.op_index}`,
          ],
        ]}
      />
    </aside>
  );
}
