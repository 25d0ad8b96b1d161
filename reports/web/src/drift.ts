// What a comparison of two runs of one model says.
import { count, plural, significant } from './format';
import type { CodeDifference, DriftReport } from './types';

export const driftRows = (drift: DriftReport): CodeDifference[] =>
  drift.tensors.filter((row) => row.different > 0);

export function driftSentence(drift: DriftReport): string {
  const first = driftRows(drift)[0];
  if (!first) return `The same codes in every tensor of ${plural(drift.samples, 'sample')}.`;
  const place = `sample ${first.first_sample}, element ${first.first_element}`;
  const values = `${significant(first.first_value)} and ${significant(first.second_value)}`;
  const answers =
    drift.arg_max_flips === null
      ? ''
      : ` The answer changes in ${count(drift.arg_max_flips)} of ${plural(drift.samples, 'sample')}.`;
  return (
    `First at op ${first.op_index}, ${first.op_type} “${first.tensor}”: ${place} is ${values}` +
    `${first.inputs_equal ? ', from equal inputs' : ''}.${answers}`
  );
}
