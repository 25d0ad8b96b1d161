// STRIDED_SLICE: indices begin, begin + stride, ... of every axis up to, but without, end, as
// NumPy's a[begin:end:stride] takes them. Bits of five masks change the meaning of an entry k of
// (begin, end, strides):
//   begin_mask, end_mask  the end of the axis from which the stride starts, or which it reaches
//   ellipsis_mask         as many whole axes as the other entries leave
//   new_axis_mask         a new axis of extent one
//   shrink_axis_mask      one index, and the axis is dropped
#include <algorithm>

#include "reference/model/op_options.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {
namespace {

constexpr size_t kMaxEntries = 16;  // bits looked at in a mask; ranks are far below

struct Spec {
  std::vector<int64_t> begin;
  std::vector<int64_t> end;
  std::vector<int64_t> strides;
  schema::StridedSliceOptionsT masks;
};

bool Bit(int32_t mask, size_t k) { return ((static_cast<uint32_t>(mask) >> k) & 1U) != 0; }

// What the slice makes of the input, axis by axis.
class Builder {
 public:
  Builder(const Shape& in, size_t element)
      : in_(in), element_(element), strides_(ByteStrides(in, element)) {}

  [[nodiscard]] int remaining() const { return in_.rank() - next_; }

  void TakeWhole() { Take(0, 1, in_.dim(next_), true); }
  void AddAxis() { dims_.push_back(1); }

  // Entry k of the spec on the next axis of the input.
  Status TakeEntry(const Spec& spec, size_t k) {
    const int64_t extent = in_.dim(next_);
    const int64_t stride = spec.strides[k];
    if (stride == 0) return PrepareContext::Malformed("a stride of zero");
    // Where indices can start and stop: one before the first index when going back.
    const int64_t low = stride > 0 ? 0 : -1;
    const int64_t high = stride > 0 ? extent : extent - 1;
    const auto resolve = [&](int64_t index) {
      return std::clamp(index < 0 ? index + extent : index, low, high);
    };
    int64_t begin = resolve(spec.begin[k]);
    if (Bit(spec.masks.begin_mask, k)) begin = stride > 0 ? low : high;
    if (Bit(spec.masks.shrink_axis_mask, k)) {
      if (begin < 0 || begin >= extent) {
        return PrepareContext::Malformed("index " + std::to_string(spec.begin[k]) + " of axis " +
                                         std::to_string(next_) + " of " + in_.ToString());
      }
      Take(begin, 1, 1, false);
      return OkStatus();
    }
    int64_t end = resolve(spec.end[k]);
    if (Bit(spec.masks.end_mask, k)) end = stride > 0 ? high : low;
    const int64_t span = stride > 0 ? end - begin : begin - end;
    const int64_t step = std::abs(stride);
    Take(begin, stride, span <= 0 ? 0 : (span + step - 1) / step, true);
    return OkStatus();
  }

  [[nodiscard]] Result<Shape> OutputShape() const { return MakeShape(dims_); }
  [[nodiscard]] StridedCopy Copy() const {
    std::vector<CopyAxis> axes = axes_;
    auto to_stride = static_cast<int64_t>(element_);
    for (size_t k = axes.size(); k-- > 0;) {
      axes[k].to_stride = to_stride;
      to_stride *= axes[k].extent;
    }
    return {axes, element_, offset_};
  }

 private:
  void Take(int64_t begin, int64_t stride, int64_t extent, bool keep) {
    const int64_t in_stride = strides_[static_cast<size_t>(next_++)];
    // No more than one index: its stride is of no matter, and may be as large as it likes.
    axes_.push_back({extent, extent > 1 ? in_stride * stride : 0, 0});
    offset_ += in_stride * begin;
    if (keep) dims_.push_back(extent);
  }

  const Shape& in_;
  size_t element_;
  std::vector<int64_t> strides_;
  int next_ = 0;
  std::vector<CopyAxis> axes_;
  std::vector<int64_t> dims_;
  int64_t offset_ = 0;
};

Result<Spec> ReadSpec(const PrepareContext& context) {
  Spec spec;
  spec.masks = OptionsOrDefault<schema::StridedSliceOptionsT>(context.node());
  QG_ASSIGN_OR_RETURN(spec.begin, ConstantIntegers(context, 1));
  QG_ASSIGN_OR_RETURN(spec.end, ConstantIntegers(context, 2, spec.begin.size(), "ends"));
  QG_ASSIGN_OR_RETURN(spec.strides, ConstantIntegers(context, 3, spec.begin.size(), "strides"));
  if (spec.begin.size() > kMaxEntries) {
    return PrepareContext::Malformed(std::to_string(spec.begin.size()) + " begins");
  }
  if (spec.masks.offset) return PrepareContext::Unsupported("ends that count from the begins");
  return spec;
}

// Axes the entries after an ellipsis at `at` take.
int AxesAfter(const Spec& spec, size_t at) {
  int axes = 0;
  for (size_t k = at + 1; k < spec.begin.size(); ++k) {
    axes += Bit(spec.masks.new_axis_mask, k) ? 0 : 1;
  }
  return axes;
}

Status ApplySpec(const Spec& spec, Builder& builder) {
  bool ellipsis = false;
  for (size_t k = 0; k < spec.begin.size(); ++k) {
    if (Bit(spec.masks.ellipsis_mask, k)) {
      if (ellipsis) return PrepareContext::Malformed("two ellipses");
      ellipsis = true;
      const int after = AxesAfter(spec, k);
      while (builder.remaining() > after) builder.TakeWhole();
    } else if (Bit(spec.masks.new_axis_mask, k)) {
      builder.AddAxis();
    } else if (builder.remaining() == 0) {
      return PrepareContext::Malformed(std::to_string(spec.begin.size()) +
                                       " begins are more than there are axes");
    } else {
      QG_RETURN_IF_ERROR(builder.TakeEntry(spec, k));
    }
  }
  while (builder.remaining() > 0) builder.TakeWhole();
  return OkStatus();
}

}  // namespace

Result<Kernel> PrepareStridedSlice(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 4, 4, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  QG_ASSIGN_OR_RETURN(const Spec spec, ReadSpec(context));
  Builder builder(context.input_shape(0), element);
  QG_RETURN_IF_ERROR(ApplySpec(spec, builder));
  QG_ASSIGN_OR_RETURN(const Shape out, builder.OutputShape());
  context.SetOutputShape(0, out);
  const StridedCopy copy = builder.Copy();
  return Kernel([=](const KernelArgs& args) { copy.Run(args.inputs[0], args.outputs[0]); });
}

}  // namespace quantgate
