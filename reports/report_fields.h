// The fields of a run report, each named once. The JSON writer and the JSON reader both walk these
// lists, so what one writes the other reads. Units stand in configs/schema/report.schema.json.
//
// A visitor V has `template <class T> using Ref` (const T to write, T to read) and is called with
// every field's key and value, in the order of the document. `Added` names fields that reports
// written earlier lack: read without them, the value stays as it is.
#pragma once

#include "harness/results/run_report.h"
#include "reports/cause_fields.h"

namespace quantgate {

template <class V>
void VisitFields(V& visit, FieldsOf<V, MetricValue> metric) {
  visit("name", metric.name);
  visit("value", metric.value);
  visit("unit", metric.unit);
  visit("direction", metric.direction);
  visit("n", metric.n);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, Interval> interval) {
  visit("low", interval.low);
  visit("high", interval.high);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, Finding> finding) {
  visit("id", finding.id);
  visit("name", finding.name);
  visit("severity", finding.severity);
  visit("variant", finding.variant);
  visit("tensor", finding.tensor);
  visit("op_index", finding.op_index);
  visit("message", finding.message);
  visit("evidence", finding.evidence);
  visit("fix", finding.fix);
  visit("repro", finding.repro);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, TensorHistogram> histogram) {
  visit("samples", histogram.samples);
  visit("low", histogram.low);
  visit("bin_width", histogram.bin_width);
  visit("reference", histogram.reference);
  visit("variant", histogram.variant);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, ChannelRanges> ranges) {
  visit("tensor", ranges.tensor);
  visit("channels", ranges.channels);
  visit("group", ranges.group);
  visit("min", ranges.min);
  visit("max", ranges.max);
  visit("scale", ranges.scale);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, TensorError> tensor) {
  visit("tensor", tensor.tensor);
  visit("reference_tensor", tensor.reference_tensor);
  visit("tensor_index", tensor.tensor_index);
  visit("op_index", tensor.op_index);
  visit("op_type", tensor.op_type);
  visit("matched_by", tensor.matched_by);
  visit("dtype", tensor.dtype);
  visit("elements", tensor.elements);
  visit("samples", tensor.samples);
  visit("scale", tensor.scale);
  visit("zero_point", tensor.zero_point);
  visit("mean_error", tensor.mean_error);
  visit("error_stddev", tensor.error_stddev);
  visit("max_abs_error", tensor.max_abs_error);
  visit("mean_max_abs_error", tensor.mean_max_abs_error);
  visit("mse", tensor.mse);
  visit("rmse_per_scale", tensor.rmse_per_scale);
  visit("sqnr_db", tensor.sqnr_db);
  visit("effective_bits", tensor.effective_bits);
  visit("cosine", tensor.cosine);
  visit("kl_divergence", tensor.kl_divergence);
  visit("pearson", tensor.pearson);
  visit("clipped_low_share", tensor.clipped_low_share);
  visit("clipped_high_share", tensor.clipped_high_share);
  visit("codes_used", tensor.codes_used);
  visit("codes_total", tensor.codes_total);
  visit("code_min", tensor.code_min);
  visit("code_max", tensor.code_max);
  visit("reference_min", tensor.reference_min);
  visit("reference_max", tensor.reference_max);
  visit("representable_min", tensor.representable_min);
  visit("representable_max", tensor.representable_max);
  visit("oracle_max_lsb", tensor.oracle_max_lsb);
  visit("oracle_mean_lsb", tensor.oracle_mean_lsb);
  visit("non_finite", tensor.non_finite);
  visit.Added("clipping_mse", tensor.clipping_mse);
  visit.Added("histogram", tensor.histogram);
  visit.Added("channels", tensor.channels);
  visit.Added("weights", tensor.weights);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, RuleResult> rule) {
  visit("rule", rule.rule);
  visit("target", rule.target);
  visit("threshold", rule.threshold);
  visit("observed", rule.observed);
  visit("unit", rule.unit);
  visit("verdict", rule.verdict);
  visit("explanation", rule.explanation);
  visit("confidence", rule.confidence);
  visit("p_kept", rule.p_kept);
  visit("p_broken", rule.p_broken);
  visit("samples_needed", rule.samples_needed);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, ClassResult> row) {
  visit("label", row.label);
  visit("n", row.n);
  visit("reference_correct", row.reference_correct);
  visit("correct", row.correct);
  visit("lost", row.lost);
  visit("gained", row.gained);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, Accuracy> accuracy) {
  visit("n", accuracy.n);
  visit("correct", accuracy.correct);
  visit("top1", accuracy.top1);
  visit("wilson95", accuracy.wilson95);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, PairedResult> paired) {
  visit("n", paired.n);
  visit("both_correct", paired.both_correct);
  visit("lost", paired.lost);
  visit("gained", paired.gained);
  visit("both_wrong", paired.both_wrong);
  visit("flips", paired.flips);
  visit("drop", paired.drop);
  visit("drop95", paired.drop95);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, BaselineComparison> baseline) {
  visit("path", baseline.path);
  visit("reason", baseline.reason);
  visit("same_model", baseline.same_model);
  visit("incomparable", baseline.incomparable);
  visit("top1", baseline.top1);
  visit("size_bytes", baseline.size_bytes);
  visit("paired", baseline.paired);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, FlippedSample> sample) {
  visit("index", sample.index);
  visit("label", sample.label);
  visit("reference_prediction", sample.reference_prediction);
  visit("variant_prediction", sample.variant_prediction);
  visit("reference_margin", sample.reference_margin);
  visit("variant_margin", sample.variant_margin);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, ModelFacts> model) {
  visit("path", model.path);
  visit("sha256", model.sha256);
  visit("size_bytes", model.size_bytes);
  visit("operators", model.operators);
  visit("quantization", model.quantization);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, TensorParameters> tensor) {
  visit("name", tensor.name);
  visit("dtype", tensor.dtype);
  visit("shape", tensor.shape);
  visit("scale", tensor.scale);
  visit("zero_point", tensor.zero_point);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, GraphOp> op) {
  visit("index", op.index);
  visit("type", op.type);
  visit("inputs", op.inputs);
  visit("outputs", op.outputs);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, GraphFacts> graph) {
  visit("inputs", graph.inputs);
  visit("outputs", graph.outputs);
  visit("ops", graph.ops);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, CodeDifference> row) {
  visit("tensor", row.tensor);
  visit("tensor_index", row.tensor_index);
  visit("op_index", row.op_index);
  visit("op_type", row.op_type);
  visit("dtype", row.dtype);
  visit("elements", row.elements);
  visit("different", row.different);
  visit("largest", row.largest);
  visit("samples_different", row.samples_different);
  visit("first_sample", row.first_sample);
  visit("first_element", row.first_element);
  visit("first_value", row.first_value);
  visit("second_value", row.second_value);
  visit("inputs_equal", row.inputs_equal);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, DriftReport> drift) {
  visit("first", drift.first);
  visit("second", drift.second);
  visit("samples", drift.samples);
  visit("arg_max_flips", drift.arg_max_flips);
  visit("tensors", drift.tensors);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, VariantResult> variant) {
  visit("name", variant.name);
  visit("verdict", variant.verdict);
  visit("error", variant.error);
  visit("description", variant.description);
  visit("scheme", variant.scheme);
  visit("runtime", variant.runtime);
  visit("profile", variant.profile);
  visit("model", variant.model);
  visit("inputs", variant.inputs);
  visit("outputs", variant.outputs);
  visit("graph", variant.graph);
  visit("accuracy", variant.accuracy);
  visit("paired", variant.paired);
  visit("classes", variant.classes);
  visit("baseline", variant.baseline);
  visit("rules", variant.rules);
  visit.Added("auc", variant.auc);
  visit.Added("auc_drop", variant.auc_drop);
  visit("confusion", variant.confusion);
  visit("tensors", variant.tensors);
  visit("unmatched_tensors", variant.unmatched_tensors);
  visit("unmatched_reference_tensors", variant.unmatched_reference_tensors);
  visit("drift", variant.drift);
  visit("profile_drift", variant.profile_drift);
  visit.Added("attribution", variant.attribution);
  visit("flipped", variant.flipped);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, DatasetFacts> dataset) {
  visit("name", dataset.name);
  visit("kind", dataset.kind);
  visit("sha256", dataset.sha256);
  visit("samples", dataset.samples);
  visit("classes", dataset.classes);
  visit("class_names", dataset.class_names);
  visit("sample_shape", dataset.sample_shape);
  visit("preprocessing", dataset.preprocessing);
  visit("real_min", dataset.real_min);
  visit("real_max", dataset.real_max);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, Environment> environment) {
  visit("compiler", environment.compiler);
  visit("build_type", environment.build_type);
  visit("cpu", environment.cpu);
  visit("threads", environment.threads);
  visit("instruction_set", environment.instruction_set);
  visit("rechecked_samples", environment.rechecked_samples);
  visit("started_utc", environment.started_utc);
  visit("seconds_total", environment.seconds_total);
  visit("timings", environment.timings);
}

// The context and the pictures hold a document and bytes; the JSON files treat those two fields.
template <class V>
void VisitFields(V& visit, FieldsOf<V, ReportContext> context) {
  visit("title", context.title);
  visit("program_version", context.program_version);
  visit("command", context.command);
  visit("config_path", context.config_path);
  visit.Document("config", context.config_json);
  visit.Added("task_reason", context.task_reason);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, SamplePicture> picture) {
  visit("index", picture.index);
  visit("height", picture.height);
  visit("width", picture.width);
  visit("channels", picture.channels);
  visit.Bytes("pixels_base64", picture.pixels);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, TensorCalibration> tensor) {
  visit("tensor", tensor.tensor);
  visit("tensor_index", tensor.tensor_index);
  visit("op_index", tensor.op_index);
  visit("min", tensor.min);
  visit("max", tensor.max);
  visit("values", tensor.values);
  visit("non_finite", tensor.non_finite);
  visit("first_non_finite_sample", tensor.first_non_finite_sample);
  visit("width_shares", tensor.width_shares);
  visit("widest_sample_share", tensor.widest_sample_share);
  visit("held_out_clipped_share", tensor.held_out_clipped_share);
  visit("late_samples_share", tensor.late_samples_share);
  visit.Added("estimates", tensor.estimates);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, CalibrationCheck> check) {
  visit("verdict", check.verdict);
  visit("samples", check.samples);
  visit("sample_counts", check.sample_counts);
  visit("held_out_samples", check.held_out_samples);
  visit("shared_samples", check.shared_samples);
  visit("first_shared_sample", check.first_shared_sample);
  visit("advice", check.advice);
  visit.Added("estimators", check.estimators);
  visit("tensors", check.tensors);
}

// Everything but `schema_version`, which comes first, and `environment`, which comes last.
template <class V>
void VisitFields(V& visit, FieldsOf<V, RunReport> report) {
  visit("verdict", report.verdict);
  visit("context", report.context);
  visit("dataset", report.dataset);
  visit("calibration", report.calibration);
  visit("calibration_check", report.calibration_check);
  visit("reference", report.reference);
  visit("variants", report.variants);
  visit.Added("repair", report.repair);
  visit("findings", report.findings);
  visit.Added("history", report.history);
  visit("pictures", report.pictures);
}

}  // namespace quantgate
