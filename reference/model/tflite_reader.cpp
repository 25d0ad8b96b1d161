#include "reference/model/tflite_reader.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "reference/model/foreign_file.h"
#include "reference/model/op_options.h"

namespace quantgate {
namespace {

// The lists kept in our own headers equal the schema's enums.
#define QG_ASSERT_OP(name, number) \
  static_assert(static_cast<int32_t>(schema::BuiltinOperator::name) == (number));
QG_BUILTIN_OPS(QG_ASSERT_OP)
#undef QG_ASSERT_OP
static_assert(static_cast<int>(schema::TensorType::MAX) + 1 == kDTypeCount);
static_assert(static_cast<int>(schema::TensorType::INT8) == static_cast<int>(DType::kInt8));
static_assert(static_cast<int>(schema::TensorType::INT4) == static_cast<int>(DType::kInt4));
static_assert(static_cast<int>(schema::TensorType::FLOAT8_E5M2) ==
              static_cast<int>(DType::kFloat8E5M2));

// Copied as bytes: the verifier does not ask that elements of eight bytes are aligned.
template <class T>
std::vector<T> ToVector(const flatbuffers::Vector<T>* list) {
  if (list == nullptr || list->size() == 0) return {};
  std::vector<T> values(list->size());
  std::memcpy(values.data(), list->Data(), values.size() * sizeof(T));
  return values;
}

std::string ToString(const flatbuffers::String* text) {
  return text == nullptr ? std::string() : text->str();
}

Error ModelError(std::string message, std::string tensor = {}) {
  return Error{ErrorCode::kModel, std::move(message), {}, {}, std::move(tensor)};
}

// A part of the file by offset and size, as large buffers are stored.
Result<std::span<const std::byte>> FilePart(std::span<const std::byte> file, uint64_t offset,
                                            uint64_t size) {
  if (offset > file.size() || size > file.size() - offset) {
    return ModelError("data at " + std::to_string(offset) + " of " + std::to_string(size) +
                      " bytes lies outside the file");
  }
  return file.subspan(offset, size);
}

class Reader {
 public:
  Reader(const ConstBytes& bytes, const schema::Model& source) : bytes_(bytes), source_(source) {}

  Result<std::shared_ptr<const Model>> Run() {
    model_.description = ToString(source_.description());
    QG_RETURN_IF_ERROR(ReadBuffers());
    if (source_.subgraphs() != nullptr) {
      for (const schema::SubGraph* graph : *source_.subgraphs()) {
        QG_RETURN_IF_ERROR(ReadSubgraph(*graph));
      }
    }
    ReadSignatures();
    if (source_.metadata() != nullptr) {
      for (const schema::Metadata* entry : *source_.metadata()) {
        model_.metadata.push_back({ToString(entry->name()), static_cast<int>(entry->buffer())});
      }
    }
    QG_RETURN_IF_ERROR(Validate(model_));
    return std::make_shared<const Model>(std::move(model_));
  }

 private:
  Status ReadBuffers() {
    if (source_.buffers() != nullptr) {
      for (const schema::Buffer* buffer : *source_.buffers()) {
        std::span<const std::byte> data;
        if (buffer->data() != nullptr) {
          data = {reinterpret_cast<const std::byte*>(buffer->data()->data()),
                  buffer->data()->size()};
        } else if (buffer->offset() > 1) {  // 0 and 1 mark a buffer without data outside
          QG_ASSIGN_OR_RETURN(data, FilePart(bytes_.view(), buffer->offset(), buffer->size()));
        }
        model_.buffers.push_back(Keep(data));
      }
    }
    if (model_.buffers.empty()) model_.buffers.emplace_back();
    return OkStatus();
  }

