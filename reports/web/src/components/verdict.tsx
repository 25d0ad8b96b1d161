import { VERDICT_WORDS } from '../facts';
import type { Severity, Verdict } from '../types';
import { Icon } from './icon';

export function VerdictPill({ verdict }: { verdict: Verdict }) {
  return (
    <span class={`pill ${verdict}`}>
      <Icon name={verdict} />
      {VERDICT_WORDS[verdict]}
    </span>
  );
}

export function SeverityPill({ severity }: { severity: Severity }) {
  return (
    <span class={`pill ${severity}`}>
      <Icon name={severity} />
      {severity.charAt(0).toUpperCase() + severity.slice(1)}
    </span>
  );
}
