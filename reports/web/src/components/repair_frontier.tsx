// What was tried to repair a variant: accuracy lost against size, and the same as a table.
import { frontierOf, losesPoints, type FrontierPoint } from '../causes';
import { domainOf, scale, ticks } from '../chart';
import { isFinite } from '../facts';
import { bytes, count, fixed, percent, significant } from '../format';
import type { Repair } from '../types';
import { Picture, ValueLines } from './chart_parts';
import { DataTable, numeric } from './table';
import { useWidth } from './use_width';
import { VerdictPill } from './verdict';

const HEIGHT = 270;
const LEFT = 58;
const RIGHT = 22;
const TOP = 16;
const BOTTOM = HEIGHT - 44;
const LINE = 13; // between labels

// Attempts that would lie on top of each other: one mark and one label.
interface Spot {
  x: number;
  y: number;
  label: number; // height of its label
  points: FrontierPoint[]; // the one that gives its name first
}

function spotsOf(
  points: FrontierPoint[],
  x: (v: number) => number,
  y: (v: number) => number,
): Spot[] {
  const rank = (p: FrontierPoint) => (p.chosen ? 0 : p.onFrontier ? 1 : 2);
  const spots: Spot[] = [];
  for (const point of [...points].sort((a, b) => rank(a) - rank(b) || a.index - b.index)) {
    const at = { x: x(point.size), y: y(point.loss) };
    const spot = spots.find((s) => Math.abs(s.x - at.x) < 14 && Math.abs(s.y - at.y) < 9);
    if (spot) spot.points.push(point);
    else spots.push({ ...at, label: at.y, points: [point] });
  }
  // Labels close to each other stand below one another.
  const done: Spot[] = [];
  for (const spot of [...spots].sort((a, b) => a.y - b.y)) {
    for (const other of done) {
      const near = Math.abs(other.x - spot.x) < 190 && Math.abs(other.label - spot.label) < LINE;
      if (near) spot.label = other.label + LINE;
    }
    done.push(spot);
  }
  return spots.reverse(); // what is chosen is drawn last
}

// A spot's mark, or its label: those are drawn first, so that none covers a mark.
function Mark({ spot, width, named }: { spot: Spot; width: number; named: boolean }) {
  const [first, ...others] = spot.points;
  if (!first) return null;
  const left = spot.x > width * 0.6;
  const state = `attempt ${first.step.verdict}${first.chosen ? ' chosen' : ''}`;
  if (!named)
    return (
      <g class={state}>
        <title>{spot.points.map((point) => point.step.name).join('\n')}</title>
        <circle cx={spot.x} cy={spot.y} r={first.chosen ? 7 : 5} />
      </g>
    );
  return (
    <g class={state}>
      <text
        x={spot.x + (left ? -11 : 11)}
        y={spot.label}
        dy="0.32em"
        text-anchor={left ? 'end' : 'start'}
      >
        {first.step.name.slice(0, 24)}
        {others.length > 0 && ` and ${others.length} more`}
        {first.beyond && ` (loses ${fixed(first.step.drop_points, 1)})`}
      </text>
    </g>
  );
}

function Chart({ points, inPoints }: { points: FrontierPoint[]; inPoints: boolean }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const sizes = domainOf(
    points.map((p) => p.size / 1000),
    [],
    0.08,
  );
  const losses = domainOf(
    points.map((p) => p.loss),
    inPoints ? [0] : [],
    0.08,
  );
  const kilobytes = scale(sizes, LEFT + 8, width - RIGHT);
  const x = (size: number) => kilobytes(size / 1000);
  const y = scale(losses, TOP, BOTTOM); // less lost is higher up
  const spots = spotsOf(points, x, y);
  const frontier = points.filter((p) => p.onFrontier).sort((a, b) => a.size - b.size);
  const line = frontier.map((p, i) => {
    const before = frontier[i - 1];
    const corner = before ? `H${x(p.size).toFixed(1)}` : `M${x(p.size).toFixed(1)} `;
    return before ? `${corner}V${y(p.loss).toFixed(1)}` : `${corner}${y(p.loss).toFixed(1)}`;
  });
  return (
    <div class="frontier" ref={ref}>
      <Picture
        width={width}
        height={HEIGHT}
        label={`${inPoints ? 'Points lost' : 'SQNR of the outputs'} against size of each attempt; the table has the numbers`}
      >
        <g class="grid">
          <ValueLines
            ticks={ticks(losses, 5)}
            y={y}
            left={LEFT}
            right={width - RIGHT}
            text={(tick) => significant(inPoints ? tick : -tick, 3)}
          />
          {ticks(sizes, Math.max(2, Math.floor(width / 120))).map((tick) => (
            <text key={tick} x={kilobytes(tick)} y={BOTTOM + 18} text-anchor="middle">
              {significant(tick, 4)}
            </text>
          ))}
          <text x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 8} text-anchor="middle">
            size in kB
          </text>
        </g>
        {line.length > 1 && <path class="frontier-line" d={line.join('')} />}
        {[true, false].map((named) =>
          spots.map((spot, i) => (
            <Mark key={`${named}${i}`} spot={spot} width={width} named={named} />
          )),
        )}
      </Picture>
    </div>
  );
}

export function RepairFrontier({ repair }: { repair: Repair }) {
  const points = frontierOf(repair);
  const inPoints = losesPoints(repair);
  const anomalies = repair.steps.some((step) => isFinite(step.auc));
  return (
    <>
      {points.length > 0 && (
        <div class="card">
          <p class="soft">
            {inPoints ? 'Points lost' : 'SQNR of the outputs in dB'}, upwards the better, against the
            size of the model. The line joins what nothing smaller beats; the large mark is the
            chosen one.
            {!inPoints &&
              repair.steps.some((step) => step.output_exact) &&
              ' Attempts without any error are in the table only.'}
          </p>
          <Chart points={points} inPoints={inPoints} />
        </div>
      )}
      <DataTable
        label="What was tried"
        heads={[
          'Tried, in order of cost',
          ...[
            anomalies ? 'AUC' : 'Top-1',
            'Drop, points',
            'Flips',
            'Output SQNR dB',
            'Size',
            'MACs above 8 bits',
          ].map(numeric),
          'Gate',
          'How',
        ]}
      >
        {repair.steps.map((step, i) => (
          <tr key={i} class={i === repair.best ? 'chosen' : undefined}>
            <th scope="row" class="name">
              {step.name}
              {i === repair.best && <span class="interval-text">chosen</span>}
            </th>
            {step.error ? (
              <td colSpan={7} class="soft">
                could not run: {step.error}
              </td>
            ) : (
              <>
                <td class="n">{percent(step.auc ?? step.top1)}</td>
                <td class="n">{fixed(step.drop_points, 2)}</td>
                <td class="n">{count(step.flips)}</td>
                <td class="n">{step.output_exact ? 'exact' : fixed(step.output_sqnr_db, 1)}</td>
                <td class="n">{bytes(step.size_bytes)}</td>
                <td class="n">{percent(step.higher_precision_macs, 1)}</td>
                <td>
                  <VerdictPill verdict={step.verdict} />
                </td>
              </>
            )}
            <td class="text">
              {step.description}
              {step.kept.length > 0 && (
                <span class="interval-text name">kept: {step.kept.join(', ')}</span>
              )}
            </td>
          </tr>
        ))}
      </DataTable>
      {repair.advice && <p class="soft">{repair.advice}</p>}
    </>
  );
}
