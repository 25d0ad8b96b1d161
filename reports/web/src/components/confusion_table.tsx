import { useApp } from '../app_context';
import { className } from '../facts';
import { count } from '../format';
import { confusedPairs, matrixOf } from '../samples';
import type { Confusion } from '../types';
import { Empty, Scroll } from './basics';
import { DataTable, numeric } from './table';

const WIDEST = 24; // classes; more are told as pairs
const MOST_PAIRS = 50;
const PAIRS_BESIDE = 8;
const SHADES = 8;

const signed = (value: number): string => (value > 0 ? `+${count(value)}` : count(value));

// Shades by the logarithm: one confused sample is seen beside a thousand.
function shade(value: number, largest: number): number {
  if (value === 0 || largest === 0) return 0;
  return Math.max(1, Math.round((Math.log1p(Math.abs(value)) / Math.log1p(largest)) * SHADES));
}

function Matrix({ confusion, isDifference }: { confusion: Confusion; isDifference: boolean }) {
  const { report } = useApp();
  const matrix = matrixOf(confusion);
  const largest = Math.max(
    0,
    ...confusion.cells
      .filter(([label, prediction]) => isDifference || label !== prediction)
      .map((cell) => Math.abs(cell[2])),
  );
  const tone = (label: number, prediction: number, value: number) => {
    if (value === 0) return 'nothing';
    const good = (label === prediction) === value > 0;
    if (!isDifference && label === prediction) return 'hit';
    return `${good ? 'good' : 'bad'} shade${shade(value, largest)}`;
  };
  return (
    <Scroll label="Confusion matrix" fit>
      <table class="confusion">
        <thead>
          <tr>
            <th class="corner" scope="col">
              Label ↓ · prediction →
            </th>
            {matrix.map((_, c) => (
              <th key={c} scope="col">
                {className(report, c)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.map((row, label) => (
            <tr key={label}>
              <th scope="row">{className(report, label)}</th>
              {row.map((value, prediction) => (
                <td key={prediction} class={tone(label, prediction, value)}>
                  {value === 0 ? (
                    <span class="dot">·</span>
                  ) : isDifference ? (
                    signed(value)
                  ) : (
                    count(value)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Pairs({
  confusion,
  isDifference,
  most,
}: {
  confusion: Confusion;
  isDifference: boolean;
  most: number;
}) {
  const { report } = useApp();
  const pairs = confusedPairs(confusion, most);
  if (pairs.length === 0) return null;
  return (
    <DataTable
      label="Most confused classes"
      kind="plain-table pairs"
      fit
      caption={isDifference ? 'Changed most' : 'Confused most'}
      heads={['Label', 'Prediction', numeric('Samples')]}
    >
      {pairs.map((pair, i) => (
        <tr key={i}>
          <td>{className(report, pair.label)}</td>
          <td>{className(report, pair.prediction)}</td>
          <td class="n">{isDifference ? signed(pair.count) : count(pair.count)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

export function ConfusionTable(props: { confusion: Confusion; isDifference: boolean }) {
  const { classes, cells } = props.confusion;
  if (classes <= 0) return <Empty>There is no confusion matrix without labels.</Empty>;
  if (cells.length === 0) return <Empty>No difference to the float model.</Empty>;
  if (classes > WIDEST) return <Pairs {...props} most={MOST_PAIRS} />;
  return (
    <div class="confusion-parts">
      <Matrix {...props} />
      <Pairs {...props} most={PAIRS_BESIDE} />
    </div>
  );
}
