import { useApp } from '../app_context';
import { unitOf } from '../causes';
import { Empty, Section, Select } from '../components/basics';
import { FindingCard } from '../components/finding_card';
import { FlipCauses } from '../components/flip_causes';
import { OpCosts } from '../components/op_costs';
import { RepairFrontier } from '../components/repair_frontier';
import { DataTable, numeric } from '../components/table';
import { VerdictPill } from '../components/verdict';
import { Waterfall } from '../components/waterfall';
import { findingCounts, groupFindings, isFinite } from '../facts';
import { count, percent, plural, significant } from '../format';
import type { Attribution, Finding, RuleResult } from '../types';

const SEVERITIES = [
  { id: '', label: 'All' },
  { id: 'error', label: 'Errors' },
  { id: 'warning', label: 'Warnings' },
  { id: 'note', label: 'Notes' },
];

// Of a rule that is judged with a confidence.
function statistics(rule: RuleResult): string {
  const parts = [
    `confidence ${percent(rule.confidence, 0)}`,
    `p of “kept” ${significant(rule.p_kept, 3)}`,
    `p of “broken” ${significant(rule.p_broken, 3)}`,
  ];
  if (isFinite(rule.samples_needed)) parts.push(`${count(rule.samples_needed)} samples to decide`);
  return parts.join(', ');
}

function Rules() {
  const { report } = useApp();
  const rules = report.variants.flatMap((variant) =>
    variant.rules.map((rule) => ({ variant, rule })),
  );
  return (
    <Section title="Rules of the gate" intro="What was asked of each variant, and what was seen.">
      {rules.length === 0 ? (
        <Empty>No rule was asked for.</Empty>
      ) : (
        <DataTable
          label="Rules of the gate"
          heads={[
            'Variant',
            'Rule',
            'Of',
            numeric('Threshold'),
            numeric('Observed'),
            'Unit',
            'Verdict',
            'In words',
          ]}
        >
          {rules.map(({ variant, rule }, i) => (
            <tr key={i}>
              <th scope="row" class="name">
                {variant.name}
              </th>
              <td class="word">{rule.rule}</td>
              <td class="name">{rule.target || 'the variant'}</td>
              <td class="n">{significant(rule.threshold)}</td>
              <td class="n">{significant(rule.observed)}</td>
              <td>{rule.unit}</td>
              <td>
                <VerdictPill verdict={rule.verdict} />
              </td>
              <td class="text">
                {rule.explanation}
                {isFinite(rule.confidence) && <span class="interval-text">{statistics(rule)}</span>}
              </td>
            </tr>
          ))}
        </DataTable>
      )}
    </Section>
  );
}

function Losses() {
  const { report } = useApp();
  return (
    <>
      {report.variants.map(
        (variant, i) =>
          variant.attribution && (
            <Section
              key={i}
              title={`Where the loss of ${variant.name} comes from`}
              intro={lossIntro(variant.attribution)}
            >
              <Waterfall attribution={variant.attribution} />
              <OpCosts variant={variant} />
              <FlipCauses variant={variant} />
              {variant.attribution.unpaired.length > 0 && (
                <details class="unmatched">
                  <summary>
                    {plural(variant.attribution.unpaired.length, 'operator')} left float
                  </summary>
                  <ul>
                    {variant.attribution.unpaired.map((text, k) => (
                      <li key={k} class="name">
                        {text}
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </Section>
          ),
      )}
      {report.repair && (
        <Section
          title="Repair"
          intro={`What was tried for ${report.repair.variant}, in order of cost, on ${plural(report.repair.samples, 'sample')}.`}
        >
          <RepairFrontier repair={report.repair} />
        </Section>
      )}
    </>
  );
}

const lossIntro = (a: Attribution): string =>
  `From the float model to the variant, one source after the other, in ${unitOf(a)}. ` +
  'Own: lost by the float model with this operator’s weights and output coded; quantized alone: ' +
  'the same with its integer kernel; recovered: what the variant wins back with it in float' +
  (a.samples < a.samples_given
    ? ` (on ${count(a.samples)} of ${count(a.samples_given)} samples).`
    : '.');

export function Causes() {
  const { report, route, setParams } = useApp();
  const { severity = '', of = '' } = route.params;
  const fits = (finding: Finding) =>
    (!severity || finding.severity === severity) && (!of || finding.variant === of);
  const all = groupFindings(report.findings);
  const groups = groupFindings(report.findings.filter(fits));
  const variants = [...new Set(report.findings.map((f) => f.variant))];
  return (
    <>
      <Section
        title="Causes"
        intro={
          report.findings.length > 0
            ? `Found: ${findingCounts(all.map((group) => group.finding))}.`
            : undefined
        }
        aside={
          report.findings.length > 0 && (
            <div class="controls">
              <Select
                label="Severity"
                choices={SEVERITIES}
                value={severity}
                onChange={(id) => setParams({ severity: id })}
              />
              <Select
                label="Variant"
                value={of}
                onChange={(id) => setParams({ of: id })}
                choices={[
                  { id: '', label: 'All' },
                  ...variants.map((name) => ({ id: name, label: name })),
                ]}
              />
            </div>
          )
        }
      >
        {report.findings.length === 0 && <Empty>Nothing was found to be wrong.</Empty>}
        {report.findings.length > 0 && groups.length === 0 && <Empty>No finding fits.</Empty>}
        <div class="cards one">
          {groups.map((group, i) => (
            <FindingCard key={i} group={group} />
          ))}
        </div>
      </Section>
      <Losses />
      <Rules />
    </>
  );
}
