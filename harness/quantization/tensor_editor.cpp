#include "harness/quantization/tensor_editor.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

void Map(std::vector<int>& indices, const std::vector<int>& to) {
  for (int& index : indices) {
    if (index >= 0) index = to[At(index)];
  }
}

std::string_view Text(const ConstBytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.view().data()), bytes.size()};
}

}  // namespace

TensorEditor::TensorEditor(Model& model) : model_(model), graph_(model.main()) {
  for (const TensorInfo& tensor : graph_.tensors) names_.insert(tensor.name);
}

int TensorEditor::Add(int origin, const std::string& suffix, DType dtype, QuantParams quant) {
  TensorInfo tensor = graph_.tensors[At(origin)];
  const std::string name = tensor.name + suffix;
  tensor.name = name;
  for (int n = 1; !names_.insert(tensor.name).second; ++n) {
    tensor.name = name + "_" + std::to_string(n);
  }
  tensor.dtype = dtype;
  tensor.quant = std::move(quant);
  tensor.stored_axis = tensor.quant.axis;
  tensor.buffer = 0;
  tensor.sparsity = nullptr;
  graph_.tensors.push_back(std::move(tensor));
  const int index = static_cast<int>(graph_.tensors.size()) - 1;
  added_[origin].push_back(index);
  return index;
}

int TensorEditor::AddConstant(int origin, const std::string& suffix, DType dtype, QuantParams quant,
                              std::vector<std::byte> value) {
  const int index = Add(origin, suffix, dtype, std::move(quant));
  graph_.tensors[At(index)].buffer = static_cast<int>(model_.buffers.size());
  model_.buffers.emplace_back(std::move(value));
  return index;
}

std::vector<bool> TensorEditor::Referenced() const {
  std::vector<bool> referenced(graph_.tensors.size(), false);
  const auto mark = [&](const std::vector<int>& indices) {
    for (const int index : indices) {
      if (index >= 0) referenced[At(index)] = true;
    }
  };
  mark(graph_.inputs);
  mark(graph_.outputs);
  for (const OpNode& op : graph_.ops) {
    for (const auto* indices : {&op.inputs, &op.outputs, &op.intermediates}) mark(*indices);
  }
  for (const Signature& signature : model_.signatures) {
    if (signature.subgraph != model_.main_index) continue;
    for (const auto* ends : {&signature.inputs, &signature.outputs}) {
      for (const NamedTensor& end : *ends) mark({end.tensor});
    }
  }
  for (size_t i = 0; i < referenced.size(); ++i) {
    const auto& blocks = graph_.tensors[i].blockwise;
    if (referenced[i] && blocks) mark({blocks->scales_tensor, blocks->zero_points_tensor});
  }
  return referenced;
}

void TensorEditor::TakePlaces(std::vector<bool>& referenced) {
  std::vector<int> to(graph_.tensors.size());
  std::iota(to.begin(), to.end(), 0);
  for (const auto& [origin, variants] : added_) {
    if (referenced[At(origin)]) continue;
    const auto first = std::find_if(variants.begin(), variants.end(),
                                    [&](int variant) { return referenced[At(variant)]; });
    if (first == variants.end()) continue;
    std::string name = std::move(graph_.tensors[At(origin)].name);
    graph_.tensors[At(origin)] = std::move(graph_.tensors[At(*first)]);
    graph_.tensors[At(origin)].name = std::move(name);
    to[At(*first)] = origin;
    referenced[At(origin)] = true;
    referenced[At(*first)] = false;
  }
  Renumber(to);
}

void TensorEditor::Renumber(const std::vector<int>& to) {
  Map(graph_.inputs, to);
  Map(graph_.outputs, to);
  for (OpNode& op : graph_.ops) {
    for (auto* indices : {&op.inputs, &op.outputs, &op.intermediates}) Map(*indices, to);
  }
  for (TensorInfo& tensor : graph_.tensors) {
    if (!tensor.blockwise) continue;
    for (int* index : {&tensor.blockwise->scales_tensor, &tensor.blockwise->zero_points_tensor}) {
      if (*index >= 0) *index = to[At(*index)];
    }
  }
  for (Signature& signature : model_.signatures) {
    if (signature.subgraph != model_.main_index) continue;
    for (auto* ends : {&signature.inputs, &signature.outputs}) {
      for (NamedTensor& end : *ends) end.tensor = to[At(end.tensor)];
    }
  }
}

void TensorEditor::Finish() {
  std::vector<bool> referenced = Referenced();
  TakePlaces(referenced);
  std::vector<int> to(graph_.tensors.size(), -1);
  std::vector<TensorInfo> kept;
  for (size_t i = 0; i < referenced.size(); ++i) {
    if (!referenced[i]) continue;
    to[i] = static_cast<int>(kept.size());
    kept.push_back(std::move(graph_.tensors[i]));
  }
  graph_.tensors = std::move(kept);
  Renumber(to);
  CompactBuffers();
}

void TensorEditor::CompactBuffers() {
  std::vector<ConstBytes> buffers(1);  // number 0 is empty by convention
  std::map<std::string_view, int> by_bytes;
  std::map<int, int> to;
  const auto keep = [&](int& index, bool may_share) {
    const ConstBytes& bytes = model_.buffers[At(index)];
    if (const auto found = to.find(index); found != to.end()) {
      index = found->second;
      return;
    }
    int place = 0;
    if (!bytes.empty()) {
      const auto [shared, inserted] =
          by_bytes.emplace(Text(bytes), static_cast<int>(buffers.size()));
      place = may_share && !inserted ? shared->second : static_cast<int>(buffers.size());
      if (place == static_cast<int>(buffers.size())) buffers.push_back(bytes);
    }
    to.emplace(index, place);
    index = place;
  };
  for (Subgraph& graph : model_.subgraphs) {
    for (TensorInfo& tensor : graph.tensors) keep(tensor.buffer, true);
  }
  for (MetadataEntry& entry : model_.metadata) keep(entry.buffer, false);
  model_.buffers = std::move(buffers);
}

}  // namespace quantgate
