// Builds Model graphs by hand: tensors and operators of one subgraph, in the order they are added.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reference/model/graph.h"
#include "tests/support/bytes.h"

namespace quantgate {

class ModelBuilder {
 public:
  ModelBuilder();

  // Each returns the tensor's index.
  int AddInput(const std::string& name, DType dtype, const Shape& shape,
               const QuantParams& quant = {});
  int AddTensor(const std::string& name, DType dtype, const Shape& shape,
                const QuantParams& quant = {});
  int AddConstantBytes(const std::string& name, DType dtype, const Shape& shape,
                       std::vector<std::byte> bytes, const QuantParams& quant = {});
  template <class T>
  int AddConstant(const std::string& name, const Shape& shape, const std::vector<T>& values,
                  const QuantParams& quant = {}) {
    return AddConstantBytes(name, DTypeOf<T>::value, shape, ToBytes(values), quant);
  }

  // Options come from MakeOptions (reference/model/op_options.h); none stands for the defaults.
  int AddOp(OpCode code, const std::vector<int>& inputs, const std::vector<int>& outputs,
            std::shared_ptr<const OpOptions> options = nullptr);

  // The model so far with these graph outputs, unchecked: for tests that break it first.
  [[nodiscard]] Model Build(const std::vector<int>& outputs) const;
  // The same, valid; aborts if it is not.
  [[nodiscard]] std::shared_ptr<const Model> Finish(const std::vector<int>& outputs) const;

 private:
  Model model_;
};

}  // namespace quantgate
