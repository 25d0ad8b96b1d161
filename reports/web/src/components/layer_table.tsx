import { useMemo, useState } from 'preact/hooks';
import { useApp } from '../app_context';
import { plural } from '../format';
import { COLUMNS, filterRows, parseSort, sortRows, type Column } from '../layers';
import type { TensorError, VariantResult } from '../types';
import { Empty } from './basics';
import { DataTable, RowFilter, ShowAll, type Heading } from './table';

const FIRST_ROWS = 200;

function Row({
  row,
  chosen,
  onSelect,
}: {
  row: TensorError;
  chosen: boolean;
  onSelect: () => void;
}) {
  return (
    <tr class={chosen ? 'chosen' : undefined} onClick={onSelect}>
      {COLUMNS.map((column) =>
        column.id === 'tensor' ? (
          <th key={column.id} scope="row">
            <button type="button" class="link name" aria-pressed={chosen}>
              {row.tensor}
            </button>
          </th>
        ) : (
          <td key={column.id} class={column.numeric ? 'n' : undefined}>
            {column.text(row)}
          </td>
        ),
      )}
    </tr>
  );
}

export function LayerTable({
  variant,
  selected,
  onSelect,
}: {
  variant: VariantResult;
  selected: TensorError | undefined;
  onSelect: (row: TensorError) => void;
}) {
  const { route, setParams } = useApp();
  const [all, setAll] = useState(false);
  const { q = '', sort: order } = route.params;
  const sort = parseSort(order);
  const rows = useMemo(
    () => sortRows(filterRows(variant.tensors, q), parseSort(order)),
    [variant, q, order],
  );
  // A row that is linked to is there to be shown.
  const far = selected !== undefined && rows.indexOf(selected) >= FIRST_ROWS;
  const shown = all || far ? rows : rows.slice(0, FIRST_ROWS);
  const heading = ({ id, label, numeric }: Column): Heading => ({
    label,
    kind: numeric ? 'n' : undefined,
    sort: { column: id, by: sort, onSort: (next) => setParams({ sort: next }) },
  });
  return (
    <>
      <RowFilter
        query={q}
        placeholder="Filter by name, operator or type"
        label="Filter the tensors"
        found={
          rows.length === variant.tensors.length
            ? plural(rows.length, 'tensor')
            : `${rows.length} of ${plural(variant.tensors.length, 'tensor')}`
        }
        onInput={(text) => setParams({ q: text })}
      />
      {rows.length === 0 ? (
        <Empty>No tensor fits.</Empty>
      ) : (
        <DataTable label={`Tensors of ${variant.name}`} kind="layers" heads={COLUMNS.map(heading)}>
          {shown.map((row, i) => (
            <Row
              key={`${row.tensor_index}/${i}`}
              row={row}
              chosen={row === selected}
              onSelect={() => onSelect(row)}
            />
          ))}
        </DataTable>
      )}
      {shown.length < rows.length && (
        <ShowAll what={plural(rows.length, 'tensor')} onClick={() => setAll(true)} />
      )}
    </>
  );
}
