// TFLite_Detection_PostProcess, a custom operator: box encodings [1, n, >= 4], class scores [1, n,
// classes, with or without a background class first] and anchors [n, 4] to the best boxes that do
// not overlap.
//
//   center = encoding / scale * anchor extent + anchor center
//   half extent = exp(encoding / scale) * anchor extent / 2      (in double, rounded to float)
//
// A box falls to a better one when intersection / union is above the threshold. Among equal scores
// the lower index wins; what no detection fills is zero. Boxes whose corners are in the wrong order
// or are no numbers end the real kernel with an error; here they give no detections.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "reference/model/flex_map.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {
namespace {

struct Box {
  float ymin, xmin, ymax, xmax;
};

struct Candidate {
  float score;
  int32_t box;
  int32_t label;
};

struct Detection {
  int32_t boxes = 0;
  int32_t encoding_stride = 4;
  int32_t columns = 0;  // of the scores
  int32_t classes = 0;
  int32_t max_detections = 0;
  int32_t max_classes = 1;
  int32_t per_class = 100;
  bool regular = false;
  float score_threshold = 0;
  float overlap_threshold = 0;
  float y_scale = 1, x_scale = 1, h_scale = 1, w_scale = 1;
};

// Values of a tensor of floats or uint8 codes as reals.
struct Reals {
  bool codes = false;
  float scale = 1;
  float zero_point = 0;
  [[nodiscard]] float At(const std::byte* data, int64_t i) const {
    if (!codes) return reinterpret_cast<const float*>(data)[i];
    return (static_cast<float>(static_cast<uint8_t>(data[i])) - zero_point) * scale;
  }
};

// The kernel's memory, cut from its scratch in this order.
struct Workspace {
  Box* boxes;              // [boxes]
  Candidate* kept;         // [boxes], of one class or of all
  Candidate* best;         // [max_detections + boxes]
  int32_t* ranked_labels;  // [boxes, classes]
  uint8_t* alive;          // [boxes]

  static size_t Bytes(const Detection& d) {
    const auto boxes = static_cast<size_t>(d.boxes);
    return boxes * sizeof(Box) +
           (2 * boxes + static_cast<size_t>(d.max_detections)) * sizeof(Candidate) +
           boxes * static_cast<size_t>(d.classes) * sizeof(int32_t) + boxes;
  }
  Workspace(const Detection& d, std::byte* scratch)
      : boxes(reinterpret_cast<Box*>(scratch)),
        kept(reinterpret_cast<Candidate*>(boxes + d.boxes)),
        best(kept + d.boxes),
        ranked_labels(reinterpret_cast<int32_t*>(best + d.max_detections + d.boxes)),
        alive(reinterpret_cast<uint8_t*>(ranked_labels + int64_t{d.boxes} * d.classes)) {}
};

// NaN ranks last, so that the order is a strict one.
float Rank(float score) {
  return std::isnan(score) ? -std::numeric_limits<float>::infinity() : score;
}

bool Better(const Candidate& a, const Candidate& b) {
  const float x = Rank(a.score);
  const float y = Rank(b.score);
  if (x != y) return x > y;
  return a.label != b.label ? a.label < b.label : a.box < b.box;
}

float Overlap(const Box& a, const Box& b) {
  const float area_a = (a.ymax - a.ymin) * (a.xmax - a.xmin);
  const float area_b = (b.ymax - b.ymin) * (b.xmax - b.xmin);
  if (area_a <= 0 || area_b <= 0) return 0;
  const float height = std::max(std::min(a.ymax, b.ymax) - std::max(a.ymin, b.ymin), 0.0F);
  const float width = std::max(std::min(a.xmax, b.xmax) - std::max(a.xmin, b.xmin), 0.0F);
  const float intersection = height * width;
  return intersection / (area_a + area_b - intersection);
}

class PostProcess {
 public:
  PostProcess(const Detection& d, const Reals& encodings, const Reals& scores, const Reals& anchors)
      : d_(d), encodings_(encodings), scores_(scores), anchors_(anchors) {}

  void operator()(const KernelArgs& args) const {
    const int64_t rows = int64_t{d_.max_detections} * d_.max_classes;
    std::fill_n(args.out<float>(0), rows * 4, 0.0F);
    std::fill_n(args.out<float>(1), rows, 0.0F);
    std::fill_n(args.out<float>(2), rows, 0.0F);
    *args.out<float>(3) = 0;
    const Workspace work(d_, args.scratch);
    if (!Decode(args, work)) return;
    if (d_.regular) {
      ClassByClass(args, work);
    } else {
      BestClassOnly(args, work);
    }
  }

