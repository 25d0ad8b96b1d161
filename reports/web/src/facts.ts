// What the views say about a report: pure functions.
import { count, plural } from './format';
import type { Finding, Num, Report, TensorError, VariantResult, Verdict } from './types';

export const isFinite = (value: Num | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

export const VERDICT_WORDS: Record<Verdict, string> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
};

const ONLY_VARIANT: Record<Verdict, string> = {
  pass: 'The variant passed the gate',
  fail: 'The variant failed the gate',
  inconclusive: 'The variant could not be decided',
};

export function headline(report: Report): string {
  const all = report.variants.length;
  if (all === 0) return 'No variant was evaluated';
  const of = (verdict: Verdict) => report.variants.filter((v) => v.verdict === verdict).length;
  if (all === 1) return ONLY_VARIANT[report.verdict];
  if (report.verdict === 'pass') return `All ${all} variants passed the gate`;
  const parts = [];
  if (of('fail') > 0) parts.push(`${of('fail')} of ${all} variants failed the gate`);
  if (of('inconclusive') > 0) {
    parts.push(
      `${of('inconclusive')}${parts.length ? '' : ` of ${all} variants`} could not be decided`,
    );
  }
  return parts.length ? parts.join(', ') : `${all} variants evaluated`;
}

// What decided, in a sentence.
export function reason(variant: VariantResult): string {
  if (variant.error) return `Could not be run: ${variant.error}`;
  const broken = variant.rules.filter((rule) => rule.verdict !== 'pass');
  if (broken.length) return sentence(broken.map((rule) => rule.explanation).join('; '));
  if (!variant.rules.length) return 'No rule was asked for.';
  const rules = variant.rules.length;
  return rules === 1 ? 'The rule holds.' : rules === 2 ? 'Both rules hold.' : `All ${rules} rules hold.`;
}

export function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

export function worstLayer(variant: VariantResult): TensorError | undefined {
  let worst: TensorError | undefined;
  for (const row of variant.tensors) {
    if (!isFinite(row.sqnr_db)) continue;
    if (!worst || row.sqnr_db < (worst.sqnr_db as number)) worst = row;
  }
  return worst;
}

export function clippedShare(row: TensorError): number | null {
  if (!isFinite(row.clipped_low_share) && !isFinite(row.clipped_high_share)) return null;
  return (row.clipped_low_share ?? 0) + (row.clipped_high_share ?? 0);
}

// Of the mean squared error: what no code of the tensor's could avoid. Null where nothing is clipped.
export function clippingShare(row: TensorError): number | null {
  if (!isFinite(row.clipping_mse ?? null) || !row.clipping_mse || !row.mse) return null;
  return Math.min(1, row.clipping_mse / row.mse);
}

export function hasLabels(variant: VariantResult): boolean {
  return variant.accuracy.n > 0;
}

// class_names may be shorter than the classes, or empty.
export function className(report: Report, index: number): string {
  return report.dataset.class_names[index] ?? (index < 0 ? 'none' : String(index));
}

export interface FindingGroup {
  finding: Finding; // the first one
  variants: string[]; // all it was said of
}

// What was found alike in several variants, told once.
export function groupFindings(findings: Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const { id, severity, tensor, message, fix } = finding;
    const key = JSON.stringify([id, severity, tensor, message, fix]);
    const group = groups.get(key);
    if (group) group.variants.push(finding.variant);
    else groups.set(key, { finding, variants: [finding.variant] });
  }
  return [...groups.values()];
}

export function findingCounts(findings: Finding[]): string {
  const of = (severity: string) => findings.filter((f) => f.severity === severity).length;
  const parts = [
    of('error') && plural(of('error'), 'error'),
    of('warning') && plural(of('warning'), 'warning'),
    of('note') && plural(of('note'), 'note'),
  ].filter(Boolean);
  return parts.length ? parts.join(', ') : 'none';
}

export function sampleCount(report: Report): string {
  return `${count(report.dataset.samples)} samples`;
}
