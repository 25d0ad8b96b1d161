// A tensor's name, leading to it in Layers where the variant has it there.
import { formatHash } from '../router';
import type { VariantResult } from '../types';

export function TensorLink({
  variant,
  tensor,
}: {
  variant: VariantResult | undefined;
  tensor: string;
}) {
  if (!variant?.tensors.some((row) => row.tensor === tensor))
    return <span class="name">{tensor}</span>;
  return (
    <a class="name" href={formatHash('layers', { variant: variant.name, tensor })}>
      {tensor}
    </a>
  );
}
