// How often a variant answers rightly, and otherwise than the float model: three cells of a row.
import { domainOf, dropCutoff, type Domain } from '../chart';
import { hasLabels, isFinite } from '../facts';
import { count, fixed, MISSING, percent, points } from '../format';
import { formatHash } from '../router';
import type { Auc, Interval, Num, Report, VariantResult } from '../types';
import { IntervalBar } from './interval_bar';

export interface AnswerDomains {
  top1: Domain;
  drop: Domain;
}

// The drop that the gate allows, as a share.
function allowedDrop(variant: VariantResult): number | undefined {
  const rule = variant.rules.find((r) => r.rule === 'max_drop_points');
  return rule && isFinite(rule.threshold) ? rule.threshold / 100 : undefined;
}

const ends = (interval: Interval | undefined): Num[] => [
  interval?.low ?? null,
  interval?.high ?? null,
];

// Scales that all variants share. Drops far beyond the others do not stretch them.
export function answerDomains(report: Report): AnswerDomains {
  const labelled = report.variants.filter(hasLabels);
  const allowed = labelled.map(allowedDrop).find((drop) => drop !== undefined);
  const cutoff = dropCutoff(
    labelled.flatMap((v) => (isFinite(v.paired?.drop) ? [v.paired.drop] : [])),
    allowed,
  );
  const near = labelled.filter((v) => Math.abs(v.paired?.drop ?? 0) <= cutoff);
  const shown = [report.reference, ...near].filter(hasLabels);
  return {
    top1: domainOf(shown.flatMap((v) => [v.accuracy.top1, ...ends(v.accuracy.wilson95)])),
    drop: domainOf(
      near.flatMap((v) => [v.paired?.drop ?? null, ...ends(v.paired?.drop95)]),
      allowed === undefined ? [0] : [0, allowed],
    ),
  };
}

function IntervalText({ interval, decimals }: { interval: Interval; decimals: number }) {
  const end = (value: Num) => fixed(value === null ? null : value * 100, decimals);
  return (
    <span class="interval-text">
      {end(interval.low)} to {end(interval.high)}
    </span>
  );
}

function AucCell({ auc }: { auc: Auc }) {
  return (
    <td data-label="AUC">
      <span class="measure">{percent(auc.value)}</span>
      <IntervalText interval={auc.delong95} decimals={2} />
    </td>
  );
}

function Top1Cell({
  variant,
  report,
  domain,
  tone,
}: {
  variant: VariantResult;
  report: Report;
  domain: Domain;
  tone: string;
}) {
  if (variant.auc) return <AucCell auc={variant.auc} />;
  if (!hasLabels(variant)) return <td data-label="Top-1">{MISSING}</td>;
  const { top1, wilson95 } = variant.accuracy;
  const reference = report.reference.accuracy;
  return (
    <td data-label="Top-1">
      <span class="measure">{percent(top1)}</span>
      <IntervalText interval={wilson95} decimals={2} />
      <IntervalBar
        value={top1}
        interval={wilson95}
        domain={domain}
        tone={tone}
        mark={reference.n > 0 && isFinite(reference.top1) ? reference.top1 : undefined}
      />
    </td>
  );
}

function DropCell({
  variant,
  domain,
  tone,
}: {
  variant: VariantResult;
  domain: Domain;
  tone: string;
}) {
  const { paired, auc_drop: lost } = variant;
  if (lost)
    return (
      <td data-label="AUC drop, points">
        <span class="measure">{points(lost.value)}</span>
        <IntervalText interval={lost.delong95} decimals={2} />
      </td>
    );
  if (!paired || paired.n === 0 || !hasLabels(variant))
    return <td data-label="Drop, points">{MISSING}</td>;
  return (
    <td data-label="Drop, points">
      <span class="measure">{points(paired.drop)}</span>
      <IntervalText interval={paired.drop95} decimals={2} />
      <IntervalBar
        value={paired.drop}
        interval={paired.drop95}
        domain={domain}
        tone={tone}
        mark={0}
        limit={allowedDrop(variant)}
      />
    </td>
  );
}

function FlipsCell({ variant }: { variant: VariantResult }) {
  const { paired } = variant;
  if (!paired || paired.n === 0) return <td data-label="Flips">{MISSING}</td>;
  return (
    <td data-label="Flips">
      <a class="measure" href={formatHash('samples', { variant: variant.name })}>
        {count(paired.flips)}
      </a>
      {hasLabels(variant) && (
        <span class="interval-text">
          {count(paired.lost)} lost, {count(paired.gained)} gained
        </span>
      )}
    </td>
  );
}

export function AnswerCells({
  variant,
  report,
  domains,
  tone,
}: {
  variant: VariantResult;
  report: Report;
  domains: AnswerDomains;
  tone: string;
}) {
  return (
    <>
      <Top1Cell variant={variant} report={report} domain={domains.top1} tone={tone} />
      <DropCell variant={variant} domain={domains.drop} tone={tone} />
      <FlipsCell variant={variant} />
    </>
  );
}
