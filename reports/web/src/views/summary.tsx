import { useApp } from '../app_context';
import { neededText } from '../baseline';
import { domainOf, type Domain } from '../chart';
import { AnswerCells, answerDomains, type AnswerDomains } from '../components/answer_cells';
import { BaselineTable } from '../components/baseline_table';
import { Empty, Section } from '../components/basics';
import { FindingCard } from '../components/finding_card';
import { Icon } from '../components/icon';
import { OutputCells } from '../components/output_cells';
import { Sparkline } from '../components/sparkline';
import { DataTable } from '../components/table';
import { TensorLink } from '../components/tensor_link';
import { VerdictPill } from '../components/verdict';
import {
  findingCounts,
  groupFindings,
  hasLabels,
  headline,
  reason,
  sampleCount,
  worstLayer,
} from '../facts';
import { bytes, count, fixed, MISSING, percent, plural } from '../format';
import { showsOutputErrors } from '../outputs';
import { formatHash } from '../router';
import type { Report, VariantResult } from '../types';

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
  domains: { answers: AnswerDomains; sqnr: Domain };
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
        <td colSpan={showsOutputErrors(report) ? 4 : 5} class="run-error">
          {variant.error}
        </td>
        {verdict}
      </tr>
    );
  }
  return (
    <tr class={isReference ? 'reference' : undefined}>
      {name}
      {showsOutputErrors(report) ? (
        <OutputCells variant={variant} />
      ) : (
        <AnswerCells variant={variant} report={report} domains={domains.answers} tone={tone} />
      )}
      <WorstCell variant={variant} domain={domains.sqnr} />
      <SizeCell variant={variant} report={report} />
      {verdict}
    </tr>
  );
}

const ANSWERS_INTRO =
  'Bars show 95 % intervals on a common scale. The thin line is the float model, or no drop; the dotted one is what the gate allows; an arrow is off the scale.';
const OUTPUTS_INTRO =
  'SQNR of the output where it is lowest; the largest error of any value of any output, in its units.';

function Variants({ report }: { report: Report }) {
  const outputs = showsOutputErrors(report);
  const sqnr = report.variants.flatMap((v) => v.tensors.map((row) => row.sqnr_db));
  const domains = { answers: answerDomains(report), sqnr: domainOf(sqnr, [0]) };
  return (
    <Section title="Variants" intro={outputs ? OUTPUTS_INTRO : ANSWERS_INTRO}>
      <DataTable
        label="Variants"
        kind="variants"
        heads={[
          'Variant',
          ...(outputs
            ? ['Output SQNR', 'Output max error']
            : [report.reference.auc ? 'AUC' : 'Top-1', 'Drop, points', 'Flips']),
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
