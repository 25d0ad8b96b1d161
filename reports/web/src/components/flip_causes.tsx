// Which single operators, kept in float, turn flipped samples back; and blocks measured as one.
import { surestFlips } from '../causes';
import { count, fixed, plural, significant } from '../format';
import type { Attribution, VariantResult } from '../types';
import { Scroll } from './basics';
import { TensorLink } from './finding_card';

function Tensor({ variant, tensor }: { variant: VariantResult; tensor: string }) {
  const known = variant.tensors.some((row) => row.tensor === tensor);
  return known ? (
    <TensorLink variant={variant.name} tensor={tensor} />
  ) : (
    <span class="name">{tensor}</span>
  );
}

function Blocks({ variant, attribution }: { variant: VariantResult; attribution: Attribution }) {
  return (
    <Scroll label="Loss by block">
      <table class="plain-table wide">
        <thead>
          <tr>
            <th scope="col">Block that ends in</th>
            <th scope="col" class="n">
              Operators
            </th>
            <th scope="col" class="n">
              Own
            </th>
            <th scope="col" class="n">
              Recovered kept float
            </th>
          </tr>
        </thead>
        <tbody>
          {attribution.groups.map((group, i) => (
            <tr key={i}>
              <th scope="row">
                <Tensor variant={variant} tensor={group.tensor} />
              </th>
              <td class="n">{count(group.ops.length)}</td>
              <td class="n">{fixed(group.own.points, 2)}</td>
              <td class="n">{fixed(group.recovered_points, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Flips({ variant, attribution }: { variant: VariantResult; attribution: Attribution }) {
  const restored = attribution.flips.filter((flip) => flip.restored_by >= 0).length;
  return (
    <>
      <p>
        {plural(attribution.flips.length, 'prediction')} changed; keeping one operator in float turns{' '}
        {count(restored)} of them back. The surest of the reference:
      </p>
      <Scroll label="Flipped samples and what turns them back">
        <table class="plain-table wide">
          <thead>
            <tr>
              <th scope="col" class="n">
                Sample
              </th>
              {['Label', 'Reference', 'Variant', 'Margin'].map((label) => (
                <th key={label} scope="col" class="n">
                  {label}
                </th>
              ))}
              <th scope="col">First operator that turns it back</th>
            </tr>
          </thead>
          <tbody>
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
                    <Tensor
                      variant={variant}
                      tensor={attribution.ops[flip.restored_by]?.tensor ?? ''}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
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
