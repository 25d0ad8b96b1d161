// Models of one operator with random values, run by our interpreter and by the real library.
#pragma once

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "harness/runtimes/tflite_c_api.h"
#include "reference/model/graph.h"
#include "reference/numeric/profile.h"

namespace quantgate {

// Random choices, the same for the same seed on every platform. What was drawn can be replayed,
// and changed before that: the way shrink.h makes a model smaller.
class Choices {
 public:
  explicit Choices(uint64_t seed) : engine_(seed) {}
  // Replays `draws`; beyond their end every choice is the lowest.
  explicit Choices(std::vector<uint64_t> draws) : replayed_(std::move(draws)), replays_(true) {}
  // What was drawn, each as its distance from the lowest choice.
  [[nodiscard]] const std::vector<uint64_t>& draws() const { return draws_; }
  // One of low, ..., high.
  int64_t Integer(int64_t low, int64_t high);
  bool Coin() { return Integer(0, 1) == 1; }
  // `rank` extents of low, ..., high.
  std::vector<int32_t> Extents(int rank, int32_t low = 1, int32_t high = 5);
  // Bytes of `elements` values: any codes, bools of 0 and 1, floats of moderate size.
  std::vector<std::byte> Values(DType dtype, int64_t elements);

 private:
  std::mt19937_64 engine_;
  std::vector<uint64_t> replayed_;
  bool replays_ = false;
  std::vector<uint64_t> draws_;
};

inline int32_t Between(Choices& choices, int64_t low, int64_t high) {
  return static_cast<int32_t>(choices.Integer(low, high));
}

class OneOpModel {
 public:
  OneOpModel(OpCode code, std::shared_ptr<const OpOptions> options, int version = 1);

  // Each adds the operator's next input or output.
  void AddInput(DType dtype, const std::vector<int32_t>& dims, const QuantParams& quant,
                std::vector<std::byte> value);
  void AddConstant(DType dtype, const std::vector<int32_t>& dims, std::vector<std::byte> value,
                   const QuantParams& quant = {});
  void AddIntegers(const std::vector<int32_t>& dims, const std::vector<int32_t>& values);
  void AddIntegers64(const std::vector<int32_t>& dims, const std::vector<int64_t>& values);
  // A variable tensor: state that the operator keeps from run to run.
  void AddState(DType dtype, const std::vector<int32_t>& dims, const QuantParams& quant);
  // An optional input left out.
  void AddNothing();
  // A tensor without values that carries a scale of the operator's inner steps.
  void AddIntermediate(DType dtype, const QuantParams& quant);
  void AddOutput(DType dtype, const QuantParams& quant);
  // Makes it a custom operator.
  void SetCustom(const std::string& code, const std::vector<uint8_t>& options);

  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] bool has_state() const { return has_state_; }
  // The values of the graph's inputs.
  [[nodiscard]] const std::vector<std::vector<std::byte>>& values() const { return values_; }

 private:
  int AddTensor(DType dtype, const std::vector<int32_t>& dims, const QuantParams& quant);

  Model model_;
  std::vector<std::vector<std::byte>> values_;
  bool has_state_ = false;
};

// The bytes of a vector of numbers.
template <class T>
std::vector<std::byte> BytesOf(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

struct Sides {
  const Profile* profile = &DefaultProfile();       // ours
  TfliteDelegate delegate = TfliteDelegate::kNone;  // theirs
  bool* delegated = nullptr;                        // set to whether the delegate took the operator
};

// What Difference says when the library does not load the model, which then proves nothing.
inline constexpr const char* kRefused = "the library refuses the model";
// What it says when the library fails while it runs.
inline constexpr const char* kFailed = "the library reports a failure";

// Runs both, twice when the model has state; empty when shapes, types and bytes of all outputs are
// equal, else what differs. Float outputs may differ by `float_tolerance` relative to the largest
// finite magnitude in the tensor.
std::string Difference(const OneOpModel& op, TfliteLibrary& library, double float_tolerance = 0,
                       const Sides& sides = {});

// The same for any model and the values of its inputs.
std::string Difference(const Model& model, const std::vector<std::vector<std::byte>>& values,
                       int runs, TfliteLibrary& library, double float_tolerance = 0,
                       const Sides& sides = {});

// The same, each run with values of its own.
std::string Difference(const Model& model,
                       const std::vector<std::vector<std::vector<std::byte>>>& runs,
                       TfliteLibrary& library, double float_tolerance = 0, const Sides& sides = {});

}  // namespace quantgate
