import { useApp } from '../app_context';
import { neededText } from '../baseline';
import { domainOf, dropCutoff, type Domain } from '../chart';
import { BaselineTable } from '../components/baseline_table';
import { Empty, Section } from '../components/basics';
import { FindingCard } from '../components/finding_card';
import { Icon } from '../components/icon';
import { IntervalBar } from '../components/interval_bar';
import { Sparkline } from '../components/sparkline';
import { DataTable } from '../components/table';
import { TensorLink } from '../components/tensor_link';
import { VerdictPill } from '../components/verdict';
import {
  findingCounts,
  groupFindings,
  hasLabels,
  headline,
  isFinite,
  reason,
  sampleCount,
  worstLayer,
} from '../facts';
import { bytes, count, fixed, MISSING, percent, plural, points } from '../format';
import { formatHash } from '../router';
import type { Auc, Interval, Num, Report, VariantResult } from '../types';

const MOST_FINDINGS = 4;
const MOST_VERDICTS = 10;

// All of them; of many, those that did not pass.
function listedVerdicts(variants: VariantResult[]): VariantResult[] {
  if (variants.length <= MOST_VERDICTS) return variants;
  return variants.filter((v) => v.verdict !== 'pass').slice(0, MOST_VERDICTS);
}

// Unless the reason says it already.
function needed(variant: VariantResult): string {
  return /samples/.test(reason(variant)) ? '' : neededText(variant);
}

function Hero({ report }: { report: Report }) {
  const listed = listedVerdicts(report.variants);
  const rest = report.variants.length - listed.length;
  return (
    <section class={`hero ${report.verdict}`} aria-label="Verdict">
      <div class="hero-icon" aria-hidden="true">
        <Icon name={report.verdict} />
      </div>
      <div class="hero-text">
        <h1>{headline(report)}</h1>
        <p>
          Judged on {sampleCount(report)} of <span class="name">{report.dataset.name}</span>
          {report.reference.auc ? (
            <>
              ; the float model’s area under the ROC curve is {percent(report.reference.auc.value)}.
            </>
          ) : hasLabels(report.reference) ? (
            <>; the float model is right on {percent(report.reference.accuracy.top1)}.</>
          ) : report.context.task_reason ? (
            <>. Not judged as a classification: {report.context.task_reason}.</>
          ) : (
            ', which have no labels: no accuracy can be given.'
          )}
        </p>
      </div>
      <ul class="verdicts">
        {listed.map((variant, i) => (
          <li key={i}>
            <VerdictPill verdict={variant.verdict} />
            <span>
              <b class="name">{variant.name}</b> <span class="soft">{reason(variant)}</span>{' '}
              {needed(variant) && <span class="needed">{needed(variant)}</span>}
            </span>
          </li>
        ))}
        {rest > 0 && <li class="soft">and {count(rest)} more in the table</li>}
      </ul>
    </section>
  );
}

interface Domains {
  top1: Domain;
  drop: Domain;
  sqnr: Domain;
}

const ends = (interval: Interval | undefined): Num[] => [
  interval?.low ?? null,
  interval?.high ?? null,
];

function domainsOf(report: Report): Domains {
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
    sqnr: domainOf(
      report.variants.flatMap((v) => v.tensors.map((row) => row.sqnr_db)),
      [0],
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

// The drop that the gate allows, as a share.
function allowedDrop(variant: VariantResult): number | undefined {
  const rule = variant.rules.find((r) => r.rule === 'max_drop_points');
  return rule && isFinite(rule.threshold) ? rule.threshold / 100 : undefined;
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

function WorstCell({ variant, domain }: { variant: VariantResult; domain: Domain }) {
  const worst = worstLayer(variant);
  if (!worst) return <td data-label="Worst layer">{MISSING}</td>;
  return (
    <td data-label="Worst layer" class="worst">
      <TensorLink variant={variant} tensor={worst.tensor} />
      <span class="interval-text">{fixed(worst.sqnr_db, 1)} dB</span>
      <Sparkline values={variant.tensors.map((row) => row.sqnr_db)} domain={domain} />
    </td>
  );
}

function SizeCell({ variant, report }: { variant: VariantResult; report: Report }) {
  const { size_bytes: size } = variant.model;
  const float = report.reference.model.size_bytes;
  return (
    <td data-label="Size">
      <span class="measure">{bytes(size)}</span>
      {variant !== report.reference && size > 0 && float > 0 && (
        <span class="interval-text">{fixed((size / float) * 100, 0)} % of float</span>
      )}
    </td>
  );
}

function VariantRow({
  variant,
  report,
  domains,
}: {
  variant: VariantResult;
  report: Report;
  domains: Domains;
}) {
  const isReference = variant === report.reference;
  const tone = isReference ? 'neutral' : variant.verdict;
  const name = (
    <th scope="row">
      <span class="name">{variant.name || 'reference'}</span>
      <span class="interval-text">{variant.model.quantization || variant.scheme}</span>
    </th>
  );
  const verdict = (
    <td data-label="Verdict">
      {isReference ? (
        <span class="pill neutral">Reference</span>
      ) : (
        <VerdictPill verdict={variant.verdict} />
      )}
    </td>
  );
  if (variant.error) {
    return (
      <tr>
        {name}
        <td colSpan={5} class="run-error">
          {variant.error}
        </td>
        {verdict}
      </tr>
    );
  }
  return (
    <tr class={isReference ? 'reference' : undefined}>
      {name}
      <Top1Cell variant={variant} report={report} domain={domains.top1} tone={tone} />
      <DropCell variant={variant} domain={domains.drop} tone={tone} />
      <FlipsCell variant={variant} />
      <WorstCell variant={variant} domain={domains.sqnr} />
      <SizeCell variant={variant} report={report} />
      {verdict}
    </tr>
  );
}

function Variants({ report }: { report: Report }) {
  const domains = domainsOf(report);
  return (
    <Section
      title="Variants"
      intro="Bars show 95 % intervals on a common scale. The thin line is the float model, or no drop; the dotted one is what the gate allows; an arrow is off the scale."
    >
      <DataTable
        label="Variants"
        kind="variants"
        heads={[
          'Variant',
          report.reference.auc ? 'AUC' : 'Top-1',
          'Drop, points',
          'Flips',
          'Worst layer, SQNR along depth',
          'Size',
          'Verdict',
        ]}
      >
        {[report.reference, ...report.variants].map((variant, i) => (
          <VariantRow key={i} variant={variant} report={report} domains={domains} />
        ))}
      </DataTable>
    </Section>
  );
}

export function Summary() {
  const { report } = useApp();
  const groups = groupFindings(report.findings);
  return (
    <>
      <Hero report={report} />
      <Variants report={report} />
      <BaselineTable variants={report.variants} />
      <Section
        title="Findings"
        intro={`${findingCounts(groups.map((group) => group.finding))}. Most severe first.`.replace(
          /^none\..*/,
          '',
        )}
        aside={
          groups.length > 0 && (
            <a class="more" href={formatHash('causes')}>
              Evidence and commands
            </a>
          )
        }
      >
        {groups.length === 0 && <Empty>Nothing was found to be wrong.</Empty>}
        <div class="cards">
          {groups.slice(0, MOST_FINDINGS).map((group, i) => (
            <FindingCard key={i} group={group} short />
          ))}
        </div>
        {groups.length > MOST_FINDINGS && (
          <p>
            <a href={formatHash('causes')}>
              {plural(groups.length - MOST_FINDINGS, 'more finding')}
            </a>
          </p>
        )}
      </Section>
    </>
  );
}