 private:
  // False when a box is none.
  bool Decode(const KernelArgs& args, const Workspace& work) const {
    for (int32_t i = 0; i < d_.boxes; ++i) {
      const auto code = [&](int k) -> double {
        return encodings_.At(args.inputs[0], int64_t{i} * d_.encoding_stride + k);
      };
      const auto anchor = [&](int k) -> double {
        return anchors_.At(args.inputs[2], int64_t{i} * 4 + k);
      };
      const auto y = static_cast<float>(code(0) / d_.y_scale * anchor(2) + anchor(0));
      const auto x = static_cast<float>(code(1) / d_.x_scale * anchor(3) + anchor(1));
      const auto half_h = static_cast<float>(0.5 * std::exp(code(2) / d_.h_scale) * anchor(2));
      const auto half_w = static_cast<float>(0.5 * std::exp(code(3) / d_.w_scale) * anchor(3));
      const Box box = {y - half_h, x - half_w, y + half_h, x + half_w};
      if (!(box.ymin <= box.ymax && box.xmin <= box.xmax)) return false;
      work.boxes[i] = box;
    }
    return true;
  }

  [[nodiscard]] float Score(const KernelArgs& args, int32_t box, int32_t label) const {
    const int32_t background = d_.columns - d_.classes;
    return scores_.At(args.inputs[1], int64_t{box} * d_.columns + background + label);
  }

  // The best of the first `count` of work.kept that do not overlap, at most `limit`, at the front.
  int32_t Suppress(const Workspace& work, int32_t count, int32_t limit) const {
    Candidate* end = std::remove_if(work.kept, work.kept + count, [this](const Candidate& c) {
      return !(c.score >= d_.score_threshold);
    });
    std::sort(work.kept, end, Better);
    const auto left = static_cast<int32_t>(end - work.kept);
    std::fill_n(work.alive, left, uint8_t{1});
    int32_t selected = 0;
    for (int32_t i = 0; i < left && selected < limit; ++i) {
      if (work.alive[i] == 0) continue;
      const Candidate winner = work.kept[i];
      for (int32_t j = i + 1; j < left; ++j) {
        const Box& other = work.boxes[work.kept[j].box];
        if (Overlap(work.boxes[winner.box], other) > d_.overlap_threshold) work.alive[j] = 0;
      }
      work.kept[selected++] = winner;  // selected <= i: nothing still needed is overwritten
    }
    return selected;
  }

  // Suppression within each class; the best of all classes remain.
  void ClassByClass(const KernelArgs& args, const Workspace& work) const {
    int32_t found = 0;
    for (int32_t label = 0; label < d_.classes; ++label) {
      for (int32_t i = 0; i < d_.boxes; ++i) work.kept[i] = {Score(args, i, label), i, label};
      const int32_t more = Suppress(work, d_.boxes, d_.per_class);
      std::copy_n(work.kept, more, work.best + found);
      std::sort(work.best, work.best + found + more, Better);
      found = std::min(found + more, d_.max_detections);
    }
    for (int32_t i = 0; i < found; ++i) Write(args, work, i, work.best[i]);
    *args.out<float>(3) = static_cast<float>(found);
  }

  // Suppression over boxes by their best class; each survivor gives its best classes.
  void BestClassOnly(const KernelArgs& args, const Workspace& work) const {
    const int32_t shown = std::min(d_.max_classes, d_.classes);
    for (int32_t i = 0; i < d_.boxes; ++i) {
      int32_t* labels = work.ranked_labels + int64_t{i} * d_.classes;
      std::iota(labels, labels + d_.classes, 0);
      std::partial_sort(labels, labels + shown, labels + d_.classes, [&](int32_t a, int32_t b) {
        return Better({Score(args, i, a), i, a}, {Score(args, i, b), i, b});
      });
      // One label for all, so that equal scores go by box.
      work.kept[i] = {Score(args, i, labels[0]), i, 0};
    }
    const int32_t found = Suppress(work, d_.boxes, d_.max_detections);
    for (int32_t i = 0; i < found; ++i) {
      const int32_t box = work.kept[i].box;
      for (int32_t k = 0; k < shown; ++k) {
        const int32_t label = work.ranked_labels[int64_t{box} * d_.classes + k];
        Write(args, work, d_.max_classes * i + k, {Score(args, box, label), box, label});
      }
    }
    *args.out<float>(3) = static_cast<float>(found);
  }

