#include "harness/quantization/bias_correction.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "harness/quantization/tensor_editor.h"
#include "reference/interpreter/block_params.h"
#include "reference/numeric/affine.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

size_t At(int64_t index) { return static_cast<size_t>(index); }

// The real values of tensor `index`; empty unless it is a constant.
std::vector<float> Reals(const Model& model, int index) {
  const TensorInfo& tensor = model.main().tensors[At(index)];
  const auto bytes = model.Constant(tensor);
  if (bytes.empty()) return {};
  std::vector<float> reals(At(tensor.shape.num_elements()));
  if (tensor.blockwise && !IsFloat(tensor.dtype)) {
    const auto blocks = ReadBlockParams(model, model.main(), tensor);
    if (!blocks.ok()) return {};
    DequantizeTensor(bytes, tensor.dtype, tensor.shape, *blocks, reals);
    return reals;
  }
  if (tensor.quant.quantized()) {
    for (size_t i = 0; i < reals.size(); ++i) {
      size_t inner = 1;
      for (int a = tensor.quant.axis + 1; tensor.quant.per_axis() && a < tensor.shape.rank(); ++a) {
        inner *= At(tensor.shape.dim(a));
      }
      const size_t slice = tensor.quant.per_axis() ? i / inner % tensor.quant.scales.size() : 0;
      const double code = ReadElement(bytes, tensor.dtype, i) - tensor.quant.zero_point(slice);
      reals[i] = static_cast<float>(code * static_cast<double>(tensor.quant.scale(slice)));
    }
  } else {
    DequantizeTensor(bytes, tensor.dtype, tensor.shape, tensor.quant, reals);
  }
  return reals;
}

// W mean(x) + b of every output channel.
std::vector<double> MeanOutputs(const LayerShape& layer, const LayerInputs& inputs,
                                const std::vector<float>& weights, const std::vector<float>& bias) {
  std::vector<double> means(At(layer.groups * layer.rows), 0);
  for (int64_t g = 0; g < layer.groups; ++g) {
    const Eigen::VectorXd patch =
        inputs.sums[At(g)] / static_cast<double>(std::max<int64_t>(1, inputs.patches));
    for (int64_t r = 0; r < layer.rows; ++r) {
      const size_t channel = At(layer.ChannelOf(g, r));
      for (int64_t k = 0; k < layer.patch; ++k) {
        means[channel] += static_cast<double>(weights[layer.WeightAt(g, r, k)]) * patch[k];
      }
      if (!bias.empty()) means[channel] += static_cast<double>(bias[channel]);
    }
  }
  return means;
}

// Adds `change` to the bias, in a buffer of its own.
template <class Code>
void AddToCodes(Model& model, TensorInfo& bias, const std::vector<double>& change) {
  const auto old = model.Constant(bias);
  std::vector<std::byte> bytes(old.begin(), old.end());
  constexpr bool kFloat = std::is_same_v<Code, float>;
  for (size_t c = 0; c < change.size(); ++c) {
    Code value{};
    std::memcpy(&value, bytes.data() + c * sizeof(Code), sizeof(Code));
    if constexpr (kFloat) {
      value += static_cast<float>(change[c]);
    } else {
      const double code = std::round(static_cast<double>(value) +
                                     change[c] / static_cast<double>(bias.quant.scale(c)));
      constexpr double kLimit = sizeof(Code) == 4 ? 2147483647.0 : 0x1p39;
      value = static_cast<Code>(std::clamp(code, -kLimit, kLimit));
    }
    std::memcpy(bytes.data() + c * sizeof(Code), &value, sizeof(Code));
  }
  bias.buffer = static_cast<int>(model.buffers.size());
  model.buffers.emplace_back(std::move(bytes));
}

class Corrector {
 public:
  Corrector(std::shared_ptr<const Model> reference, const Model& quantized,
            const std::vector<int>& places, const CorrectionData& data)
      : reference_(std::move(reference)), quantized_(quantized), places_(places), data_(data) {}

