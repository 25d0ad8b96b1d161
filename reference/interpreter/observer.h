// The seam through which calibration, comparison and tracing watch a run. An observer sees each
// tensor at the moment it is computed, so no tensor has to be kept alive for it and a watched run
// gives the same bits as an unwatched one.
#pragma once

#include <cstddef>
#include <span>

#include "reference/model/graph.h"

namespace quantgate {

// A tensor of a running interpreter; valid only during the call that hands it out.
struct TensorView {
  int index = 0;  // in its subgraph
  const TensorInfo* info = nullptr;
  const Shape* shape = nullptr;
  std::span<const std::byte> data;
};

class Observer {
 public:
  virtual ~Observer() = default;
  // Called once for every graph input, before the first operator (op_index -1), and for every
  // output of every operator right after it ran.
  virtual void OnTensor(int op_index, const TensorView& tensor) = 0;
  // Called for what operator `op_index`, which computes in floats, writes to a variable tensor that
  // it keeps as its state: the part just written, at every step of a sequence.
  virtual void OnState(int /*op_index*/, const TensorView& /*tensor*/) {}
};

// Shows everything to two observers, either of which may be null.
class TeeObserver : public Observer {
 public:
  TeeObserver(Observer* first, Observer* second) : first_(first), second_(second) {}
  void OnTensor(int op_index, const TensorView& tensor) override {
    if (first_ != nullptr) first_->OnTensor(op_index, tensor);
    if (second_ != nullptr) second_->OnTensor(op_index, tensor);
  }
  void OnState(int op_index, const TensorView& tensor) override {
    if (first_ != nullptr) first_->OnState(op_index, tensor);
    if (second_ != nullptr) second_->OnState(op_index, tensor);
  }

 private:
  Observer* first_;
  Observer* second_;
};

}  // namespace quantgate
