#include "harness/calibration/observation_file.h"

#include <bit>
#include <charconv>
#include <cmath>

#include "harness/calibration/json_numbers.h"
#include "reference/core/file.h"

namespace quantgate {
namespace {

using Json = nlohmann::ordered_json;

// Deeper than the format nests; protects the parser.
constexpr int kMaxDepth = 16;

// Of a tensor, and of anything counted in it: a double holds it, and many files add up in 64 bits.
constexpr int64_t kMostValues = int64_t{1} << 53;

// A number of values. `total` is what was counted before it.
int64_t CountFrom(const Json& entry, int64_t& total) {
  const auto count = WholeNumber<int64_t>(entry);
  if (count < 0 || count > kMostValues - total) {
    throw BadContent{entry.dump() + " where a number of values belongs", {}};
  }
  total += count;
  return count;
}

void AppendBits(std::string& text, float value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto bits = std::bit_cast<uint32_t>(value);
  for (int shift = 28; shift >= 0; shift -= 4) text += kHex[(bits >> shift) & 15U];
}

std::vector<float> FloatsFromBits(const std::string& text) {
  if (text.size() % 8 != 0) throw BadContent{"floats that are not 8 digits each", {}};
  std::vector<float> values;
  for (size_t i = 0; i < text.size(); i += 8) {
    uint32_t bits = 0;
    const auto read = std::from_chars(text.data() + i, text.data() + i + 8, bits, 16);
    if (read.ec != std::errc() || read.ptr != text.data() + i + 8) {
      throw BadContent{"floats that are not hexadecimal", {}};
    }
    values.push_back(std::bit_cast<float>(bits));
  }
  return values;
}

// Finite extremes in order, or, where nothing finite was seen, those that say so.
SampleExtremes ExtremesFrom(float min, float max, bool any_values) {
  const SampleExtremes extremes{min, max};
  const bool some = std::isfinite(min) && std::isfinite(max) && min <= max;
  if (any_values ? !some : extremes != NoExtremes()) {
    throw BadContent{"extremes that are none", {}};
  }
  return extremes;
}

// Counts with runs of zeros as one negative number.
Json PackCounts(const std::vector<int64_t>& counts) {
  Json packed = Json::array();
  int64_t zeros = 0;
  for (const int64_t count : counts) {
    if (count == 0) {
      ++zeros;
      continue;
    }
    if (zeros > 0) packed.push_back(-zeros);
    zeros = 0;
    packed.push_back(count);
  }
  if (zeros > 0) packed.push_back(-zeros);
  return packed;
}

std::vector<int64_t> UnpackCounts(const Json& packed) {
  std::vector<int64_t> counts;
  int64_t total = 0;
  for (const Json& entry : packed) {
    const auto count = WholeNumber<int64_t>(entry);
    if (count >= 0) {
      counts.push_back(CountFrom(entry, total));
      continue;
    }
    if (count < -ValueHistogram::kMaxBins) throw BadContent{"a histogram with too many bins", {}};
    counts.resize(counts.size() + static_cast<size_t>(-count), 0);
    if (counts.size() > ValueHistogram::kMaxBins) {
      throw BadContent{"a histogram with too many bins", {}};
    }
  }
  return counts;
}

Json ChannelsToJson(const ChannelObserver& moments) {
  std::string min;
  std::string max;
  Json values = Json::array();
  Json sum = Json::array();
  Json sum2 = Json::array();
  for (int c = 0; c < moments.channels(); ++c) {
    const ChannelMoments channel = moments.At(c);
    AppendBits(min, channel.min);
    AppendBits(max, channel.max);
    values.push_back(channel.values);
    sum.push_back(channel.sum.ToHex());
    sum2.push_back(channel.sum2.ToHex());
  }
  return {{"min", min}, {"max", max}, {"values", values}, {"sum", sum}, {"sum2", sum2}};
}

Json TensorToJson(const TensorObservation& tensor) {
  const TensorStats& stats = tensor.stats;
  std::string min;
  std::string max;
  for (const SampleExtremes& sample : stats.samples) {
    AppendBits(min, sample.min);
    AppendBits(max, sample.max);
  }
  const ValueHistogram::State histogram = stats.histogram.ToState();
  Json out = {{"tensor", tensor.tensor}, {"name", tensor.name}, {"op_index", tensor.op_index}};
  if (stats.non_finite() > 0) {
    out["nan"] = stats.nan;
    out["infinite"] = stats.infinite;
    out["first_non_finite_sample"] = *stats.first_non_finite_sample;
  }
  out["histogram"] = {{"bin_width_log2", histogram.exponent},
                      {"first_bin", histogram.first},
                      {"zeros", histogram.zeros},
                      {"counts", PackCounts(histogram.counts)}};
  out["channels"] = ChannelsToJson(stats.moments);
  out["samples"] = {{"min", min}, {"max", max}};
  return out;
}

ExactSum SumFrom(const Json& entry) {
  const auto sum = ExactSum::FromHex(entry.get<std::string>());
  if (!sum) throw BadContent{"a sum that is no hexadecimal number", {}};
  return *sum;
}

ChannelObserver ChannelsFromJson(const Json& entry) {
  const auto min = FloatsFromBits(entry.at("min").get<std::string>());
  const auto max = FloatsFromBits(entry.at("max").get<std::string>());
  const Json& values = entry.at("values");
  const Json& sum = entry.at("sum");
  const Json& sum2 = entry.at("sum2");
  const size_t count = min.size();
  if (count == 0 || count > ChannelObserver::kMaxChannels || max.size() != count ||
      values.size() != count || sum.size() != count || sum2.size() != count) {
    throw BadContent{"channels of different numbers", {}};
  }
  ChannelObserver moments(static_cast<int>(count));
  int64_t total = 0;
  for (size_t c = 0; c < count; ++c) {
    const int64_t counted = CountFrom(values.at(c), total);
    const SampleExtremes extremes = ExtremesFrom(min[c], max[c], counted > 0);
    moments.Set(static_cast<int>(c),
                {extremes.min, extremes.max, counted, SumFrom(sum.at(c)), SumFrom(sum2.at(c))});
  }
  return moments;
}

void ReadNonFinite(const Json& entry, TensorStats& stats) {
  int64_t total = 0;
  if (entry.contains("nan")) stats.nan = CountFrom(entry.at("nan"), total);
  if (entry.contains("infinite")) stats.infinite = CountFrom(entry.at("infinite"), total);
  if (total == 0) return;
  int64_t before = 0;
  stats.first_non_finite_sample = CountFrom(entry.at("first_non_finite_sample"), before);
}

ValueHistogram HistogramFromJson(const Json& entry) {
  int64_t total = 0;
  const ValueHistogram::State state{
      WholeNumber<int>(entry.at("bin_width_log2")), WholeNumber<int>(entry.at("first_bin")),
      CountFrom(entry.at("zeros"), total), UnpackCounts(entry.at("counts"))};
  ValueHistogram histogram;
  const bool taken = ValueHistogram::FromState(state, histogram);
  if (!taken) throw BadContent{"a histogram that is none", {}};
  return histogram;
}

void ReadTensor(const Json& entry, TensorObservation& tensor) {
  tensor.tensor = WholeNumber<int>(entry.at("tensor"));
  tensor.name = entry.at("name").get<std::string>();
  tensor.op_index = WholeNumber<int>(entry.at("op_index"));
  TensorStats& stats = tensor.stats;
  ReadNonFinite(entry, stats);
  stats.histogram = HistogramFromJson(entry.at("histogram"));
  stats.moments = ChannelsFromJson(entry.at("channels"));
  const auto min = FloatsFromBits(entry.at("samples").at("min").get<std::string>());
  const auto max = FloatsFromBits(entry.at("samples").at("max").get<std::string>());
  if (min.size() != max.size() || min.size() > static_cast<size_t>(kMaxSampleExtremes)) {
    throw BadContent{"extremes of different numbers of samples", {}};
  }
  for (size_t i = 0; i < min.size(); ++i) {
    const bool any = SampleExtremes{min[i], max[i]} != NoExtremes();
    stats.samples.push_back(ExtremesFrom(min[i], max[i], any));
  }
  if (RangeOf(stats).values != stats.histogram.total()) {
    throw BadContent{"a histogram and channels that count different values", {}};
  }
}

Observation FromJson(const Json& document) {
  Observation observation;
  int64_t total = 0;
  observation.samples = CountFrom(document.at("samples"), total);
  observation.model_sha256 = document.at("model").at("sha256").get<std::string>();
  const Json& dataset = document.at("dataset");
  observation.dataset_name = dataset.at("name").get<std::string>();
  observation.preprocessing = dataset.at("preprocessing").get<std::string>();
  observation.preprocessing_sha256 = dataset.at("preprocessing_sha256").get<std::string>();
  if (observation.samples <= 0 ||
      !SequenceFingerprint::FromHex(dataset.at("fingerprint").get<std::string>(),
                                    observation.samples, observation.dataset)) {
    throw BadContent{"a fingerprint or number of samples that is none", {}};
  }
  for (const Json& entry : document.at("tensors")) {
    TensorObservation& tensor = observation.tensors.emplace_back();
    try {
      ReadTensor(entry, tensor);
    } catch (BadContent& bad) {
      bad.tensor = tensor.name;
      throw;
    }
  }
  return observation;
}

}  // namespace

std::string ObservationToJson(const Observation& observation) {
  // One line a tensor: the numbers are for programs.
  Json head = {{"kind", "quantgate-observation"},
               {"schema_version", Observation::kSchemaVersion},
               {"samples", observation.samples},
               {"model", {{"sha256", observation.model_sha256}}},
               {"dataset",
                {{"name", observation.dataset_name},
                 {"fingerprint", observation.dataset.ToHex()},
                 {"preprocessing", observation.preprocessing},
                 {"preprocessing_sha256", observation.preprocessing_sha256}}}};
  constexpr auto kReplace = Json::error_handler_t::replace;
  std::string text = head.dump(2, ' ', false, kReplace);
  text.resize(text.size() - 2);  // without "\n}"
  text += ",\n  \"tensors\": [";
  const char* separator = "\n    ";
  for (const TensorObservation& tensor : observation.tensors) {
    text += separator + TensorToJson(tensor).dump(-1, ' ', false, kReplace);
    separator = ",\n    ";
  }
  return text + "\n  ]\n}\n";
}

Result<Observation> ObservationFromJson(std::string_view text, const std::string& file) {
  const auto refuse = [&](const std::string& what, const std::string& tensor = {}) {
    return Error{ErrorCode::kInput,
                 what,
                 file,
                 {},
                 tensor,
                 "`quantgate calibrate --observations` writes such a file"};
  };
  try {
    bool too_deep = false;
    const Json document = Json::parse(text, [&](int depth, Json::parse_event_t, Json&) {
      too_deep = too_deep || depth > kMaxDepth;
      return !too_deep;
    });
    if (too_deep || !document.is_object() ||
        document.value("kind", "") != "quantgate-observation") {
      return refuse("not an observation file (no \"kind\": \"quantgate-observation\")");
    }
    if (WholeNumberOrZero<int>(document, "schema_version") != Observation::kSchemaVersion) {
      return refuse("observation file of another schema version");
    }
    return FromJson(document);
  } catch (const Json::exception& exception) {
    return refuse(exception.what());
  } catch (const BadContent& bad) {
    return refuse("holds " + bad.what, bad.tensor);
  }
}

Result<Observation> ReadObservation(const std::string& path) {
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
  return ObservationFromJson({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

}  // namespace quantgate
