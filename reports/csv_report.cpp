#include "reports/csv_report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace quantgate {
namespace {

constexpr std::string_view kHeader =
    "op_name,tensor_idx,num_elements,stddev,mean_error,max_abs_error,mean_squared_error,scale,"
    "zero_point,tensor_name,variant,op_index,reference_tensor,dtype,samples,rmse_per_scale,sqnr_db,"
    "cosine,pearson,kl_divergence,effective_bits,mean_max_abs_error,clipped_low_share,"
    "clipped_high_share,clipping_mse,"
    "codes_used,codes_total,reference_min,reference_max,representable_min,representable_max,"
    "oracle_max_lsb,non_finite\r\n";

// Text in quotes. Spreadsheets take a cell that starts with one of these for a formula, white space
// before it skipped.
std::string Text(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool formula = first != std::string::npos &&
                       std::string_view("=+-@|%").find(text[first]) != std::string_view::npos;
  std::string cell = formula ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '\0') continue;
    cell += c == '"' ? "\"\"" : std::string(1, c);
  }
  return cell + "\"";
}

// The shortest digits that read back as the same number, whatever the locale.
std::string Number(double value) {
  if (!std::isfinite(value)) return "";
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string Number(const std::optional<double>& value) { return value ? Number(*value) : ""; }
std::string Number(const std::optional<int64_t>& value) {
  return value ? std::to_string(*value) : "";
}

std::string Row(const VariantResult& variant, const TensorError& row) {
  const std::string cells[] = {Text(row.op_type),
                               std::to_string(row.tensor_index),
                               std::to_string(row.elements),
                               Number(row.error_stddev),
                               Number(row.mean_error),
                               Number(row.max_abs_error),
                               Number(row.mse),
                               Number(row.scale),
                               Number(row.zero_point),
                               Text(row.tensor),
                               Text(variant.name),
                               std::to_string(row.op_index),
                               Text(row.reference_tensor),
                               Text(std::string(DTypeName(row.dtype))),
                               std::to_string(row.samples),
                               Number(row.rmse_per_scale),
                               Number(row.sqnr_db),
                               Number(row.cosine),
                               Number(row.pearson),
                               Number(row.kl_divergence),
                               Number(row.effective_bits),
                               Number(row.mean_max_abs_error),
                               Number(row.clipped_low_share),
                               Number(row.clipped_high_share),
                               Number(row.clipping_mse),
                               Number(row.codes_used),
                               Number(row.codes_total),
                               Number(row.reference_min),
                               Number(row.reference_max),
                               Number(row.representable_min),
                               Number(row.representable_max),
                               Number(row.oracle_max_lsb),
                               std::to_string(row.non_finite)};
  std::string line;
  for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + cell;
  return line + "\r\n";
}

}  // namespace

std::string RenderCsv(const RunReport& report) {
  std::string csv(kHeader);
  for (const VariantResult& variant : report.variants) {
    for (const TensorError& row : variant.tensors) csv += Row(variant, row);
  }
  return csv;
}

}  // namespace quantgate
