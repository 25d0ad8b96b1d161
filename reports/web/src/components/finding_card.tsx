import { useApp } from '../app_context';
import type { FindingGroup } from '../facts';
import { count, significant } from '../format';
import type { MetricValue } from '../types';
import { Command, Prose } from './basics';
import { TensorLink } from './tensor_link';
import { SeverityPill } from './verdict';

const DIRECTIONS = {
  higher_is_better: 'higher is better',
  lower_is_better: 'lower is better',
  neutral: '',
};

function Evidence({ metric }: { metric: MetricValue }) {
  const direction = DIRECTIONS[metric.direction];
  return (
    <li class="evidence">
      <span class="evidence-name">{metric.name}</span>
      <span class="evidence-value">
        {significant(metric.value)}
        <small> {metric.unit}</small>
      </span>
      <span class="evidence-n">
        n = {count(metric.n)}
        {direction && `, ${direction}`}
      </span>
    </li>
  );
}

// `short`: message and fix alone, with a link to the rest.
export function FindingCard({ group, short }: { group: FindingGroup; short?: boolean }) {
  const { finding, variants } = group;
  const { report } = useApp();
  const variant = report.variants.find((v) => v.name === finding.variant);
  return (
    <article class={`card finding edge-${finding.severity}`}>
      <header>
        <SeverityPill severity={finding.severity} />
        <h3>
          {finding.id} <span class="name">{finding.name}</span>
        </h3>
        <span class="finding-where">
          <span class="name">{variants.join(', ')}</span>
          {finding.tensor && (
            <>
              {' '}
              at <TensorLink variant={variant} tensor={finding.tensor} />
            </>
          )}
        </span>
      </header>
      <p>
        <Prose text={finding.message} />
      </p>
      {!short && finding.evidence.length > 0 && (
        <ul class="evidence-list" aria-label="Evidence">
          {finding.evidence.map((metric, i) => (
            <Evidence key={i} metric={metric} />
          ))}
        </ul>
      )}
      {finding.fix && (
        <p class="fix">
          <b>Fix</b> <Prose text={finding.fix} />
        </p>
      )}
      {!short && finding.repro && (
        <div class="repro">
          <b>See it again</b>
          <Command text={finding.repro} label="the command" />
        </div>
      )}
    </article>
  );
}
