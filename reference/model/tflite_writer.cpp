#include "reference/model/tflite_writer.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "reference/model/op_options.h"

namespace quantgate {
namespace {

template <class T>
std::unique_ptr<T> Make() {
  return std::make_unique<T>();
}

std::unique_ptr<schema::QuantizationParametersT> WriteQuantization(const TensorInfo& tensor) {
  auto out = Make<schema::QuantizationParametersT>();
  out->min = tensor.recorded_min;
  out->max = tensor.recorded_max;
  out->scale = tensor.quant.scales;
  out->zero_point.assign(tensor.quant.zero_points.begin(), tensor.quant.zero_points.end());
  out->quantized_dimension = tensor.quant.axis;
  if (tensor.blockwise) {
    schema::BlockwiseQuantizationT block;
    block.scales = tensor.blockwise->scales_tensor;
    block.zero_points = tensor.blockwise->zero_points_tensor;
    block.block_size = tensor.blockwise->block_size;
    out->details.Set(std::move(block));
  }
  return out;
}

schema::SparseIndexVectorUnion WriteIndices(const std::vector<int32_t>& values) {
  schema::Int32VectorT list;
  list.values = values;
  schema::SparseIndexVectorUnion out;
  out.Set(std::move(list));
  return out;
}

std::unique_ptr<schema::SparsityParametersT> WriteSparsity(const SparseLayout& layout) {
  auto out = Make<schema::SparsityParametersT>();
  out->traversal_order = layout.traversal_order;
  out->block_map = layout.block_map;
  for (const SparseDimension& dim : layout.dimensions) {
    auto entry = Make<schema::DimensionMetadataT>();
    entry->format =
        dim.compressed ? schema::DimensionType::SPARSE_CSR : schema::DimensionType::DENSE;
    entry->dense_size = dim.dense_size;
    if (dim.compressed) {
      entry->array_segments = WriteIndices(dim.segments);
      entry->array_indices = WriteIndices(dim.indices);
    }
    out->dim_metadata.push_back(std::move(entry));
  }
  return out;
}

std::unique_ptr<schema::TensorT> WriteTensor(const TensorInfo& tensor) {
  auto out = Make<schema::TensorT>();
  out->name = tensor.name;
  out->type = static_cast<schema::TensorType>(tensor.dtype);
  out->shape.assign(tensor.shape.dims().begin(), tensor.shape.dims().end());
  out->shape_signature = tensor.shape_signature;
  out->has_rank = tensor.has_rank;
  out->is_variable = tensor.is_variable;
  out->buffer = static_cast<uint32_t>(tensor.buffer);
  out->quantization = WriteQuantization(tensor);
  if (tensor.sparsity) out->sparsity = WriteSparsity(*tensor.sparsity);
  return out;
}

// The table of operator codes, filled in the order of first use.
class CodeTable {
 public:
  explicit CodeTable(schema::ModelT& model) : model_(model) {}

  uint32_t IndexOf(const OpNode& op) {
    const auto key = std::tuple(static_cast<int32_t>(op.code), op.custom_code, op.version);
    const auto [entry, inserted] =
        index_.emplace(key, static_cast<uint32_t>(model_.operator_codes.size()));
    if (inserted) {
      auto code = Make<schema::OperatorCodeT>();
      const auto number = static_cast<int32_t>(op.code);
      // Readers of old files look at this field only; 127 tells newer ones to look at the other.
      code->deprecated_builtin_code = static_cast<int8_t>(std::min(number, 127));
      code->builtin_code = static_cast<schema::BuiltinOperator>(number);
      code->custom_code = op.custom_code;
      code->version = op.version;
      model_.operator_codes.push_back(std::move(code));
    }
    return entry->second;
  }

 private:
  schema::ModelT& model_;
  std::map<std::tuple<int32_t, std::string, int>, uint32_t> index_;
};

std::unique_ptr<schema::OperatorT> WriteOp(const OpNode& op, CodeTable& codes) {
  auto out = Make<schema::OperatorT>();
  out->opcode_index = codes.IndexOf(op);
  out->inputs = op.inputs;
  out->outputs = op.outputs;
  out->intermediates = op.intermediates;
  out->custom_options = op.custom_options;
  out->mutating_variable_inputs = op.mutating_variable_inputs;
  if (op.options) {
    out->builtin_options = op.options->first;
    out->builtin_options_2 = op.options->second;
  }
  return out;
}

std::vector<std::unique_ptr<schema::TensorMapT>> WriteNames(const std::vector<NamedTensor>& names) {
  std::vector<std::unique_ptr<schema::TensorMapT>> out;
  for (const NamedTensor& name : names) {
    auto entry = Make<schema::TensorMapT>();
    entry->name = name.name;
    entry->tensor_index = static_cast<uint32_t>(name.tensor);
    out.push_back(std::move(entry));
  }
  return out;
}

void WriteSubgraphs(const Model& model, schema::ModelT& out) {
  CodeTable codes(out);
  for (const Subgraph& graph : model.subgraphs) {
    auto entry = Make<schema::SubGraphT>();
    entry->name = graph.name;
    entry->inputs = graph.inputs;
    entry->outputs = graph.outputs;
    for (const TensorInfo& tensor : graph.tensors) entry->tensors.push_back(WriteTensor(tensor));
    for (const OpNode& op : graph.ops) entry->operators.push_back(WriteOp(op, codes));
    out.subgraphs.push_back(std::move(entry));
  }
}

}  // namespace

std::vector<std::byte> WriteModel(const Model& model) {
  schema::ModelT out;
  out.version = 3;
  out.description = model.description;
  WriteSubgraphs(model, out);
  for (const ConstBytes& buffer : model.buffers) {
    auto entry = Make<schema::BufferT>();
    const auto* data = reinterpret_cast<const uint8_t*>(buffer.view().data());
    entry->data.assign(data, data + buffer.size());
    out.buffers.push_back(std::move(entry));
  }
  for (const MetadataEntry& metadata : model.metadata) {
    auto entry = Make<schema::MetadataT>();
    entry->name = metadata.name;
    entry->buffer = static_cast<uint32_t>(metadata.buffer);
    out.metadata.push_back(std::move(entry));
  }
  for (const Signature& signature : model.signatures) {
    auto entry = Make<schema::SignatureDefT>();
    entry->signature_key = signature.key;
    entry->subgraph_index = static_cast<uint32_t>(signature.subgraph);
    entry->inputs = WriteNames(signature.inputs);
    entry->outputs = WriteNames(signature.outputs);
    out.signature_defs.push_back(std::move(entry));
  }
  flatbuffers::FlatBufferBuilder builder;
  schema::FinishModelBuffer(builder, schema::Model::Pack(builder, &out));
  const auto* data = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return {data, data + builder.GetSize()};
}

}  // namespace quantgate
