#include "harness/quantization/layer_inputs.h"

#include <algorithm>

#include "harness/execution/chunks.h"
#include "harness/execution/first_failure.h"
#include "harness/execution/input_feed.h"
#include "reference/interpreter/interpreter.h"
#include "reference/model/op_options.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

size_t At(int64_t index) { return static_cast<size_t>(index); }

template <class Options>
Result<ConvGeometry> GeometryOf(const Model& model, const OpNode& op, bool depthwise) {
  const auto options = OptionsOrDefault<Options>(op);
  const Shape& in = model.main().tensors[At(op.inputs[0])].shape;
  const Shape& filter = model.main().tensors[At(op.inputs[1])].shape;
  if (in.rank() != 4 || filter.rank() != 4) return Error{ErrorCode::kModel, "not an image"};
  const auto padding = static_cast<PaddingKind>(options.padding);
  ConvGeometry g;
  QG_ASSIGN_OR_RETURN(g.y, MakeWindowAxis(in.dim(1), filter.dim(1), options.stride_h,
                                          options.dilation_h_factor, padding));
  QG_ASSIGN_OR_RETURN(g.x, MakeWindowAxis(in.dim(2), filter.dim(2), options.stride_w,
                                          options.dilation_w_factor, padding));
  g.batches = in.dim(0);
  g.in_channels = in.dim(3);
  g.out_channels = depthwise ? filter.dim(3) : filter.dim(0);
  g.filter_channels = depthwise ? 1 : filter.dim(3);
  return g;
}

// The patch of one output position, for convolutions of one group: [taps x input channels].
void FillPatch(const ConvGeometry& g, std::span<const float> input, int32_t n, int32_t oy,
               int32_t ox, Eigen::VectorXd& patch) {
  Eigen::Index k = 0;
  for (int32_t i = 0; i < g.y.filter; ++i) {
    const int32_t iy = g.y.origin(oy) + i * g.y.dilation;
    for (int32_t j = 0; j < g.x.filter; ++j) {
      const int32_t ix = g.x.origin(ox) + j * g.x.dilation;
      const bool inside = iy >= 0 && iy < g.y.input && ix >= 0 && ix < g.x.input;
      for (int32_t c = 0; c < g.in_channels; ++c) {
        patch[k++] = inside ? static_cast<double>(input[At(g.input_offset(n, iy, ix) + c)]) : 0;
      }
    }
  }
}

class LayerSums {
 public:
  LayerSums(const LayerShape& shape, bool products) : shape_(shape), products_(products) {
    for (int64_t g = 0; g < shape.groups; ++g) {
      inputs_.sums.emplace_back(Eigen::VectorXd::Zero(shape.patch));
      if (products) inputs_.products.emplace_back(Eigen::MatrixXd::Zero(shape.patch, shape.patch));
    }
  }

  void Add(std::span<const float> input) {
    const ConvGeometry& g = shape_.conv;
    const int64_t positions = static_cast<int64_t>(g.batches) * g.y.output * g.x.output;
    const int64_t values =
        static_cast<int64_t>(g.y.filter) * g.x.filter * g.in_channels;  // of all channels
    Eigen::MatrixXd patches(values, positions);
    Eigen::VectorXd patch(values);
    Eigen::Index column = 0;
    for (int32_t n = 0; n < g.batches; ++n) {
      for (int32_t oy = 0; oy < g.y.output; ++oy) {
        for (int32_t ox = 0; ox < g.x.output; ++ox) {
          FillPatch(g, input, n, oy, ox, patch);
          patches.col(column++) = patch;
        }
      }
    }
    inputs_.patches += positions;
    if (!shape_.depthwise) return AddGroup(0, patches);
    for (int32_t c = 0; c < g.in_channels; ++c) {
      AddGroup(c, patches(Eigen::seqN(c, shape_.patch, g.in_channels), Eigen::all));
    }
  }

  [[nodiscard]] const LayerInputs& inputs() const { return inputs_; }

 private:
  void AddGroup(int64_t group, const Eigen::MatrixXd& patches) {
    inputs_.sums[At(group)] += patches.rowwise().sum();
    if (products_) inputs_.products[At(group)].noalias() += patches * patches.transpose();
  }

  LayerShape shape_;
  bool products_;
  LayerInputs inputs_;
};

struct WatchedLayer {
  int tensor = -1;
  LayerShape shape;
  bool products = false;
};

class LayerObserver : public Observer {
 public:
  explicit LayerObserver(const std::vector<WatchedLayer>& layers) : layers_(layers) {
    for (const WatchedLayer& layer : layers) sums_.emplace_back(layer.shape, layer.products);
  }

  void OnTensor(int /*op_index*/, const TensorView& tensor) override {
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (layers_[i].tensor != tensor.index) continue;
      std::vector<float> reals(At(tensor.shape->num_elements()));
      DequantizeTensor(tensor.data, tensor.info->dtype, *tensor.shape, tensor.info->quant, reals);
      sums_[i].Add(reals);
    }
  }

  [[nodiscard]] std::vector<LayerInputs> Take() const {
    std::vector<LayerInputs> inputs;
    for (const LayerSums& sums : sums_) inputs.push_back(sums.inputs());
    return inputs;
  }

 private:
  const std::vector<WatchedLayer>& layers_;
  std::vector<LayerSums> sums_;
};