  Result<BiasCorrection> Run() {
    FindLayers();
    LayerInputsRequest request;
    request.ops = layers_;
    QG_ASSIGN_OR_RETURN(const auto plan, Plan::Make(reference_));
    QG_ASSIGN_OR_RETURN(const std::vector<LayerInputs> fed,
                        CollectLayerInputs(plan, request, data_));
    for (size_t i = 0; i < layers_.size(); ++i) QG_RETURN_IF_ERROR(Correct(layers_[i], fed[i]));
    TensorEditor(quantized_).Finish();  // drops the old biases
    QG_RETURN_IF_ERROR(Validate(quantized_));
    result_.layers = static_cast<int>(layers_.size());
    result_.model = std::make_shared<const Model>(std::move(quantized_));
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool HasBias(const OpNode& op) const {
    if (op.inputs.size() < 3 || op.inputs[2] < 0) return false;
    const TensorInfo& bias = quantized_.main().tensors[At(op.inputs[2])];
    return !quantized_.Constant(bias).empty() &&
           (bias.dtype == DType::kInt32 || bias.dtype == DType::kInt64 ||
            bias.dtype == DType::kFloat32);
  }

  // Weights as the layer multiplies them, seen through a DEQUANTIZE.
  [[nodiscard]] std::vector<float> WeightsOf(const OpNode& op) const {
    std::vector<float> weights = Reals(quantized_, op.inputs[1]);
    for (const OpNode& other : quantized_.main().ops) {
      if (weights.empty() && other.code == OpCode::kDEQUANTIZE &&
          other.outputs[0] == op.inputs[1]) {
        weights = Reals(quantized_, other.inputs[0]);
      }
    }
    return weights;
  }

  void FindLayers() {
    for (size_t i = 0; i < reference_->main().ops.size(); ++i) {
      const OpNode& op = reference_->main().ops[i];
      if (places_[i] < 0 || !LayerShapeOf(*reference_, op)) continue;
      const std::string& name = reference_->main().tensors[At(op.outputs[0])].name;
      const OpNode& twin = quantized_.main().ops[At(places_[i])];
      if (!HasBias(twin)) {
        result_.skipped.push_back(name + ": it has no bias that can be changed");
      } else if (Reals(*reference_, op.inputs[1]).empty() || WeightsOf(twin).empty()) {
        result_.skipped.push_back(name + ": its weights are computed");
      } else {
        layers_.push_back(static_cast<int>(i));
      }
    }
  }

  Status Correct(int index, const LayerInputs& fed) {
    const OpNode& op = reference_->main().ops[At(index)];
    const int place = places_[At(index)];
    QG_ASSIGN_OR_RETURN(const auto plan, Plan::Make(std::make_shared<const Model>(quantized_)));
    LayerInputsRequest request;
    request.ops = {place};
    QG_ASSIGN_OR_RETURN(const std::vector<LayerInputs> now,
                        CollectLayerInputs(plan, request, data_));
    const LayerShape layer = *LayerShapeOf(*reference_, op);
    const bool biased = op.inputs.size() > 2 && op.inputs[2] >= 0;
    const std::vector<double> want =
        MeanOutputs(layer, fed, Reals(*reference_, op.inputs[1]),
                    biased ? Reals(*reference_, op.inputs[2]) : std::vector<float>());
    OpNode& twin = quantized_.main().ops[At(place)];
    const std::vector<double> have =
        MeanOutputs(layer, now[0], WeightsOf(twin), Reals(quantized_, twin.inputs[2]));
    std::vector<double> change(want.size());
    for (size_t c = 0; c < want.size(); ++c) change[c] = want[c] - have[c];
    AddToBias(twin, change);
    return OkStatus();
  }

  void AddToBias(OpNode& op, const std::vector<double>& change) {
    std::vector<TensorInfo>& tensors = quantized_.main().tensors;
    int64_t uses = 0;
    for (const OpNode& other : quantized_.main().ops) {
      uses += std::count(other.inputs.begin(), other.inputs.end(), op.inputs[2]);
    }
    if (uses > 1) {
      TensorInfo own = tensors[At(op.inputs[2])];
      own.name += "_corrected" + std::to_string(tensors.size());
      op.inputs[2] = static_cast<int>(tensors.size());
      tensors.push_back(std::move(own));
    }
    TensorInfo& bias = tensors[At(op.inputs[2])];
    if (bias.dtype == DType::kFloat32) return AddToCodes<float>(quantized_, bias, change);
    if (bias.dtype == DType::kInt64) return AddToCodes<int64_t>(quantized_, bias, change);
    AddToCodes<int32_t>(quantized_, bias, change);
  }

  std::shared_ptr<const Model> reference_;
  Model quantized_;
  const std::vector<int>& places_;
  const CorrectionData& data_;
  std::vector<int> layers_;  // operators of the float model
  BiasCorrection result_;
};

}  // namespace

Result<BiasCorrection> CorrectBiases(const std::shared_ptr<const Model>& reference,
                                     const std::shared_ptr<const Model>& quantized,
                                     const std::vector<int>& places, const CorrectionData& data) {
  return Corrector(reference, *quantized, places, data).Run();
}

}  // namespace quantgate
