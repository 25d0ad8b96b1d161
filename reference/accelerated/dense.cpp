// FULLY_CONNECTED: rows of the input times packed weights.
#include <cstring>
#include <limits>

#include "reference/accelerated/packed_gemm.h"
#include "reference/accelerated/rows.h"
#include "reference/ops/dense_spec.h"

namespace quantgate::accelerated {
namespace {

constexpr int32_t kNoOffset = 0;

// With more rows than that, a sample by itself makes good use of the weights it fetches.
constexpr int64_t kMostJointRows = 8;

size_t Aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }

// Offsets of `samples` samples' rows, one after the other.
std::vector<int32_t> RowOffsets(const DenseGeometry& g, int64_t samples, int32_t factor_bytes) {
  std::vector<int32_t> offsets;
  for (int64_t row = 0; row < samples * g.batches; ++row) {
    offsets.push_back(static_cast<int32_t>(row * g.depth * factor_bytes));
  }
  return offsets;
}

// Hands every sample its part of what was computed for all of them.
void Distribute(const std::byte* outputs, size_t sample_bytes,
                std::span<const KernelArgs> samples) {
  for (size_t i = 0; i < samples.size(); ++i) {
    std::memcpy(samples[i].out<std::byte>(0), outputs + i * sample_bytes, sample_bytes);
  }
}

// Of both kinds of numbers: a product of rows, which need not be those of one sample.
template <class Gemm>
void RunRows(const Gemm& gemm, const std::byte* input, const std::vector<int32_t>& row_offsets,
             int64_t rows, std::byte* output, int32_t* terms) {
  GemmArgs product;
  product.input = input;
  product.row_offsets = row_offsets.data();
  product.segment_offsets = &kNoOffset;
  product.rows = rows;
  product.output = output;
  gemm.Run(product, terms);
}

// Scratch memory: operands, a term a row and, of several samples, outputs.
struct IntegerDense {
  DenseGeometry g;
  IntegerGemm gemm;
  std::vector<int32_t> row_offsets;
  bool is_signed = false;
  int32_t input_zero_point = 0;

  [[nodiscard]] int64_t operand_bytes() const {
    return g.batches * g.depth * FactorBytes(gemm.simd().integer);
  }
  [[nodiscard]] size_t terms_at(size_t samples) const {
    // A step of the last row may read a few bytes behind it.
    return Aligned(samples * static_cast<size_t>(operand_bytes()) + 64);
  }
  [[nodiscard]] size_t outputs_at(size_t samples) const {
    return Aligned(terms_at(samples) + samples * static_cast<size_t>(g.batches) * sizeof(int32_t));
  }
  [[nodiscard]] size_t output_bytes() const { return static_cast<size_t>(g.batches * g.units); }
  [[nodiscard]] size_t scratch_bytes() const { return outputs_at(1); }
  [[nodiscard]] size_t joint_scratch_bytes() const {
    return outputs_at(kMostJointSamples) + kMostJointSamples * output_bytes();
  }
  void Convert(const KernelArgs& args, std::byte* operands) const {
    gemm.simd().convert(args.in<std::byte>(0), g.batches * g.depth, is_signed, input_zero_point,
                        operands);
  }
  void Run(const KernelArgs& args) const {
    Convert(args, args.scratch);
    RunRows(gemm, args.scratch, row_offsets, g.batches, args.out<std::byte>(0),
            reinterpret_cast<int32_t*>(args.scratch + terms_at(1)));
  }
  void RunJoint(std::span<const KernelArgs> samples, std::byte* scratch) const {
    const size_t count = samples.size();
    for (size_t i = 0; i < count; ++i) {
      Convert(samples[i], scratch + i * static_cast<size_t>(operand_bytes()));
    }
    std::byte* const outputs = scratch + outputs_at(count);
    RunRows(gemm, scratch, row_offsets, static_cast<int64_t>(count) * g.batches, outputs,
            reinterpret_cast<int32_t*>(scratch + terms_at(count)));
    Distribute(outputs, output_bytes(), samples);
  }
};

// Scratch memory, of several samples only: inputs and outputs.
struct FloatDense {
  DenseGeometry g;
  FloatGemm gemm;
  std::vector<int32_t> row_offsets;

  [[nodiscard]] size_t input_bytes() const {
    return static_cast<size_t>(g.batches * g.depth) * sizeof(float);
  }
  [[nodiscard]] size_t output_bytes() const {
    return static_cast<size_t>(g.batches * g.units) * sizeof(float);
  }
  [[nodiscard]] size_t outputs_at(size_t samples) const { return Aligned(samples * input_bytes()); }
  [[nodiscard]] size_t scratch_bytes() const { return 0; }
  [[nodiscard]] size_t joint_scratch_bytes() const {
    return outputs_at(kMostJointSamples) + kMostJointSamples * output_bytes();
  }
  void Run(const KernelArgs& args) const {
    RunRows(gemm, args.in<std::byte>(0), row_offsets, g.batches, args.out<std::byte>(0), nullptr);
  }
  void RunJoint(std::span<const KernelArgs> samples, std::byte* scratch) const {
    const size_t count = samples.size();
    for (size_t i = 0; i < count; ++i) {
      std::memcpy(scratch + i * input_bytes(), samples[i].in<std::byte>(0), input_bytes());
    }
    std::byte* const outputs = scratch + outputs_at(count);
    RunRows(gemm, scratch, row_offsets, static_cast<int64_t>(count) * g.batches, outputs, nullptr);
    Distribute(outputs, output_bytes(), samples);
  }
};

template <class Dense>
AcceleratedKernel KernelsOf(Dense&& made, bool joint) {
  const auto dense = std::make_shared<const Dense>(std::forward<Dense>(made));
  AcceleratedKernel kernels{[dense](const KernelArgs& args) { dense->Run(args); },
                            dense->scratch_bytes()};
  if (!joint) return kernels;
  kernels.joint = [dense](std::span<const KernelArgs> samples, std::byte* scratch) {
    dense->RunJoint(samples, scratch);
  };
  kernels.joint_scratch_bytes = dense->joint_scratch_bytes();
  return kernels;
}

}  // namespace

Offer TryDense(const PrepareContext& context, const SimdKernels& simd) {
  const auto* spec = context.spec<DenseSpec>();
  if (spec == nullptr || !HasConstantWeights(context)) return std::nullopt;
  const DenseGeometry& g = spec->geometry;
  constexpr int64_t kMostOffset = std::numeric_limits<int32_t>::max() / 8;
  if (g.batches * g.depth > kMostOffset) return std::nullopt;
  constexpr auto kSamples = static_cast<int64_t>(kMostJointSamples);
  const bool joint = g.batches <= kMostJointRows && kSamples * g.batches * g.depth <= kMostOffset;
  const int64_t samples = joint ? kSamples : 1;
  const GemmShape shape{g.units, 1, g.depth};
  const DType dtype = context.input(0).dtype;
  if (dtype == DType::kFloat32) {
    if (!simd.fused_floats) return std::nullopt;
    return KernelsOf(FloatDense{g, FloatGemm(context, spec->clamp, simd, shape),
                                RowOffsets(g, samples, sizeof(float))},
                     joint);
  }
  if (dtype != DType::kInt8 && dtype != DType::kUInt8) return std::nullopt;
  return KernelsOf(IntegerDense{g, IntegerGemm(context, spec->quantized, simd, shape),
                                RowOffsets(g, samples, FactorBytes(simd.integer)),
                                dtype == DType::kInt8, spec->quantized.input_zero_point},
                   joint);
}

}  // namespace quantgate::accelerated
