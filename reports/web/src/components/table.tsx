// Tables in a box that scrolls, with headings that may sort.
import type { ComponentChildren } from 'preact';
import { formatSort, type Sort } from '../rows';
import { Scroll } from './basics';

export interface Heading {
  label: ComponentChildren;
  kind?: 'n' | 'name' | undefined; // a column of numbers, or of names
  sort?: Sorting;
}

export interface Sorting {
  column: string;
  by: Sort; // how the table is sorted now
  worstFirst?: boolean; // the first click sorts from high to low
  onSort: (sort: string) => void;
}

export const numeric = (label: string): Heading => ({ label, kind: 'n' });

function Head({ label, kind, sort }: Heading) {
  if (!sort)
    return (
      <th scope="col" class={kind}>
        {label}
      </th>
    );
  const { column, by, worstFirst = false, onSort } = sort;
  const active = by.column === column;
  const next = { column, descending: active ? !by.descending : worstFirst };
  return (
    <th
      scope="col"
      class={kind}
      aria-sort={active ? (by.descending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" class="sort" onClick={() => onSort(formatSort(next))}>
        {label}
        <span class="sort-mark" aria-hidden="true">
          {active && by.descending ? '▼' : '▲'}
        </span>
      </button>
    </th>
  );
}

export function Heads({ of }: { of: readonly (string | Heading)[] }) {
  return (
    <thead>
      <tr>
        {of.map((heading, i) =>
          typeof heading === 'string' ? (
            <Head key={i} label={heading} />
          ) : (
            <Head key={i} {...heading} />
          ),
        )}
      </tr>
    </thead>
  );
}

// The children are its rows.
export function DataTable(props: {
  label: string; // spoken
  kind?: string;
  fit?: boolean;
  caption?: string;
  heads: readonly (string | Heading)[];
  children: ComponentChildren;
}) {
  return (
    <Scroll label={props.label} fit={props.fit}>
      <table class={props.kind ?? 'plain-table wide'}>
        {props.caption && <caption>{props.caption}</caption>}
        <Heads of={props.heads} />
        <tbody>{props.children}</tbody>
      </table>
    </Scroll>
  );
}

// What the reader looks for among the rows, and how many fit.
export function RowFilter(props: {
  query: string;
  placeholder: string;
  label: string;
  found: string;
  onInput: (query: string) => void;
}) {
  return (
    <div class="filter">
      <input
        type="search"
        value={props.query}
        placeholder={props.placeholder}
        aria-label={props.label}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <span class="soft" role="status">
        {props.found}
      </span>
    </div>
  );
}

// Under the first rows of a long table.
export function ShowAll({ what, onClick }: { what: string; onClick: () => void }) {
  return (
    <button type="button" class="button" onClick={onClick}>
      Show all {what}
    </button>
  );
}
