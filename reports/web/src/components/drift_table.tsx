// Where two runtimes, or two numerics profiles, part on one model.
import { driftRows, driftSentence } from '../drift';
import { count, percent, significant } from '../format';
import type { DriftReport } from '../types';
import { Empty, Section } from './basics';
import { DataTable, numeric } from './table';

export function DriftTable({ drift }: { drift: DriftReport }) {
  const rows = driftRows(drift);
  return (
    <Section title={`Drift: ${drift.first} and ${drift.second}`} intro={driftSentence(drift)}>
      {rows.length === 0 ? (
        <Empty>Every tensor is equal.</Empty>
      ) : (
        <DataTable
          label="Operators that differ"
          kind="wide"
          heads={[
            numeric('Op'),
            'Operator',
            { label: 'Tensor', kind: 'name' },
            numeric('Codes that differ'),
            numeric('Largest difference'),
            numeric('Samples'),
          ]}
        >
          {rows.map((row) => (
            <tr key={row.tensor_index}>
              <td class="n">{row.op_index}</td>
              <td class="word">{row.op_type}</td>
              <td class="name">{row.tensor}</td>
              <td class="n">{percent(row.elements > 0 ? row.different / row.elements : 0, 3)}</td>
              <td class="n">{significant(row.largest)}</td>
              <td class="n">{count(row.samples_different)}</td>
            </tr>
          ))}
        </DataTable>
      )}
    </Section>
  );
}