using Partial = std::vector<LayerInputs>;

class Worker : public ChunkWorker<Partial> {
 public:
  Worker(const std::shared_ptr<const Plan>& plan, InputFeed feed,
         const std::vector<WatchedLayer>& layers, FirstFailure& failure)
      : interpreter_(plan), feed_(std::move(feed)), layers_(layers), failure_(failure) {}

  Partial Process(const Chunk& chunk) override {
    LayerObserver observer(layers_);
    for (int64_t i = chunk.first; i < chunk.last; ++i) {
      if (!failure_.Passed(i, Run(i, observer))) break;
    }
    return observer.Take();
  }

 private:
  Status Run(int64_t sample, LayerObserver& observer) {
    QG_RETURN_IF_ERROR(feed_.Fill(sample, interpreter_));
    interpreter_.ResetState();
    return interpreter_.Run(&observer);
  }

  Interpreter interpreter_;
  InputFeed feed_;
  const std::vector<WatchedLayer>& layers_;
  FirstFailure& failure_;
};

void Merge(LayerInputs& into, const LayerInputs& part) {
  into.patches += part.patches;
  for (size_t g = 0; g < part.sums.size(); ++g) into.sums[g] += part.sums[g];
  for (size_t g = 0; g < part.products.size(); ++g) into.products[g] += part.products[g];
}

}  // namespace

size_t LayerShape::WeightAt(int64_t g, int64_t r, int64_t k) const {
  return depthwise ? At(k * groups * rows + g * rows + r) : At(r * patch + k);
}

std::optional<LayerShape> LayerShapeOf(const Model& model, const OpNode& op) {
  if (op.inputs.size() < 2 || op.inputs[0] < 0 || op.inputs[1] < 0) return std::nullopt;
  const TensorInfo& weights = model.main().tensors[At(op.inputs[1])];
  LayerShape layer;
  if (op.code == OpCode::kFULLY_CONNECTED && weights.shape.rank() == 2) {
    layer.patch = weights.shape.dim(1);
    layer.rows = weights.shape.dim(0);
    const int64_t values = model.main().tensors[At(op.inputs[0])].shape.num_elements();
    if (layer.patch < 1 || values % layer.patch != 0) return std::nullopt;
    layer.conv.batches = static_cast<int32_t>(values / layer.patch);
    layer.conv.in_channels = static_cast<int32_t>(layer.patch);
    layer.conv.y = layer.conv.x = {.input = 1, .output = 1, .filter = 1};
    return layer;
  }
  layer.depthwise = op.code == OpCode::kDEPTHWISE_CONV_2D;
  if (!layer.depthwise && op.code != OpCode::kCONV_2D) return std::nullopt;
  const auto geometry = layer.depthwise
                            ? GeometryOf<schema::DepthwiseConv2DOptionsT>(model, op, true)
                            : GeometryOf<schema::Conv2DOptionsT>(model, op, false);
  if (!geometry.ok()) return std::nullopt;
  layer.conv = *geometry;
  if (!layer.depthwise && layer.conv.filter_channels != layer.conv.in_channels) return std::nullopt;
  layer.groups = layer.depthwise ? layer.conv.in_channels : 1;
  layer.patch =
      static_cast<int64_t>(layer.conv.y.filter) * layer.conv.x.filter * layer.conv.filter_channels;
  layer.rows = layer.conv.out_channels / std::max<int64_t>(1, layer.groups);
  return layer;
}

Result<std::vector<LayerInputs>> CollectLayerInputs(const std::shared_ptr<const Plan>& plan,
                                                    const LayerInputsRequest& request,
                                                    const CorrectionData& data) {
  std::vector<WatchedLayer> layers;
  for (const int op : request.ops) {
    const OpNode& node = plan->subgraph().ops[At(op)];
    const auto shape = LayerShapeOf(plan->model(), node);
    if (!shape) return Error{ErrorCode::kInternal, "not a layer", {}, op};
    layers.push_back({node.inputs[0], *shape, request.products && shape->patch <= kMaxPatch});
  }
  QG_ASSIGN_OR_RETURN(
      const InputFeed feed,
      InputFeed::Make(*plan, *data.dataset, data.preprocessing, FeedMode::kQuantize));
  Partial total = LayerObserver(layers).Take();
  const int64_t samples = std::min(kCorrectionSamples, data.dataset->size());
  FirstFailure failure;
  ProcessChunks<Partial>(
      samples, data.threads, [&] { return std::make_unique<Worker>(plan, feed, layers, failure); },
      [&](const Chunk&, Partial&& part) {
        for (size_t i = 0; i < total.size(); ++i) Merge(total[i], part[i]);
      });
  QG_RETURN_IF_ERROR(failure.status());
  return total;
}

}  // namespace quantgate
