// Which single operators, kept in float, turn flipped samples back; and blocks measured as one.
import { surestFlips } from '../causes';
import { count, fixed, plural, significant } from '../format';
import type { Attribution, VariantResult } from '../types';
import { DataTable, numeric } from './table';
import { TensorLink } from './tensor_link';

function Blocks({ variant, attribution }: { variant: VariantResult; attribution: Attribution }) {
  return (
    <DataTable
      label="Loss by block"
      heads={[
        'Block that ends in',
        numeric('Operators'),
        numeric('Own'),
        numeric('Recovered kept float'),
      ]}
    >
      {attribution.groups.map((group, i) => (
        <tr key={i}>
          <th scope="row">
            <TensorLink variant={variant} tensor={group.tensor} />
          </th>
          <td class="n">{count(group.ops.length)}</td>
          <td class="n">{fixed(group.own.points, 2)}</td>
          <td class="n">{fixed(group.recovered_points, 2)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

function Flips({ variant, attribution }: { variant: VariantResult; attribution: Attribution }) {
  const restored = attribution.flips.filter((flip) => flip.restored_by >= 0).length;
  return (
    <>
      <p>
        {plural(attribution.flips.length, 'prediction')} changed; keeping one operator in float
        turns {count(restored)} of them back. The surest of the reference:
      </p>
      <DataTable
        label="Flipped samples and what turns them back"
        heads={[
          numeric('Sample'),
          ...['Label', 'Reference', 'Variant', 'Margin'].map(numeric),
          'First operator that turns it back',
        ]}
      >
        {surestFlips(attribution).map((flip) => (
          <tr key={flip.sample}>
            <th scope="row" class="n">
              {count(flip.sample)}
            </th>
            <td class="n">{flip.label < 0 ? '–' : flip.label}</td>
            <td class="n">{flip.reference_class}</td>
            <td class="n">{flip.variant_class}</td>
            <td class="n">{significant(flip.margin, 3)}</td>
            <td>
              {flip.restored_by < 0 ? (
                'no single one'
              ) : (
                <TensorLink
                  variant={variant}
                  tensor={attribution.ops[flip.restored_by]?.tensor ?? ''}
                />
              )}
            </td>
          </tr>
        ))}
      </DataTable>
    </>
  );
}

export function FlipCauses({ variant }: { variant: VariantResult }) {
  const attribution = variant.attribution;
  if (!attribution) return null;
  return (
    <div class="more-causes">
      {attribution.groups.length > 0 && <Blocks variant={variant} attribution={attribution} />}
      {attribution.flips.length > 0 && <Flips variant={variant} attribution={attribution} />}
    </div>
  );
}