  // A view, or a copy where the file does not align the data for its widest type.
  ConstBytes Keep(std::span<const std::byte> data) const {
    if (data.empty()) return {};
    if (reinterpret_cast<uintptr_t>(data.data()) % alignof(int64_t) == 0) {
      return ConstBytes(std::make_shared<ConstBytes>(bytes_), data);
    }
    return ConstBytes(std::vector<std::byte>(data.begin(), data.end()));
  }

  Status ReadSubgraph(const schema::SubGraph& source) {
    Subgraph graph;
    graph.name = ToString(source.name());
    graph.inputs = ToVector(source.inputs());
    graph.outputs = ToVector(source.outputs());
    if (source.tensors() != nullptr) {
      for (const schema::Tensor* tensor : *source.tensors()) {
        QG_ASSIGN_OR_RETURN(TensorInfo info, ReadTensor(*tensor));
        graph.tensors.push_back(std::move(info));
      }
    }
    if (source.operators() != nullptr) {
      for (const schema::Operator* op : *source.operators()) {
        Result<OpNode> node = ReadOp(*op);
        if (!node.ok()) {
          Error error = node.error();
          error.op_index = static_cast<int>(graph.ops.size());
          return error;
        }
        graph.ops.push_back(std::move(node).value());
      }
    }
    model_.subgraphs.push_back(std::move(graph));
    return OkStatus();
  }

  static Result<TensorInfo> ReadTensor(const schema::Tensor& source) {
    TensorInfo tensor;
    tensor.name = ToString(source.name());
    const int type = static_cast<int>(source.type());
    if (type < 0 || type >= kDTypeCount) {
      return ModelError("unknown element type " + std::to_string(type), tensor.name);
    }
    tensor.dtype = static_cast<DType>(type);
    const std::vector<int32_t> dims = ToVector(source.shape());
    Result<Shape> shape = Shape::Make(dims);
    if (!shape.ok()) {
      Error error = shape.error();
      error.tensor = tensor.name;
      return error;
    }
    tensor.shape = *shape;
    tensor.shape_signature = ToVector(source.shape_signature());
    tensor.has_rank = source.has_rank();
    tensor.is_variable = source.is_variable();
    tensor.buffer = static_cast<int>(source.buffer());
    if (source.external_buffer() != 0) {
      return Error{ErrorCode::kUnsupported, "data in another file", {}, {}, tensor.name};
    }
    if (source.sparsity() != nullptr) tensor.sparsity = ReadSparsity(*source.sparsity());
    QG_RETURN_IF_ERROR(ReadQuantization(source.quantization(), tensor));
    return tensor;
  }

  static Status ReadQuantization(const schema::QuantizationParameters* source, TensorInfo& tensor) {
    if (source == nullptr) return OkStatus();
    tensor.recorded_min = ToVector(source->min());
    tensor.recorded_max = ToVector(source->max());
    if (const auto* block = source->details_as_BlockwiseQuantization()) {
      tensor.blockwise = {block->scales(), block->zero_points(), block->block_size()};
    }
    tensor.quant.scales = ToVector(source->scale());
    if (tensor.quant.scales.empty()) return OkStatus();
    // Some writers leave zero points out (all zero) or write one for many scales.
    std::vector<int64_t> zeros = ToVector(source->zero_point());
    tensor.zero_points_filled_in = zeros.size() < tensor.quant.scales.size();
    if (zeros.empty()) zeros.assign(1, 0);
    if (zeros.size() == 1) zeros.resize(tensor.quant.scales.size(), zeros[0]);
    for (int64_t zero : zeros) {
      if (zero < INT32_MIN || zero > INT32_MAX) {
        return ModelError("zero point " + std::to_string(zero) + " is out of range", tensor.name);
      }
      tensor.quant.zero_points.push_back(static_cast<int32_t>(zero));
    }
    // Without several scales the axis means nothing, and a tensor of rank 1 has but one; real
    // models hold any number there.
    tensor.stored_axis = source->quantized_dimension();
    const bool chosen = tensor.quant.per_axis() && tensor.shape.rank() != 1;
    tensor.quant.axis = chosen ? tensor.stored_axis : 0;
    return OkStatus();
  }

