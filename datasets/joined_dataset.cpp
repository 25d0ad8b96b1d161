#include "datasets/joined_dataset.h"

#include <algorithm>
#include <limits>
#include <set>

#include "reference/core/check.h"
#include "reference/core/sha256.h"

namespace quantgate {
namespace {

Status CheckNames(const std::vector<JoinedDataset::Part>& parts) {
  std::set<std::string> names;
  for (const JoinedDataset::Part& part : parts) names.insert(part.name);
  if (names.size() == parts.size() ? !names.contains("") : names == std::set<std::string>{""}) {
    return OkStatus();
  }
  return Error{.code = ErrorCode::kConfig,
               .message =
                   "of several inputs, all files have a name of their own (NAME=FILE), or "
                   "none has one"};
}

}  // namespace

Result<std::unique_ptr<Dataset>> JoinedDataset::Make(std::vector<Part> parts) {
  QG_CHECK(!parts.empty());
  QG_RETURN_IF_ERROR(CheckNames(parts));
  const int64_t samples = parts.front().samples->size();
  int64_t values = 0;
  for (const Part& part : parts) {
    if (part.samples->size() != samples) {
      return Error{.code = ErrorCode::kInput,
                   .message = "has " + std::to_string(part.samples->size()) + " samples, " +
                              parts.front().file + " " + std::to_string(samples),
                   .file = part.file,
                   .hint = "sample i of a model of several inputs is sample i of every file"};
    }
    values += part.samples->sample_shape().num_elements();
  }
  if (values > std::numeric_limits<int32_t>::max()) {
    return Error{.code = ErrorCode::kInput,
                 .message = "a sample has " + std::to_string(values) + " values in all",
                 .file = parts.front().file};
  }
  const Shape shape = parts.size() == 1 ? parts.front().samples->sample_shape()
                                        : Shape{static_cast<int32_t>(values)};
  return std::unique_ptr<Dataset>(new JoinedDataset(std::move(parts), shape));
}

std::vector<SamplePart> JoinedDataset::parts() const {
  std::vector<SamplePart> all;
  for (const Part& part : parts_) all.push_back({part.name, part.samples->sample_shape()});
  return all;
}

Status JoinedDataset::ReadRaw(int64_t index, std::span<float> out) const {
  for (const Part& part : parts_) {
    const auto values = static_cast<size_t>(part.samples->sample_shape().num_elements());
    QG_RETURN_IF_ERROR(part.samples->ReadRaw(index, out.first(values)));
    out = out.subspan(values);
  }
  return OkStatus();
}

Result<std::string> JoinedDataset::ContentHash() const {
  std::string all;
  for (const Part& part : parts_) {
    QG_ASSIGN_OR_RETURN(const std::string hash, part.samples->ContentHash());
    all += hash + " " + part.name + "\n";
  }
  return Sha256Hex(std::as_bytes(std::span(all)));
}

}  // namespace quantgate
