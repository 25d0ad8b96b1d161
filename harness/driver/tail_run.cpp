#include "harness/driver/tail_run.h"

#include <cstring>

#include "reference/numeric/affine.h"

namespace quantgate {

std::vector<float> RealsOf(std::span<const std::byte> bytes, const TensorInfo& info,
                           const Shape& shape) {
  std::vector<float> reals(static_cast<size_t>(shape.num_elements()));
  if (!DequantizeTensor(bytes, info.dtype, shape, info.quant, reals)) reals.clear();
  return reals;
}

std::vector<float> RealsOf(std::span<const std::byte> bytes, const Plan& plan, int tensor) {
  return RealsOf(bytes, plan.info(tensor), plan.shape(tensor));
}

Result<Tail> MakeTail(const std::shared_ptr<const Plan>& reference,
                      const std::shared_ptr<const Plan>& variant, const OpPairing& pairing,
                      const Mixture& mixture, size_t first) {
  const MixedModel whole = MixModels(reference, variant, pairing, mixture);
  const MixedModel cut = TailFrom(whole, whole.first_ops[first]);
  Tail tail;
  for (const int tensor : cut.model.main().inputs) {
    tail.inputs.push_back(cut.sources[static_cast<size_t>(tensor)]);
  }
  tail.first_output = whole.outputs[first];
  PlanOptions options;
  options.profile = &variant->profile();
  QG_ASSIGN_OR_RETURN(tail.plan, Plan::Make(std::make_shared<const Model>(cut.model), options));
  return tail;
}

Status TailRun::Run(const BytesRecord& reference, const BytesRecord& variant, Observer* observer) {
  for (size_t i = 0; i < tail_.inputs.size(); ++i) {
    const MixedModel::Source& source = tail_.inputs[i];
    const auto& record = source.origin == MixedModel::Origin::kVariant ? variant : reference;
    const auto bytes = record.bytes(source.tensor);
    const auto to = interpreter_.input(i);
    QG_CHECK(bytes.size() == to.size());
    if (!bytes.empty()) std::memcpy(to.data(), bytes.data(), bytes.size());
  }
  interpreter_.ResetState();
  return interpreter_.Run(observer);
}

std::vector<float> TailRun::Output() const {
  return RealsOf(interpreter_.output(0), *tail_.plan, tail_.plan->subgraph().outputs.front());
}

}  // namespace quantgate
