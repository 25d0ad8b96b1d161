// A model in memory, independent of the file format: plain values that refer to each other by
// index. A Model that the reader or Validate returned is well formed: every index is in range,
// every quantized tensor has as many zero points as scales, no scale is negative or not finite,
// every constant has the bytes its type and shape need. A reader of the graph may rely on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reference/core/dtype.h"
#include "reference/core/quant_params.h"
#include "reference/core/result.h"
#include "reference/core/shape.h"
#include "reference/model/op_code.h"

namespace quantgate {

// Options of an operator as the format stores them; only reference/model and the option parsers of
// reference/ops look inside (op_options.h).
struct OpOptions;

// Bytes that several models may share: the file they were read from, or a vector made by us.
class ConstBytes {
 public:
  ConstBytes() = default;
  explicit ConstBytes(std::vector<std::byte> bytes)
      : owner_(std::make_shared<std::vector<std::byte>>(std::move(bytes))),
        view_(*static_cast<const std::vector<std::byte>*>(owner_.get())) {}
  // A part of bytes that `owner` keeps alive.
  ConstBytes(std::shared_ptr<const void> owner, std::span<const std::byte> view)
      : owner_(std::move(owner)), view_(view) {}

  [[nodiscard]] std::span<const std::byte> view() const { return view_; }
  [[nodiscard]] size_t size() const { return view_.size(); }
  [[nodiscard]] bool empty() const { return view_.empty(); }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> view_;
};

// Scales for blocks along the quantized axis, held in other tensors of the subgraph.
struct BlockwiseParams {
  int scales_tensor = -1;
  int zero_points_tensor = -1;
  int block_size = 0;
};

// One dimension of a sparse constant in its traversal order (TACO-style).
struct SparseDimension {
  bool compressed = false;        // dense otherwise
  int32_t dense_size = 0;         // extent of a dense dimension
  std::vector<int32_t> segments;  // of a compressed dimension
  std::vector<int32_t> indices;   // of a compressed dimension
};

struct SparseLayout {
  std::vector<int32_t> traversal_order;
  std::vector<int32_t> block_map;
  std::vector<SparseDimension> dimensions;
};

struct TensorInfo {
  std::string name;
  DType dtype = DType::kFloat32;
  Shape shape;
  // As stored: -1 marks an extent unknown until run time. Empty: `shape` is the signature.
  std::vector<int32_t> shape_signature;
  bool has_rank = false;
  QuantParams quant;
  // quantized_dimension as the file has it. It may differ from quant.axis where the format leaves
  // no choice (one scale, or one axis); some runtimes refuse such a file.
  int32_t stored_axis = 0;
  // The file has fewer zero points than scales (none, or one for all); the reader filled them in.
  bool zero_points_filled_in = false;
  // Ranges recorded by the converter, for information (often empty).
  std::vector<float> recorded_min;
  std::vector<float> recorded_max;
  std::optional<BlockwiseParams> blockwise;
  std::shared_ptr<const SparseLayout> sparsity;
  int buffer = 0;  // index in Model::buffers; buffer 0 is empty by convention
  bool is_variable = false;
};

struct OpNode {
  OpCode code = OpCode::kCUSTOM;
  std::string custom_code;  // of a custom operator
  int version = 1;
  std::vector<int> inputs;  // tensor indices; -1 for an optional input left out
  std::vector<int> outputs;
  std::vector<int> intermediates;
  std::shared_ptr<const OpOptions> options;  // never null in a validated model
  std::vector<uint8_t> custom_options;
  std::vector<bool> mutating_variable_inputs;

  // The builtin name, or the custom code of a custom operator.
  [[nodiscard]] std::string type_name() const;
};

struct Subgraph {
  std::string name;
  std::vector<TensorInfo> tensors;
  std::vector<int> inputs;
  std::vector<int> outputs;
  std::vector<OpNode> ops;  // in the order they run
};

// Index of the operator that computes `tensor`; -1: none does.
int MakerOf(const Subgraph& graph, int tensor);

struct NamedTensor {
  std::string name;
  int tensor = 0;
};

struct Signature {
  std::string key;
  int subgraph = 0;
  std::vector<NamedTensor> inputs;
  std::vector<NamedTensor> outputs;
};

struct MetadataEntry {
  std::string name;
  int buffer = 0;
};

struct Model {
  std::string description;
  std::vector<Subgraph> subgraphs;
  std::vector<ConstBytes> buffers;
  std::vector<MetadataEntry> metadata;
  std::vector<Signature> signatures;
  // The subgraph that is run: the first, or that of a signature somebody chose. Not in the file.
  int main_index = 0;

  [[nodiscard]] const Subgraph& main() const { return subgraphs[static_cast<size_t>(main_index)]; }
  [[nodiscard]] Subgraph& main() { return subgraphs[static_cast<size_t>(main_index)]; }
  // The constant value of a tensor, empty if it has none (computed, input or variable).
  [[nodiscard]] std::span<const std::byte> Constant(const TensorInfo& tensor) const {
    return buffers[static_cast<size_t>(tensor.buffer)].view();
  }
};

// Bytes a dense tensor of this type and shape takes; packed types are rounded up to whole bytes.
// 0 for types whose elements have no fixed size.
size_t ByteSize(DType dtype, const Shape& shape);

// Checks everything the paragraph at the top promises. Errors name subgraph, op and tensor.
Status Validate(const Model& model);

}  // namespace quantgate
