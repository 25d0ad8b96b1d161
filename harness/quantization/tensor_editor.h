// Changes the tensors of a model's main subgraph while their indices stay valid; what is not needed
// any more goes at the end.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "reference/model/graph.h"

namespace quantgate {

class TensorEditor {
 public:
  explicit TensorEditor(Model& model);

  // A new tensor that stands for tensor `origin` in another form: its name with `suffix`, made
  // unique. Returns its index.
  int Add(int origin, const std::string& suffix, DType dtype, QuantParams quant);
  // The same with a value.
  int AddConstant(int origin, const std::string& suffix, DType dtype, QuantParams quant,
                  std::vector<std::byte> value);

  // Removes tensors that nothing refers to; the first tensor added for one of them takes its place
  // and name. Then removes unused buffers and merges equal ones.
  void Finish();

 private:
  [[nodiscard]] std::vector<bool> Referenced() const;
  void TakePlaces(std::vector<bool>& referenced);
  void Renumber(const std::vector<int>& to);
  void CompactBuffers();

  Model& model_;
  Subgraph& graph_;
  std::map<int, std::vector<int>> added_;  // by origin
  std::set<std::string> names_;
};

}  // namespace quantgate
