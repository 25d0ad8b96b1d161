import { useApp } from '../app_context';
import type { FindingGroup } from '../facts';
import { count, significant } from '../format';
import { formatHash } from '../router';
import type { MetricValue } from '../types';
import { Command } from './basics';
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

export function TensorLink({ variant, tensor }: { variant: string; tensor: string }) {
  return (
    <a class="name" href={formatHash('layers', { variant, tensor })}>
      {tensor}
    </a>
  );
}

// `short`: message and fix alone, with a link to the rest.
export function FindingCard({ group, short }: { group: FindingGroup; short?: boolean }) {
  const { finding, variants } = group;
  const { report } = useApp();
  const variant = report.variants.find((v) => v.name === finding.variant);
  const known = variant?.tensors.some((row) => row.tensor === finding.tensor);
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
              at{' '}
              {known ? (
                <TensorLink variant={finding.variant} tensor={finding.tensor} />
              ) : (
                <span class="name">{finding.tensor}</span>
              )}
            </>
          )}
        </span>
      </header>
      <p>{finding.message}</p>
      {!short && finding.evidence.length > 0 && (
        <ul class="evidence-list" aria-label="Evidence">
          {finding.evidence.map((metric, i) => (
            <Evidence key={i} metric={metric} />
          ))}
        </ul>
      )}
      {finding.fix && (
        <p class="fix">
          <b>Fix</b> {finding.fix}
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
