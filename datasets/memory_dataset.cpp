#include "datasets/memory_dataset.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "reference/core/sha256.h"

namespace quantgate {
namespace {

template <class T>
void Widen(std::span<const std::byte> bytes, std::span<float> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    out[i] = static_cast<float>(value);
  }
}

bool Readable(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kFloat64:
    case DType::kUInt8:
    case DType::kInt8:
    case DType::kInt16:
    case DType::kInt32:
    case DType::kInt64:
    case DType::kBool: return true;
    default: return false;
  }
}

// The first integer that float32 does not hold; null where all do.
template <class T>
std::optional<int64_t> FirstInexact(std::span<const std::byte> bytes) {
  constexpr int64_t kExact = int64_t{1} << std::numeric_limits<float>::digits;
  for (size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    if (std::cmp_greater(value, kExact) || std::cmp_less(value, -kExact)) return value;
  }
  return std::nullopt;
}

std::optional<int64_t> FirstInexact(DType dtype, std::span<const std::byte> bytes) {
  if (dtype == DType::kInt32) return FirstInexact<int32_t>(bytes);
  if (dtype == DType::kInt64) return FirstInexact<int64_t>(bytes);
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Dataset>> MemoryDataset::Make(Content content, const DatasetSpec& spec,
                                                     const std::string& file) {
  const auto fail = [&](std::string message, std::string hint = "") {
    return Error{.code = ErrorCode::kInput,
                 .message = std::move(message),
                 .file = file,
                 .hint = std::move(hint)};
  };
  if (!Readable(content.dtype)) {
    return fail("samples of type " + std::string(DTypeName(content.dtype)) + " cannot be read",
                "float32, float64, uint8, int8, int16, int32, int64 and bool can");
  }
  const auto sample_bytes =
      static_cast<size_t>(content.sample_shape.num_elements() * DTypeBits(content.dtype) / 8);
  if (sample_bytes == 0)
    return fail("a sample of shape " + content.sample_shape.ToString() + " is empty");
  if (content.values.size() % sample_bytes != 0) {
    return fail(std::to_string(content.values.size()) +
                " bytes are no whole number of samples of " + std::to_string(sample_bytes) +
                " bytes");
  }
  if (const auto value = FirstInexact(content.dtype, content.values)) {
    return fail("holds " + std::to_string(*value) + "; integers up to 2^24 = 16777216 are read");
  }
  const size_t total = content.values.size() / sample_bytes;
  if (!content.labels.empty() && content.labels.size() != total) {
    return fail(std::to_string(total) + " samples but " + std::to_string(content.labels.size()) +
                    " labels in " + spec.labels,
                "use the label file that belongs to these samples");
  }
  const auto first =
      static_cast<size_t>(std::clamp<int64_t>(spec.first, 0, static_cast<int64_t>(total)));
  const size_t left = total - first;
  const size_t count =
      spec.limit ? std::min(left, static_cast<size_t>(std::max<int64_t>(*spec.limit, 0))) : left;
  if (count == 0) return fail("no samples are left to use", "check 'first' and 'limit'");
  const auto cut = [&](auto& values, size_t unit) {
    values.erase(values.begin() + static_cast<std::ptrdiff_t>((first + count) * unit),
                 values.end());
    values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(first * unit));
  };
  cut(content.values, sample_bytes);
  if (!content.labels.empty()) cut(content.labels, 1);
  std::unique_ptr<MemoryDataset> dataset(new MemoryDataset(std::move(content)));
  dataset->count_ = static_cast<int64_t>(count);
  return std::unique_ptr<Dataset>(std::move(dataset));
}

int MemoryDataset::label(int64_t index) const {
  return content_.labels.empty() ? -1 : content_.labels[static_cast<size_t>(index)];
}

std::span<const std::byte> MemoryDataset::SampleBytes(int64_t index) const {
  const size_t bytes = content_.values.size() / static_cast<size_t>(count_);
  return std::span(content_.values).subspan(static_cast<size_t>(index) * bytes, bytes);
}

void MemoryDataset::ReadRaw(int64_t index, std::span<float> out) const {
  const std::span<const std::byte> bytes = SampleBytes(index);
  QG_CHECK(static_cast<int64_t>(out.size()) == content_.sample_shape.num_elements());
  switch (content_.dtype) {
    case DType::kFloat32: return Widen<float>(bytes, out);
    case DType::kFloat64: return Widen<double>(bytes, out);
    case DType::kUInt8: return Widen<uint8_t>(bytes, out);
    case DType::kInt8: return Widen<int8_t>(bytes, out);
    case DType::kInt16: return Widen<int16_t>(bytes, out);
    case DType::kInt32: return Widen<int32_t>(bytes, out);
    case DType::kInt64: return Widen<int64_t>(bytes, out);
    case DType::kBool: return Widen<uint8_t>(bytes, out);
    default: QG_CHECK(false);  // Make let no other type pass
  }
}

std::string MemoryDataset::ContentHash() const {
  const std::string values = Sha256Hex(content_.values);
  const std::string labels = Sha256Hex(std::as_bytes(std::span(content_.labels)));
  const std::string both = values + " " + labels;
  return Sha256Hex(std::as_bytes(std::span(both)));
}

}  // namespace quantgate
