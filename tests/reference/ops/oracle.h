// Differential tests of one operator against a slow, independent implementation in double, written
// in the test. The float kernel must agree within its rounding errors; an integer kernel must be
// within one code of dequantize -> double -> quantize.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "reference/model/op_options.h"
#include "tests/support/random.h"

namespace quantgate {

// A tensor of reals in double.
struct Reals {
  Shape shape;
  std::vector<double> values;

  Reals() = default;
  explicit Reals(const Shape& s) : shape(s), values(static_cast<size_t>(s.num_elements()), 0.0) {}
  // The element at these indices, outermost first.
  double& at(std::initializer_list<int> index);
  [[nodiscard]] double at(std::initializer_list<int> index) const;
};

enum class Role {
  kData,       // an activation: any codes, any parameters
  kPerAxis,    // weights: zero point 0 and a scale a slice of `axis` for int8; any pair for uint8
  kPerTensor,  // weights: zero point 0 and one scale for int8; any pair for uint8
  kBias,       // float, or int32 with the product of input and weight scales
  kIntegers,   // a constant of int32, the same for every type
};

struct OpInput {
  Role role = Role::kData;
  Shape shape;
  int axis = 0;                        // of kPerAxis
  std::vector<int32_t> integers = {};  // of kIntegers
};

struct OpCase {
  OpCode code = OpCode::kADD;
  std::shared_ptr<const OpOptions> options;
  std::vector<OpInput> inputs;
  // From the inputs' reals (no values for kIntegers) to the output's.
  std::function<Reals(const std::vector<Reals>&)> compute;
  int terms = 1;             // products summed into one output, for the float tolerance
  bool same_params = false;  // all data inputs and the output share their parameters
  bool unit_output = false;  // the output covers [0, 1) in 256 steps, as the spec fixes it
  int largest_lsb = 1;       // by how many codes an integer kernel may be off
  double low = -1;           // of float inputs
  double high = 1;
};

// Run the case once with random values.
void CheckFloat(const OpCase& op, Random& random);
void CheckInt8(const OpCase& op, Random& random);
void CheckUInt8(const OpCase& op, Random& random);
void CheckAllTypes(const OpCase& op, Random& random);

// A fused activation at random, and in double.
schema::ActivationFunctionType AnyActivation(Random& random);
double Activate(schema::ActivationFunctionType activation, double real);

}  // namespace quantgate
