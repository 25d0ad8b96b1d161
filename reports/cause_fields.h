// The fields of report_fields.h that tell where a loss comes from, what repairs it, how well
// anomalies are told, and what is kept of other runs.
#pragma once

#include "harness/results/attribution.h"
#include "harness/results/auc.h"
#include "harness/results/history.h"
#include "harness/results/repair.h"

namespace quantgate {

// What a visitor is shown of T: const T& to write, T& to read.
template <class V, class T>
using FieldsOf = typename V::template Ref<T>&;

template <class V>
void VisitFields(V& visit, FieldsOf<V, Auc> auc) {
  visit("normal", auc.normal);
  visit("anomalous", auc.anomalous);
  visit("value", auc.value);
  visit("standard_error", auc.standard_error);
  visit("delong95", auc.delong95);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, AucDrop> drop) {
  visit("value", drop.value);
  visit("standard_error", drop.standard_error);
  visit("delong95", drop.delong95);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, HistoryTensor> tensor) {
  visit("tensor", tensor.tensor);
  visit("reference_tensor", tensor.reference_tensor);
  visit("sqnr_db", tensor.sqnr_db);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, HistoryVariant> variant) {
  visit("name", variant.name);
  visit("verdict", variant.verdict);
  visit("error", variant.error);
  visit("top1", variant.top1);
  visit.Added("auc", variant.auc);
  visit.Added("output_sqnr_db", variant.output_sqnr_db);
  visit("size_bytes", variant.size_bytes);
  visit("sha256", variant.sha256);
  visit("tensors", variant.tensors);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, HistoryRun> run) {
  visit("file", run.file);
  visit("title", run.title);
  visit("started_utc", run.started_utc);
  visit("verdict", run.verdict);
  visit("dataset_name", run.dataset_name);
  visit("dataset_sha256", run.dataset_sha256);
  visit("samples", run.samples);
  visit("variants", run.variants);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, TaskLoss> loss) {
  visit("n", loss.n);
  visit("flips", loss.flips);
  visit("lost", loss.lost);
  visit("gained", loss.gained);
  visit("points", loss.points);
  visit("output_sqnr_db", loss.output_sqnr_db);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, LossSource> source) {
  visit("name", source.name);
  visit("what", source.what);
  visit("points", source.points);
  visit("alone_points", source.alone_points);
  visit("points_so_far", source.points_so_far);
  visit("output_sqnr_db", source.output_sqnr_db);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, OpLoss> op) {
  visit("reference_op", op.reference_op);
  visit("variant_op", op.variant_op);
  visit("op_type", op.op_type);
  visit("tensor", op.tensor);
  visit("integer", op.integer);
  visit("alone", op.alone);
  visit("own", op.own);
  visit("kept_float", op.kept_float);
  visit("recovered_points", op.recovered_points);
  visit("float_through", op.float_through);
  visit("float_from", op.float_from);
  visit("isolated_sqnr_db", op.isolated_sqnr_db);
  visit("isolated_rmse_per_scale", op.isolated_rmse_per_scale);
  visit("clipping_share", op.clipping_share);
  visit("weights_sqnr_db", op.weights_sqnr_db);
  visit("unflips", op.unflips);
  visit("first_unflips", op.first_unflips);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, GroupLoss> group) {
  visit("ops", group.ops);
  visit("tensor", group.tensor);
  visit("own", group.own);
  visit("kept_float", group.kept_float);
  visit("recovered_points", group.recovered_points);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, ExplainedFlip> flip) {
  visit("sample", flip.sample);
  visit("label", flip.label);
  visit("reference_class", flip.reference_class);
  visit("variant_class", flip.variant_class);
  visit("margin", flip.margin);
  visit("restored_by", flip.restored_by);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, Attribution> attribution) {
  visit("reference", attribution.reference);
  visit("variant", attribution.variant);
  visit("profile", attribution.profile);
  visit("labelled", attribution.labelled);
  visit("classifies", attribution.classifies);
  visit("samples", attribution.samples);
  visit("samples_given", attribution.samples_given);
  visit("total", attribution.total);
  visit("sources", attribution.sources);
  visit("interaction_points", attribution.interaction_points);
  visit("ops", attribution.ops);
  visit("groups", attribution.groups);
  visit("flips", attribution.flips);
  visit("unpaired", attribution.unpaired);
  visit("unmatched_tensors", attribution.unmatched_tensors);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, RepairStep> step) {
  visit("name", step.name);
  visit("description", step.description);
  visit("error", step.error);
  visit("top1", step.top1);
  visit.Added("auc", step.auc);
  visit("drop_points", step.drop_points);
  visit("flips", step.flips);
  visit.Added("output_sqnr_db", step.output_sqnr_db);
  visit.Added("output_exact", step.output_exact);
  visit("size_bytes", step.size_bytes);
  visit("higher_precision_macs", step.higher_precision_macs);
  visit("kept", step.kept);
  visit("verdict", step.verdict);
}

template <class V>
void VisitFields(V& visit, FieldsOf<V, Repair> repair) {
  visit("reference", repair.reference);
  visit("variant", repair.variant);
  visit("profile", repair.profile);
  visit("samples", repair.samples);
  visit("passes", repair.passes);
  visit("best", repair.best);
  visit("advice", repair.advice);
  visit("steps", repair.steps);
}

}  // namespace quantgate