  static void Write(const KernelArgs& args, const Workspace& work, int32_t row,
                    const Candidate& candidate) {
    reinterpret_cast<Box*>(args.outputs[0])[row] = work.boxes[candidate.box];
    args.out<float>(1)[row] = static_cast<float>(candidate.label);
    args.out<float>(2)[row] = candidate.score;
  }

  Detection d_;
  Reals encodings_, scores_, anchors_;
};

Result<Detection> ReadOptions(const std::vector<uint8_t>& bytes) {
  const std::optional<FlexMap> map = FlexMap::Read(bytes);
  if (!map) return PrepareContext::Malformed("options that are no FlexBuffers map");
  Detection d;
  d.max_detections = map->Integer("max_detections");
  d.max_classes = map->Integer("max_classes_per_detection");
  d.per_class = map->Integer("detections_per_class", d.per_class);
  d.regular = map->Flag("use_regular_nms");
  d.score_threshold = map->Real("nms_score_threshold");
  d.overlap_threshold = map->Real("nms_iou_threshold");
  d.classes = map->Integer("num_classes");
  d.y_scale = map->Real("y_scale");
  d.x_scale = map->Real("x_scale");
  d.h_scale = map->Real("h_scale");
  d.w_scale = map->Real("w_scale");
  constexpr int32_t kMaxCount = 1 << 20;
  const auto sensible = [](int32_t count) { return count > 0 && count <= kMaxCount; };
  if (!sensible(d.max_detections) || !sensible(d.max_classes) || !sensible(d.per_class) ||
      !sensible(d.classes) || !(d.overlap_threshold > 0 && d.overlap_threshold <= 1)) {
    return PrepareContext::Malformed("counts or thresholds out of range in its options");
  }
  return d;
}

Status TakeShapes(const PrepareContext& context, Detection& d) {
  const Shape& encodings = context.input_shape(0);
  const Shape& scores = context.input_shape(1);
  const Shape& anchors = context.input_shape(2);
  const bool fits = encodings.rank() == 3 && scores.rank() == 3 && anchors.rank() == 2 &&
                    encodings.dim(0) == 1 && scores.dim(0) == 1 && encodings.dim(2) >= 4 &&
                    scores.dim(1) == encodings.dim(1) && anchors.dim(0) == encodings.dim(1) &&
                    anchors.dim(1) == 4;
  if (!fits) {
    return PrepareContext::Malformed("encodings " + encodings.ToString() + ", scores " +
                                     scores.ToString() + " and anchors " + anchors.ToString() +
                                     " do not belong together");
  }
  d.boxes = encodings.dim(1);
  d.encoding_stride = encodings.dim(2);
  d.columns = scores.dim(2);
  if (d.columns == d.classes || d.columns == d.classes + 1) return OkStatus();
  return PrepareContext::Malformed(std::to_string(d.columns) + " scores a box for " +
                                   std::to_string(d.classes) + " classes");
}

Result<Reals> RealsOf(const PrepareContext& context, size_t input) {
  const TensorInfo& info = context.input(input);
  if (info.dtype == DType::kFloat32) return Reals{};
  if (info.dtype != DType::kUInt8) return UnsupportedTypes(context);
  QG_RETURN_IF_ERROR(CheckPerTensor(info));
  return Reals{true, info.quant.scale(), static_cast<float>(info.quant.zero_point())};
}

}  // namespace

Result<Kernel> PrepareDetectionPostProcess(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, 4));
  QG_ASSIGN_OR_RETURN(Detection d, ReadOptions(context.node().custom_options));
  QG_RETURN_IF_ERROR(TakeShapes(context, d));
  QG_ASSIGN_OR_RETURN(const Reals encodings, RealsOf(context, 0));
  QG_ASSIGN_OR_RETURN(const Reals scores, RealsOf(context, 1));
  QG_ASSIGN_OR_RETURN(const Reals anchors, RealsOf(context, 2));
  for (size_t i = 0; i < 4; ++i) {
    if (context.output(i).dtype != DType::kFloat32) return UnsupportedTypes(context);
  }
  const int64_t rows = int64_t{d.max_detections} * d.max_classes;
  QG_ASSIGN_OR_RETURN(const Shape boxes, MakeShape({1, rows, 4}));
  QG_ASSIGN_OR_RETURN(const Shape list, MakeShape({1, rows}));
  context.SetOutputShape(0, boxes);
  context.SetOutputShape(1, list);
  context.SetOutputShape(2, list);
  context.SetOutputShape(3, *Shape::Make(std::vector<int32_t>{1}));
  context.RequestScratch(Workspace::Bytes(d));
  return Kernel(PostProcess(d, encodings, scores, anchors));
}

}  // namespace quantgate
