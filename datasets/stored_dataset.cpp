#include "datasets/stored_dataset.h"

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

void Widen(DType dtype, std::span<const std::byte> bytes, std::span<float> out) {
  switch (dtype) {
    case DType::kFloat32: return Widen<float>(bytes, out);
    case DType::kFloat64: return Widen<double>(bytes, out);
    case DType::kUInt8: return Widen<uint8_t>(bytes, out);
    case DType::kInt8: return Widen<int8_t>(bytes, out);
    case DType::kInt16: return Widen<int16_t>(bytes, out);
    case DType::kInt32: return Widen<int32_t>(bytes, out);
    case DType::kInt64: return Widen<int64_t>(bytes, out);
    case DType::kBool: return Widen<uint8_t>(bytes, out);
    default: QG_CHECK(false);  // Make lets no other type pass
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

// Samples one after the other.
class ConsecutiveSamples : public SampleStore {
 public:
  ConsecutiveSamples(ByteSource bytes, uint64_t begin, size_t sample_bytes)
      : bytes_(std::move(bytes)), begin_(begin), sample_bytes_(sample_bytes) {}
  [[nodiscard]] Result<std::span<const std::byte>> Read(
      int64_t index, std::vector<std::byte>& buffer) const override {
    return bytes_.Read(begin_ + static_cast<uint64_t>(index) * sample_bytes_, sample_bytes_,
                       buffer);
  }

 private:
  ByteSource bytes_;
  uint64_t begin_;
  size_t sample_bytes_;
};

// The same samples, read once.
Result<std::unique_ptr<const SampleStore>> InMemory(const SampleStore& store, int64_t count,
                                                    size_t sample_bytes) {
  std::vector<std::byte> all;
  all.reserve(static_cast<size_t>(count) * sample_bytes);
  std::vector<std::byte> buffer;
  for (int64_t i = 0; i < count; ++i) {
    QG_ASSIGN_OR_RETURN(const std::span<const std::byte> bytes, store.Read(i, buffer));
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return std::unique_ptr<const SampleStore>(
      std::make_unique<ConsecutiveSamples>(ByteSource(std::move(all)), 0, sample_bytes));
}

Status CheckIntegers(const SampleStore& store, DType dtype, int64_t count,
                     const std::string& file) {
  if (dtype != DType::kInt32 && dtype != DType::kInt64) return OkStatus();
  std::vector<std::byte> buffer;
  for (int64_t i = 0; i < count; ++i) {
    QG_ASSIGN_OR_RETURN(const std::span<const std::byte> bytes, store.Read(i, buffer));
    const auto value =
        dtype == DType::kInt32 ? FirstInexact<int32_t>(bytes) : FirstInexact<int64_t>(bytes);
    if (!value) continue;
    return Error{
        .code = ErrorCode::kInput,
        .message = "holds " + std::to_string(*value) + "; integers up to 2^24 = 16777216 are read",
        .file = file};
  }
  return OkStatus();
}

size_t SampleBytes(const StoredDataset::Content& content) {
  return static_cast<size_t>(content.sample_shape.num_elements() * DTypeBits(content.dtype) / 8);
}

}  // namespace

Selection Select(const DatasetSpec& spec, uint64_t total) {
  const auto clamped = [](int64_t value, uint64_t most) {
    return std::min(static_cast<uint64_t>(std::max<int64_t>(value, 0)), most);
  };
  const uint64_t first = clamped(spec.first, total);
  return {first, spec.limit ? clamped(*spec.limit, total - first) : total - first};
}

Result<std::unique_ptr<Dataset>> StoredDataset::Make(Content content, ByteSource bytes,
                                                     uint64_t begin, const DatasetSpec& spec,
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
  const size_t sample_bytes = SampleBytes(content);
  if (sample_bytes == 0)
    return fail("a sample of shape " + content.sample_shape.ToString() + " is empty");
  const uint64_t value_bytes = bytes.size() - begin;
  if (value_bytes % sample_bytes != 0) {
    return fail(std::to_string(value_bytes) + " bytes are no whole number of samples of " +
                std::to_string(sample_bytes) + " bytes");
  }
  const uint64_t total = value_bytes / sample_bytes;
  if (!content.labels.empty() && content.labels.size() != total) {
    return fail(std::to_string(total) + " samples but " + std::to_string(content.labels.size()) +
                    " labels in " + spec.labels,
                "use the label file that belongs to these samples");
  }
  const auto [first, count] = Select(spec, total);
  if (count == 0) return fail("no samples are left to use", "check 'first' and 'limit'");
  if (!content.labels.empty()) {
    const auto from = content.labels.begin() + static_cast<std::ptrdiff_t>(first);
    content.labels = std::vector<int>(from, from + static_cast<std::ptrdiff_t>(count));
  }
  const bool in_memory = bytes.in_memory();
  std::unique_ptr<const SampleStore> store = std::make_unique<ConsecutiveSamples>(
      std::move(bytes), begin + first * sample_bytes, sample_bytes);
  const auto samples = static_cast<int64_t>(count);
  QG_RETURN_IF_ERROR(CheckIntegers(*store, content.dtype, samples, file));
  const uint64_t most = in_memory ? 0 : spec.most_bytes_in_memory;
  return Make(std::move(content), std::move(store), samples, most);
}

Result<std::unique_ptr<Dataset>> StoredDataset::Make(Content content,
                                                     std::unique_ptr<const SampleStore> store,
                                                     int64_t count, uint64_t most_bytes_in_memory) {
  QG_CHECK(Readable(content.dtype));
  QG_CHECK(content.labels.empty() || std::cmp_equal(content.labels.size(), count));
  const size_t sample_bytes = SampleBytes(content);
  if (static_cast<uint64_t>(count) * sample_bytes <= most_bytes_in_memory) {
    QG_ASSIGN_OR_RETURN(store, InMemory(*store, count, sample_bytes));
  }
  return std::unique_ptr<Dataset>(new StoredDataset(std::move(content), std::move(store), count));
}

int StoredDataset::label(int64_t index) const {
  return content_.labels.empty() ? -1 : content_.labels[static_cast<size_t>(index)];
}

Status StoredDataset::ReadRaw(int64_t index, std::span<float> out) const {
  QG_CHECK(static_cast<int64_t>(out.size()) == content_.sample_shape.num_elements());
  std::vector<std::byte> buffer;
  QG_ASSIGN_OR_RETURN(const std::span<const std::byte> bytes, store_->Read(index, buffer));
  Widen(content_.dtype, bytes, out);
  return OkStatus();
}

Result<std::string> StoredDataset::ContentHash() const {
  Sha256 values;
  std::vector<std::byte> buffer;
  for (int64_t i = 0; i < count_; ++i) {
    QG_ASSIGN_OR_RETURN(const std::span<const std::byte> bytes, store_->Read(i, buffer));
    values.Add(bytes);
  }
  const std::string labels = Sha256Hex(std::as_bytes(std::span(content_.labels)));
  const std::string both = values.Hex() + " " + labels;
  return Sha256Hex(std::as_bytes(std::span(both)));
}

}  // namespace quantgate
