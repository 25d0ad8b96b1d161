// Each class of the labels: the variant against the float model.
import { useState } from 'preact/hooks';
import { useApp } from '../app_context';
import { className } from '../facts';
import { count, percent, points } from '../format';
import { formatHash } from '../router';
import { CLASS_SORTS, sortClasses } from '../samples';
import type { VariantResult } from '../types';
import { Section, Select } from './basics';
import { DataTable, numeric, ShowAll } from './table';

const FIRST_ROWS = 50;

const share = (part: number, n: number) => (n > 0 ? part / n : null);

export function ClassTable({ variant }: { variant: VariantResult }) {
  const { report, route, setParams } = useApp();
  const [all, setAll] = useState(false);
  if (variant.classes.length === 0) return null;
  const sort = route.params['classes'] ?? 'label';
  const rows = sortClasses(variant.classes, sort);
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  const largest = Math.max(1, ...rows.map((row) => Math.max(row.lost, row.gained)));
  return (
    <Section
      title="Classes"
      intro="Samples of each class that the float model and the variant get right; lost ones only the float model, gained ones only the variant."
      aside={
        <Select
          label="Order"
          value={sort}
          choices={CLASS_SORTS}
          onChange={(id) => setParams({ classes: id === 'label' ? undefined : id })}
        />
      }
    >
      <DataTable
        label={`Classes of ${variant.name}`}
        kind="plain-table classes"
        fit
        heads={[
          'Class',
          numeric('Samples'),
          numeric('Float right'),
          numeric('Variant right'),
          numeric('Change, points'),
          numeric('Lost'),
          numeric('Gained'),
          'Lost and gained',
        ]}
      >
        {shown.map((row) => (
          <tr key={row.label}>
            <th scope="row">
              <a
                class="name"
                href={formatHash('samples', {
                  variant: variant.name,
                  class: String(row.label),
                })}
              >
                {className(report, row.label)}
              </a>
            </th>
            <td class="n">{count(row.n)}</td>
            <td class="n">{percent(share(row.reference_correct, row.n))}</td>
            <td class="n">{percent(share(row.correct, row.n))}</td>
            <td class="n">{points(share(row.correct - row.reference_correct, row.n))}</td>
            <td class="n">{count(row.lost)}</td>
            <td class="n">{count(row.gained)}</td>
            <td>
              <span class="both-ways" aria-hidden="true">
                <i class="lost" style={{ width: `${((row.lost / largest) * 50).toFixed(1)}%` }} />
                <i
                  class="gained"
                  style={{ width: `${((row.gained / largest) * 50).toFixed(1)}%` }}
                />
              </span>
            </td>
          </tr>
        ))}
      </DataTable>
      {shown.length < rows.length && (
        <ShowAll what={`${count(rows.length)} classes`} onClick={() => setAll(true)} />
      )}
    </Section>
  );
}
