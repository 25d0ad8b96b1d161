// From the float model to the variant, one source of loss after the other.
import { waterfallOf, unitOf, type WaterfallRow } from '../causes';
import { domainOf, scale, ticks } from '../chart';
import { fixed, significant } from '../format';
import type { Attribution } from '../types';
import { DataTable, numeric } from './table';

function Bar({
  row,
  at,
  zero,
}: {
  row: WaterfallRow;
  at: (points: number) => number;
  zero: number;
}) {
  const [from, to] = [Math.min(row.from, row.to), Math.max(row.from, row.to)];
  const gain = row.kind === 'source' && row.to < row.from ? ' gain' : '';
  return (
    <td class="fall-cell">
      <span class="fall" aria-hidden="true">
        <i class="fall-zero" style={{ left: `${zero}%` }} />
        <i
          class={`fall-bar ${row.kind}${gain}`}
          style={{ left: `${at(from)}%`, width: `${Math.max(0.4, at(to) - at(from))}%` }}
        />
      </span>
    </td>
  );
}

export function Waterfall({ attribution }: { attribution: Attribution }) {
  const rows = waterfallOf(attribution);
  const domain = domainOf(
    rows.flatMap((row) => [row.from, row.to]),
    [0],
    0.02,
  );
  const at = scale(domain, 0, 100);
  const signed = (points: number | null) =>
    points !== null && points > 0 ? `+${fixed(points, 2)}` : fixed(points, 2);
  return (
    <DataTable
      label="Loss by source"
      kind="plain-table wide falls"
      heads={[
        'Source',
        numeric('Loses'),
        {
          label: (
            <>
              <span class="fall-scale">
                {ticks(domain, 5).map((tick) => (
                  <span key={tick} style={{ left: `${at(tick)}%` }}>
                    {significant(tick, 3)}
                  </span>
                ))}
              </span>
              <span class="hidden">{unitOf(attribution)}</span>
            </>
          ),
        },
        numeric('Alone'),
        'What is added',
      ]}
    >
      {rows.map((row) => (
        <tr key={row.name} class={row.kind}>
          <th scope="row">{row.name}</th>
          <td class="n">{row.kind === 'total' ? fixed(row.value, 2) : signed(row.value)}</td>
          <Bar row={row} at={at} zero={at(0)} />
          <td class="n">{row.kind === 'source' ? signed(row.alone) : ''}</td>
          <td class="text soft">{row.what}</td>
        </tr>
      ))}
    </DataTable>
  );
}
