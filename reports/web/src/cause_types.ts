// Where a loss comes from and what repairs it, as report.json has it.
import type { Num, Verdict } from './types';

// Points are hundredths of the share of samples, or percent of the output's size.
export interface TaskLoss {
  n: number;
  flips: number;
  lost: number;
  gained: number;
  points: Num;
  output_sqnr_db: Num;
}

export interface LossSource {
  name: string;
  what: string;
  points: Num;
  alone_points: Num;
  points_so_far: Num;
  output_sqnr_db: Num;
}

export interface OpLoss {
  reference_op: number;
  variant_op: number;
  op_type: string;
  tensor: string;
  integer: boolean;
  alone: TaskLoss;
  own: TaskLoss;
  kept_float: TaskLoss;
  recovered_points: Num;
  float_through: TaskLoss;
  float_from: TaskLoss;
  isolated_sqnr_db: Num;
  isolated_rmse_per_scale: Num;
  clipping_share: Num;
  weights_sqnr_db: Num;
  unflips: number;
  first_unflips: number;
}

export interface GroupLoss {
  ops: number[];
  tensor: string;
  own: TaskLoss;
  kept_float: TaskLoss;
  recovered_points: Num;
}

export interface ExplainedFlip {
  sample: number;
  label: number;
  reference_class: number;
  variant_class: number;
  margin: Num;
  restored_by: number;
}

export interface Attribution {
  reference: string;
  variant: string;
  profile: string;
  labelled: boolean;
  classifies: boolean;
  samples: number;
  samples_given: number;
  total: TaskLoss;
  sources: LossSource[];
  interaction_points: Num;
  ops: OpLoss[];
  groups: GroupLoss[];
  flips: ExplainedFlip[];
  unpaired: string[];
  unmatched_tensors: string[];
}

export interface RepairStep {
  name: string;
  description: string;
  error: string; // not empty: it could not be made or run
  top1: Num; // null where no answers are judged
  auc?: Num; // of anomaly detection
  drop_points: Num;
  flips: number;
  output_sqnr_db?: Num; // dB, lowest of the outputs
  output_exact?: boolean; // no output differs anywhere
  size_bytes: number;
  higher_precision_macs: Num;
  kept: string[];
  verdict: Verdict;
}

export interface Repair {
  reference: string;
  variant: string;
  profile: string;
  samples: number;
  passes: boolean;
  best: number;
  advice: string;
  steps: RepairStep[];
}
