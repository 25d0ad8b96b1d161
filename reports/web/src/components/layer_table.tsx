import { useMemo, useState } from 'preact/hooks';
import { useApp } from '../app_context';
import { plural } from '../format';
import {
  COLUMNS,
  filterRows,
  formatSort,
  parseSort,
  sortRows,
  type Column,
  type Sort,
} from '../layers';
import type { TensorError, VariantResult } from '../types';
import { Empty, Scroll } from './basics';

const FIRST_ROWS = 200;

function Head({
  column,
  sort,
  onSort,
}: {
  column: Column;
  sort: Sort;
  onSort: (sort: Sort) => void;
}) {
  const active = sort.column === column.id;
  const order = active ? (sort.descending ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" class={column.numeric ? 'n' : undefined} aria-sort={order}>
      <button
        type="button"
        class="sort"
        onClick={() => onSort({ column: column.id, descending: active && !sort.descending })}
      >
        {column.label}
        <span class="sort-mark" aria-hidden="true">
          {active ? (sort.descending ? '▼' : '▲') : '▲'}
        </span>
      </button>
    </th>
  );
}

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
  return (
    <>
      <div class="filter">
        <input
          type="search"
          value={q}
          placeholder="Filter by name, operator or type"
          aria-label="Filter the tensors"
          onInput={(event) => setParams({ q: event.currentTarget.value })}
        />
        <span class="soft" role="status">
          {rows.length === variant.tensors.length
            ? plural(rows.length, 'tensor')
            : `${rows.length} of ${plural(variant.tensors.length, 'tensor')}`}
        </span>
      </div>
      {rows.length === 0 ? (
        <Empty>No tensor fits.</Empty>
      ) : (
        <Scroll label={`Tensors of ${variant.name}`}>
          <table class="layers">
            <thead>
              <tr>
                {COLUMNS.map((column) => (
                  <Head
                    key={column.id}
                    column={column}
                    sort={sort}
                    onSort={(next) => setParams({ sort: formatSort(next) })}
                  />
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row, i) => (
                <Row
                  key={`${row.tensor_index}/${i}`}
                  row={row}
                  chosen={row === selected}
                  onSelect={() => onSelect(row)}
                />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {shown.length < rows.length && (
        <button type="button" class="button" onClick={() => setAll(true)}>
          Show all {plural(rows.length, 'tensor')}
        </button>
      )}
    </>
  );
}