  static std::vector<int32_t> ReadIndices(schema::SparseIndexVector type, const void* list) {
    if (list == nullptr) return {};
    const auto widen = [](const auto* values) {
      return values == nullptr ? std::vector<int32_t>()
                               : std::vector<int32_t>(values->begin(), values->end());
    };
    switch (type) {
      case schema::SparseIndexVector::Int32Vector:
        return widen(static_cast<const schema::Int32Vector*>(list)->values());
      case schema::SparseIndexVector::Uint16Vector:
        return widen(static_cast<const schema::Uint16Vector*>(list)->values());
      case schema::SparseIndexVector::Uint8Vector:
        return widen(static_cast<const schema::Uint8Vector*>(list)->values());
      default: return {};
    }
  }

  static std::shared_ptr<const SparseLayout> ReadSparsity(
      const schema::SparsityParameters& source) {
    auto layout = std::make_shared<SparseLayout>();
    layout->traversal_order = ToVector(source.traversal_order());
    layout->block_map = ToVector(source.block_map());
    if (source.dim_metadata() == nullptr) return layout;
    for (const schema::DimensionMetadata* dim : *source.dim_metadata()) {
      layout->dimensions.push_back({dim->format() == schema::DimensionType::SPARSE_CSR,
                                    dim->dense_size(),
                                    ReadIndices(dim->array_segments_type(), dim->array_segments()),
                                    ReadIndices(dim->array_indices_type(), dim->array_indices())});
    }
    return layout;
  }

  Result<OpNode> ReadOp(const schema::Operator& source) const {
    const auto* codes = source_.operator_codes();
    if (codes == nullptr || source.opcode_index() >= codes->size()) {
      return ModelError("operator code " + std::to_string(source.opcode_index()) +
                        " does not exist");
    }
    const schema::OperatorCode& code = *codes->Get(source.opcode_index());
    OpNode node;
    // Old files know the first field only, which cannot hold more than 127.
    const int number = std::max(static_cast<int>(code.builtin_code()),
                                static_cast<int>(code.deprecated_builtin_code()));
    node.code = static_cast<OpCode>(number);
    node.custom_code = ToString(code.custom_code());
    node.version = code.version();
    node.inputs = ToVector(source.inputs());
    node.outputs = ToVector(source.outputs());
    node.intermediates = ToVector(source.intermediates());
    node.custom_options = ToVector(source.custom_options());
    if (source.large_custom_options_offset() > 1) {
      QG_ASSIGN_OR_RETURN(const auto large,
                          FilePart(bytes_.view(), source.large_custom_options_offset(),
                                   source.large_custom_options_size()));
      const auto* data = reinterpret_cast<const uint8_t*>(large.data());
      node.custom_options.assign(data, data + large.size());
    }
    if (source.mutating_variable_inputs() != nullptr) {
      for (uint8_t flag : *source.mutating_variable_inputs()) {
        node.mutating_variable_inputs.push_back(flag != 0);
      }
    }
    // A damaged file may name a table without holding one: then there are no options.
    auto options = std::make_shared<OpOptions>();
    if (const void* table = source.builtin_options(); table != nullptr) {
      options->first.type = source.builtin_options_type();
      options->first.value =
          schema::BuiltinOptionsUnion::UnPack(table, options->first.type, nullptr);
    }
    if (const void* table = source.builtin_options_2(); table != nullptr) {
      options->second.type = source.builtin_options_2_type();
      options->second.value =
          schema::BuiltinOptions2Union::UnPack(table, options->second.type, nullptr);
    }
    node.options = std::move(options);
    return node;
  }

