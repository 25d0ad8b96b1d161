import { useState } from 'preact/hooks';
import { useApp } from '../app_context';
import { Empty, Section, Segments, Select } from '../components/basics';
import { Icon } from '../components/icon';
import { RunComparison } from '../components/run_comparison';
import { Swatch } from '../components/swatch';
import { DataTable, numeric } from '../components/table';
import { TrendChart } from '../components/trend_chart';
import { VerdictPill } from '../components/verdict';
import { count, plural } from '../format';
import { trendOf, TRENDS, trendValues, variantNames, type Run } from '../history';

const runLabel = (run: Run, i: number): string =>
  `${i + 1}: ${run.started || run.file || 'this report'}`;

function Open() {
  const { history } = useApp();
  return (
    <div class="dropzone">
      <p>
        Drop other <code>report.json</code> or <code>report.html</code> files anywhere on this page,
        or choose them. They are read here and sent nowhere.
      </p>
      <label class="button file-button">
        Choose reports
        <input
          type="file"
          multiple
          accept=".json,.html"
          onChange={(event) => {
            const input = event.currentTarget;
            void history.add([...(input.files ?? [])]);
            input.value = '';
          }}
        />
      </label>
      <div role="status">
        {history.problems.map((problem, i) => (
          <p key={i} class="run-error">
            {problem}
          </p>
        ))}
      </div>
    </div>
  );
}

function Runs({ runs }: { runs: Run[] }) {
  const { history } = useApp();
  return (
    <DataTable
      label="Runs"
      kind="plain-table wide runs"
      heads={[
        numeric('#'),
        'Run',
        'Started',
        'Samples',
        numeric('Variants'),
        'Verdict',
        { label: <span class="hidden">Remove</span> },
      ]}
    >
      {runs.map((run, i) => (
        <tr key={i}>
          <td class="n">{i + 1}</td>
          <th scope="row">
            <span class="name">{run.title || run.file || 'Untitled run'}</span>
            <span class="interval-text">{run.file || 'this report'}</span>
          </th>
          <td class="word">{run.started || '–'}</td>
          <td>
            <span class="name">{run.dataset.name || '–'}</span>
            <span class="interval-text">
              {count(run.dataset.samples)}
              {run.dataset.sha256 && `, SHA-256 ${run.dataset.sha256.slice(0, 8)}…`}
            </span>
          </td>
          <td class="n">{count(run.variants.length)}</td>
          <td>
            <VerdictPill verdict={run.verdict} />
          </td>
          <td>
            {run.file && (
              <button
                type="button"
                class="icon-button"
                aria-label={`Remove run ${i + 1}`}
                onClick={() => history.remove(run)}
              >
                <Icon name="close" />
              </button>
            )}
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

function OverTime({ runs, marked }: { runs: Run[]; marked: number[] }) {
  const { route, setParams } = useApp();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const trend = trendOf(route.params['trend'], runs);
  const toggle = (name: string) => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
  };
  const lines = variantNames(runs).map((name, colour) => ({
    name,
    colour,
    values: trendValues(runs, name, trend),
  }));
  return (
    <Section
      title="Over time"
      intro={`${trend.title}, a line a variant, the oldest run first.`}
      aside={
        <Segments
          label="Shown"
          choices={TRENDS}
          value={trend.id}
          onChange={(id) => setParams({ trend: id })}
        />
      }
    >
      <div class="card">
        <fieldset class="toggles">
          <legend class="hidden">Variants in the chart</legend>
          {lines.map((line) => (
            <label key={line.name} class={`chip s${line.colour % 6}`}>
              <input
                type="checkbox"
                checked={!hidden.has(line.name)}
                onChange={() => toggle(line.name)}
              />
              <Swatch />
              <span class="name">{line.name}</span>
            </label>
          ))}
        </fieldset>
        <TrendChart
          lines={lines.filter((line) => !hidden.has(line.name))}
          labels={runs.map((run, i) => run.started.slice(0, 10) || `run ${i + 1}`)}
          title={trend.title}
          marked={marked}
        />
      </div>
    </Section>
  );
}

// A run's number as the link has it, from 1.
function position(text: string | undefined, runs: Run[], otherwise: number): number {
  const i = Number(text) - 1;
  return Number.isInteger(i) && i >= 0 && i < runs.length ? i : otherwise;
}

export function History() {
  const { history, route, setParams } = useApp();
  const { runs } = history;
  const a = position(route.params['a'], runs, Math.max(0, runs.length - 2));
  const b = position(route.params['b'], runs, runs.length - 1);
  const [before, after] = [runs[a], runs[b]];
  const choices = runs.map((run, i) => ({ id: String(i + 1), label: runLabel(run, i) }));
  return (
    <>
      <Section title="History" intro={`${plural(runs.length, 'run')}, the oldest first.`}>
        <Open />
        <Runs runs={runs} />
      </Section>
      {runs.length < 2 && <Empty>With a second report, this page shows what changed.</Empty>}
      {runs.length > 1 && <OverTime runs={runs} marked={[a, b]} />}
      {runs.length > 1 && before && after && (
        <Section
          title="Two runs compared"
          aside={
            <div class="controls">
              <Select
                label="From"
                value={String(a + 1)}
                choices={choices}
                onChange={(id) => setParams({ a: id })}
              />
              <Select
                label="To"
                value={String(b + 1)}
                choices={choices}
                onChange={(id) => setParams({ b: id })}
              />
            </div>
          }
        >
          <RunComparison before={before} after={after} />
        </Section>
      )}
    </>
  );
}
