// The report as report.json has it; configs/schema/report.schema.json says what each field means.
// Every number may be null: the program writes null for NaN and for what is absent.

import type { Attribution, Repair } from './cause_types';

export type * from './cause_types';

export type Num = number | null;
export type Verdict = 'pass' | 'fail' | 'inconclusive';
export type Severity = 'note' | 'warning' | 'error';

export interface Interval {
  low: Num;
  high: Num;
}

export interface MetricValue {
  name: string;
  value: Num;
  unit: string;
  direction: 'higher_is_better' | 'lower_is_better' | 'neutral';
  n: number;
}

export interface Finding {
  id: string;
  name: string;
  severity: Severity;
  variant: string;
  tensor: string;
  op_index: number;
  message: string;
  evidence: MetricValue[];
  fix: string;
  repro: string;
}

// Bin i holds [low + i bin_width, low + (i + 1) bin_width).
export interface TensorHistogram {
  samples: number;
  low: Num;
  bin_width: Num;
  reference: number[];
  variant: number[];
}

// Entry i stands for `group` adjacent channels.
export interface ChannelRanges {
  tensor: string;
  channels: number;
  group: number;
  min: Num[];
  max: Num[];
  scale: Num[]; // empty with one scale for all
}

export interface TensorError {
  tensor: string;
  reference_tensor: string;
  tensor_index: number;
  op_index: number;
  op_type: string;
  matched_by: string;
  dtype: string;
  elements: number;
  samples: number;
  scale: Num;
  zero_point: Num;
  mean_error: Num;
  error_stddev: Num;
  max_abs_error: Num;
  mean_max_abs_error: Num;
  mse: Num;
  rmse_per_scale: Num;
  sqnr_db: Num;
  effective_bits: Num;
  cosine: Num;
  kl_divergence: Num;
  pearson: Num;
  clipped_low_share: Num;
  clipped_high_share: Num;
  clipping_mse?: Num; // reports of earlier builds have none
  codes_used: Num;
  codes_total: Num;
  code_min: Num;
  code_max: Num;
  reference_min: Num;
  reference_max: Num;
  representable_min: Num;
  representable_max: Num;
  oracle_max_lsb: Num;
  oracle_mean_lsb: Num;
  non_finite: number;
  histogram: TensorHistogram | null;
  channels: ChannelRanges | null; // of the reference's values
  weights: ChannelRanges | null; // of the operator's quantized weights
}

// One tensor of the same model, computed twice.
export interface CodeDifference {
  tensor: string;
  tensor_index: number;
  op_index: number;
  op_type: string;
  dtype: string;
  elements: number;
  different: number;
  largest: Num;
  samples_different: number;
  first_sample: number;
  first_element: number;
  first_value: Num;
  second_value: Num;
  inputs_equal: boolean;
}

export interface DriftReport {
  first: string;
  second: string;
  samples: number;
  arg_max_flips: Num;
  tensors: CodeDifference[];
}

export interface RuleResult {
  rule: string;
  target: string; // the tensor or class it is about; empty: the whole variant
  threshold: Num;
  observed: Num;
  unit: string;
  verdict: Verdict;
  explanation: string;
  confidence: Num;
  p_kept: Num;
  p_broken: Num;
  samples_needed: number | null;
}

export interface Accuracy {
  n: number;
  correct: number;
  top1: Num;
  wilson95: Interval;
}

export interface PairedResult {
  n: number;
  both_correct: number;
  lost: number;
  gained: number;
  both_wrong: number;
  flips: number;
  drop: Num;
  drop95: Interval;
}

export interface ClassResult {
  label: number;
  n: number;
  reference_correct: number;
  correct: number;
  lost: number;
  gained: number;
}

export interface BaselineComparison {
  path: string;
  reason: string;
  same_model: boolean;
  incomparable: string; // not empty: why the answers cannot be compared
  top1: Num;
  size_bytes: number;
  paired: PairedResult | null;
}

// Tensors by index; constants are left out.
export interface GraphOp {
  index: number;
  type: string;
  inputs: number[];
  outputs: number[];
}

export interface GraphFacts {
  inputs: number[];
  outputs: number[];
  ops: GraphOp[];
}

// [label, prediction, count] of the cells that are not zero.
export interface Confusion {
  classes: number;
  cells: [number, number, number][];
}

export interface FlippedSample {
  index: number;
  label: number;
  reference_prediction: number;
  variant_prediction: number;
  reference_margin: Num;
  variant_margin: Num;
}

export interface SamplePicture {
  index: number;
  height: number;
  width: number;
  channels: number;
  pixels_base64: string;
}

export interface ModelFacts {
  path: string;
  sha256: string;
  size_bytes: number;
  operators: number;
  quantization: string;
}

export interface TensorParameters {
  name: string;
  dtype: string;
  shape: string;
  scale: Num;
  zero_point: Num;
}

export interface Auc {
  normal: number;
  anomalous: number;
  value: Num;
  standard_error: Num;
  delong95: Interval;
}

export interface AucDrop {
  value: Num;
  standard_error: Num;
  delong95: Interval;
}

export interface VariantResult {
  name: string;
  verdict: Verdict;
  error: string;
  description: string;
  scheme: string;
  runtime: string;
  profile: string;
  model: ModelFacts;
  inputs: TensorParameters[];
  outputs: TensorParameters[];
  graph: GraphFacts;
  accuracy: Accuracy;
  paired: PairedResult | null;
  classes: ClassResult[];
  baseline: BaselineComparison | null;
  rules: RuleResult[];
  auc: Auc | null;
  auc_drop: AucDrop | null;
  confusion: Confusion;
  tensors: TensorError[];
  unmatched_tensors: string[];
  unmatched_reference_tensors: string[];
  drift: DriftReport | null;
  profile_drift: DriftReport | null;
  attribution: Attribution | null;
  flipped: FlippedSample[];
}

export interface DatasetFacts {
  name: string;
  kind: string;
  sha256: string;
  samples: number;
  classes: number;
  class_names: string[];
  sample_shape: string;
  preprocessing: string;
  real_min: Num;
  real_max: Num;
}

export interface Environment {
  compiler: string;
  build_type: string;
  cpu: string;
  threads: number;
  instruction_set: string;
  rechecked_samples: number;
  started_utc: string;
  seconds_total: Num;
  timings: MetricValue[];
}

export interface TensorCalibration {
  tensor: string;
  tensor_index: number;
  op_index: number;
  min: Num;
  max: Num;
  values: number;
  non_finite: number;
  first_non_finite_sample: number | null;
  width_shares: Num[];
  widest_sample_share: Num;
  held_out_clipped_share: Num;
  late_samples_share: Num;
  estimates: Interval[]; // by CalibrationCheck.estimators
}

export interface CalibrationCheck {
  verdict: 'enough' | 'more samples' | 'other samples';
  samples: number;
  sample_counts: number[];
  held_out_samples: number;
  shared_samples: number;
  first_shared_sample: number | null;
  advice: string[];
  estimators: string[];
  tensors: TensorCalibration[];
}

export interface Report {
  schema_version: number;
  verdict: Verdict;
  context: {
    title: string;
    program_version: string;
    command: string;
    config_path: string;
    config: unknown;
    task_reason?: string; // reports of earlier builds have none
  };
  dataset: DatasetFacts;
  calibration: DatasetFacts | null;
  calibration_check: CalibrationCheck | null;
  reference: VariantResult;
  variants: VariantResult[];
  repair: Repair | null;
  findings: Finding[];
  history: unknown[]; // other runs; history.ts reads them
  pictures: SamplePicture[];
  environment?: Environment;
}