  void ReadSignatures() {
    if (source_.signature_defs() == nullptr) return;
    const auto names = [](const auto* list) {
      std::vector<NamedTensor> result;
      if (list == nullptr) return result;
      for (const schema::TensorMap* entry : *list) {
        result.push_back({ToString(entry->name()), static_cast<int>(entry->tensor_index())});
      }
      return result;
    };
    for (const schema::SignatureDef* source : *source_.signature_defs()) {
      model_.signatures.push_back({ToString(source->signature_key()),
                                   static_cast<int>(source->subgraph_index()),
                                   names(source->inputs()), names(source->outputs())});
    }
  }

  const ConstBytes& bytes_;
  const schema::Model& source_;
  Model model_;
};

Error NotAModel(std::span<const std::byte> bytes) {
  Error error{ErrorCode::kModel, "not a .tflite file (no TFL3 identifier)"};
  if (const ForeignFile* const file = RecognizeForeignFile(bytes)) {
    error.message = "not a .tflite file but " + std::string(file->what);
    error.hint = file->advice;
  } else if (bytes.size() < 8) {
    error.message = "too short for a .tflite file (" + std::to_string(bytes.size()) + " bytes)";
  }
  return error;
}

Status CheckFlatbuffer(std::span<const std::byte> bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  if (bytes.size() < 8 || std::memcmp(data + 4, "TFL3", 4) != 0) return NotAModel(bytes);
  constexpr int kMaxDepth = 128;
  constexpr int kMaxTables = 10'000'000;
  flatbuffers::Verifier verifier(data, bytes.size(), kMaxDepth, kMaxTables);
  if (!schema::VerifyModelBuffer(verifier)) {
    return Error{ErrorCode::kModel, "the file is damaged or cut short (FlatBuffers verification)"};
  }
  const uint32_t version = schema::GetModel(data)->version();
  if (version != 3) {
    return Error{ErrorCode::kUnsupported,
                 "schema version " + std::to_string(version) + "; version 3 is supported"};
  }
  return OkStatus();
}

// The bytes at an address FlatBuffers can read from.
ConstBytes Aligned(const ConstBytes& bytes) {
  if (reinterpret_cast<uintptr_t>(bytes.view().data()) % 16 == 0) return bytes;
  return ConstBytes(std::vector<std::byte>(bytes.view().begin(), bytes.view().end()));
}

}  // namespace

Result<std::shared_ptr<const Model>> ReadModel(const ConstBytes& bytes, const std::string& file) {
  const ConstBytes aligned = Aligned(bytes);
  const auto read = [&]() -> Result<std::shared_ptr<const Model>> {
    QG_RETURN_IF_ERROR(CheckFlatbuffer(aligned.view()));
    return Reader(aligned, *schema::GetModel(aligned.view().data())).Run();
  };
  auto model = read();
  if (model.ok()) return model;
  Error error = model.error();
  error.file = file;
  return error;
}

Result<ConstBytes> MapFile(const std::string& path) {
  const auto fail = [&](const std::string& what) { return Error{ErrorCode::kInput, what, path}; };
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return fail(errno == ENOENT ? "no such file"
                                : std::string("cannot be opened: ") + strerror(errno));
  }
  struct stat info {};
  const bool regular = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
  const auto size = static_cast<size_t>(info.st_size);
  void* address =
      regular && size > 0 ? mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0) : MAP_FAILED;
  close(descriptor);
  if (!regular) return fail("is not a regular file");
  if (size == 0) return fail("is empty");
  if (address == MAP_FAILED) return fail("cannot be mapped into memory");
  const std::shared_ptr<const void> owner(
      address, [size](const void* mapped) { munmap(const_cast<void*>(mapped), size); });
  return ConstBytes(owner, {static_cast<const std::byte*>(address), size});
}

Result<std::shared_ptr<const Model>> ReadModelFile(const std::string& path) {
  QG_ASSIGN_OR_RETURN(const ConstBytes bytes, MapFile(path));
  return ReadModel(bytes, path);
}

}  // namespace quantgate
