// How far a variant's outputs are from the float model's: two cells of a row.
import { MISSING } from '../format';
import { largestOutputError, worstOutput, type OutputFact } from '../outputs';
import type { VariantResult } from '../types';
import { TensorLink } from './tensor_link';

function Cell({
  label,
  fact,
  variant,
}: {
  label: string;
  fact: OutputFact | undefined;
  variant: VariantResult;
}) {
  if (!fact) return <td data-label={label}>{MISSING}</td>;
  return (
    <td data-label={label}>
      <span class="measure">{fact.text}</span>
      {variant.graph.outputs.length > 1 && (
        <span class="interval-text">
          <TensorLink variant={variant} tensor={fact.row.tensor} />
        </span>
      )}
    </td>
  );
}

export function OutputCells({ variant }: { variant: VariantResult }) {
  return (
    <>
      <Cell label="Output SQNR" fact={worstOutput(variant)} variant={variant} />
      <Cell label="Output max error" fact={largestOutputError(variant)} variant={variant} />
    </>
  );
}
