import { useApp } from '../app_context';
import { clean } from '../clean';
import { Command, CopyButton, Empty, Facts, Section } from '../components/basics';
import { DataTable, numeric } from '../components/table';
import { isFinite } from '../facts';
import { bytes, count, fixed, range, significant } from '../format';
import type { DatasetFacts, Environment, TensorParameters, VariantResult } from '../types';

// `short`: its beginning, for tables; the rest is in the title and on the clipboard.
function Hash({ text, short }: { text: string; short?: boolean }) {
  if (!text) return <>–</>;
  return (
    <span class={short ? 'hash short' : 'hash'} title={text}>
      <code>{short ? `${text.slice(0, 8)}…` : text}</code>
      <CopyButton text={text} label="the hash" />
    </span>
  );
}

function Dataset({ title, data }: { title: string; data: DatasetFacts }) {
  return (
    <div class="card">
      <h3>{title}</h3>
      <Facts
        rows={[
          ['Name', <span class="name">{data.name}</span>],
          ['Reader', data.kind],
          ['Samples', count(data.samples)],
          ['Classes', data.classes > 0 ? count(data.classes) : '–'],
          ['Sample shape', data.sample_shape],
          ['Preprocessing', data.preprocessing],
          ['Real values', range(data.real_min, data.real_max)],
          ['SHA-256', <Hash text={data.sha256} />],
        ]}
      />
    </div>
  );
}

function Machine({ environment }: { environment: Environment }) {
  const longest = Math.max(0, ...environment.timings.map((t) => t.value ?? 0));
  return (
    <div class="card">
      <h3>Machine</h3>
      <Facts
        rows={[
          ['Compiler', environment.compiler],
          ['Build', environment.build_type],
          ['Processor', environment.cpu],
          ['Threads', count(environment.threads)],
          [
            'Kernels',
            `${environment.instruction_set}, ${count(environment.rechecked_samples)} samples checked with the plain ones`,
          ],
          ['Started', environment.started_utc],
          [
            'Took',
            isFinite(environment.seconds_total) ? `${fixed(environment.seconds_total, 1)} s` : '–',
          ],
        ]}
      />
      <ul class="timings" aria-label="Seconds by phase">
        {environment.timings.map((timing, i) => (
          <li key={i}>
            <span>{timing.name}</span>
            <span class="margin" aria-hidden="true">
              <i style={{ width: `${longest > 0 ? ((timing.value ?? 0) / longest) * 100 : 0}%` }} />
            </span>
            <span class="n">
              {fixed(timing.value, 1)} {timing.unit}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Models({ all }: { all: VariantResult[] }) {
  return (
    <DataTable
      label="Models"
      heads={[
        'Variant',
        'Made by',
        'Quantization',
        'Runtime',
        'Numerics',
        numeric('Operators'),
        numeric('Size'),
        'File',
        'SHA-256',
      ]}
    >
      {all.map((variant, i) => (
        <tr key={i}>
          <th scope="row" class="name">
            {variant.name}
          </th>
          <td class="text">{variant.description || '–'}</td>
          <td>{variant.model.quantization || variant.scheme || '–'}</td>
          <td>{variant.runtime || '–'}</td>
          <td>{variant.profile || '–'}</td>
          <td class="n">{count(variant.model.operators)}</td>
          <td class="n">{bytes(variant.model.size_bytes)}</td>
          <td class="name">{variant.model.path || 'made during the run'}</td>
          <td>
            <Hash text={variant.model.sha256} short />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

function Ends({ all }: { all: VariantResult[] }) {
  const rows = all.flatMap((variant) => [
    ...variant.inputs.map((end) => ({ variant, side: 'input', end })),
    ...variant.outputs.map((end) => ({ variant, side: 'output', end })),
  ]) as { variant: VariantResult; side: string; end: TensorParameters }[];
  if (rows.length === 0) return <Empty>No model was read.</Empty>;
  return (
    <DataTable
      label="Inputs and outputs"
      heads={['Variant', 'End', 'Tensor', 'Type', 'Shape', numeric('Scale'), numeric('Zero point')]}
    >
      {rows.map(({ variant, side, end }, i) => (
        <tr key={i}>
          <th scope="row" class="name">
            {variant.name}
          </th>
          <td>{side}</td>
          <td class="name">{end.name}</td>
          <td>{end.dtype}</td>
          <td>{end.shape}</td>
          <td class="n">{significant(end.scale, 8)}</td>
          <td class="n">{significant(end.zero_point)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

export function Reproduce() {
  const { report } = useApp();
  const { context, environment } = report;
  const all = [report.reference, ...report.variants];
  const config = clean(
    typeof context.config === 'string' ? context.config : JSON.stringify(context.config, null, 2),
  );
  return (
    <>
      <Section
        title="Run it again"
        intro={
          <>
            Quantgate {context.program_version || '–'}, config{' '}
            <span class="name">{context.config_path || '–'}</span>.
          </>
        }
      >
        {context.command ? (
          <Command text={context.command} label="the command" />
        ) : (
          <Empty>The command is not recorded.</Empty>
        )}
      </Section>
      <Section
        title="Models"
        intro="A model made during the run has no file; its hash is of the bytes that ran."
      >
        <Models all={all} />
      </Section>
      <Section title="Inputs and outputs" intro="real = scale × (code − zero point)">
        <Ends all={all} />
      </Section>
      <Section title="Data and machine">
        <div class="cards">
          <Dataset title="Dataset" data={report.dataset} />
          {report.calibration && <Dataset title="Calibration data" data={report.calibration} />}
          {environment && <Machine environment={environment} />}
        </div>
      </Section>
      <Section
        title="Effective config"
        intro="Every default filled in."
        aside={<CopyButton text={config} label="the config" />}
      >
        <pre class="code" tabIndex={0}>
          {config}
        </pre>
      </Section>
    </>
  );
}
