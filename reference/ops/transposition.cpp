// TRANSPOSE, REVERSE_V2, SPACE_TO_DEPTH, DEPTH_TO_SPACE, SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND:
// every element at another place. Codes are moved as they are. The last four exchange blocks of
// pixels (axes 1 and 2 of [batch, height, width, depth]) with channels or batches:
//   SPACE_TO_DEPTH     out[b, y, x, (i * block + j) * depth + c] = in[b, y * block + i,
//                                                                     x * block + j, c]
//   SPACE_TO_BATCH_ND  out[(i * block_x + j) * batches + b, y, x, c] = the input, padded with zeros
//                      (the zero point, if quantized), at [b, y * block_y + i, x * block_x + j, c]
// and DEPTH_TO_SPACE, BATCH_TO_SPACE_ND are their inverses, the latter with a border cropped.
#include <algorithm>
#include <array>
#include <utility>

#include "reference/model/op_options.h"
#include "reference/ops/fill_pattern.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {
namespace {

Kernel RunCopy(const StridedCopy& copy) {
  return [=](const KernelArgs& args) { copy.Run(args.inputs[0], args.outputs[0]); };
}

Result<int64_t> CheckBlock(int64_t block) {
  if (block < 1 || block > INT32_MAX) {
    return PrepareContext::Malformed("blocks of " + std::to_string(block));
  }
  return block;
}

Status CheckRank(const Shape& in, int min, int max) {
  if (in.rank() < min || in.rank() > max) {
    return PrepareContext::Malformed("input " + in.ToString() + " where rank " +
                                     std::to_string(min) + " to " + std::to_string(max) +
                                     " is needed");
  }
  return OkStatus();
}

// The spatial options of the batch operators, axes of rank 3 models completed by one of extent one.
struct BatchBlocks {
  std::array<int64_t, 4> in{1, 1, 1, 1};
  std::array<int64_t, 4> out{1, 1, 1, 1};
  std::array<int64_t, 2> block{1, 1};
  std::array<int64_t, 2> before{};  // padding or crop
  std::array<int64_t, 2> after{};
};

Result<BatchBlocks> ReadBlocks(const PrepareContext& context) {
  const Shape& in = context.input_shape(0);
  QG_RETURN_IF_ERROR(CheckRank(in, 3, 4));
  const auto spatial = static_cast<size_t>(in.rank() - 2);
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> block,
                      ConstantIntegers(context, 1, spatial, "block extents"));
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> border,
                      ConstantIntegers(context, 2, 2 * spatial, "borders"));
  BatchBlocks result;
  result.in[0] = in.dim(0);
  result.in[3] = in.last_dim();
  for (size_t k = 0; k < spatial; ++k) {
    result.in[k + 1] = in.dim(static_cast<int>(k) + 1);
    QG_ASSIGN_OR_RETURN(result.block[k], CheckBlock(block[k]));
    result.before[k] = border[2 * k];
    result.after[k] = border[2 * k + 1];
    if (std::min(border[2 * k], border[2 * k + 1]) < 0 ||
        std::max(border[2 * k], border[2 * k + 1]) > INT32_MAX) {
      return PrepareContext::Malformed("borders of " + std::to_string(border[2 * k]) + " and " +
                                       std::to_string(border[2 * k + 1]));
    }
  }
  return result;
}

Status SetBatchShape(PrepareContext& context, const BatchBlocks& op) {
  std::vector<int64_t> dims(op.out.begin(), op.out.end());
  if (context.input_shape(0).rank() == 3) dims.erase(dims.begin() + 2);
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  context.SetOutputShape(0, out);
  return OkStatus();
}

// The pixels at place `offset` of a block: `count` of them from `first` on in the blocked tensor
// (the one with more batches), at `at`, `at` + block, ... in the other one of extent `extent`,
// which lies `before` pixels into the grid of blocks.
struct BlockRun {
  int64_t first = 0;
  int64_t count = 0;
  int64_t at = 0;
};

BlockRun RunOf(int64_t offset, int64_t block, int64_t before, int64_t blocks, int64_t extent) {
  BlockRun run;
  run.first = before > offset ? (before - offset + block - 1) / block : 0;
  run.at = run.first * block + offset - before;
  if (run.at < extent) run.count = (extent - run.at + block - 1) / block;
  run.count = std::max<int64_t>(std::min(run.count, blocks - run.first), 0);
  return run;
}

// The moves from the plain tensor to the one of blocks, or back: one a place in a block.
std::vector<StridedCopy> BlockMoves(const BatchBlocks& op, bool to_blocks, size_t element) {
  const std::array<int64_t, 4>& plain = to_blocks ? op.in : op.out;
  const std::array<int64_t, 4>& blocked = to_blocks ? op.out : op.in;
  const auto unit = static_cast<int64_t>(element);
  const int64_t pixel = plain[3] * unit;
  const int64_t plain_row = plain[2] * pixel;
  const int64_t blocked_row = blocked[2] * pixel;
  std::vector<StridedCopy> moves;
  if (pixel == 0 || plain[0] == 0) return moves;
  for (int64_t i = 0; i < op.block[0]; ++i) {
    const BlockRun rows = RunOf(i, op.block[0], op.before[0], blocked[1], plain[1]);
    for (int64_t j = 0; rows.count > 0 && j < op.block[1]; ++j) {
      const BlockRun columns = RunOf(j, op.block[1], op.before[1], blocked[2], plain[2]);
      if (columns.count == 0) continue;
      const int64_t first_batch = (i * op.block[1] + j) * plain[0];
      const int64_t plain_at = rows.at * plain_row + columns.at * pixel;
      const int64_t blocked_at =
          (first_batch * blocked[1] + rows.first) * blocked_row + columns.first * pixel;
      std::vector<CopyAxis> axes = {{plain[0], plain[1] * plain_row, blocked[1] * blocked_row},
                                    {rows.count, op.block[0] * plain_row, blocked_row},
                                    {columns.count, op.block[1] * pixel, pixel},
                                    {plain[3], unit, unit}};
      if (to_blocks) {
        moves.emplace_back(axes, element, plain_at, blocked_at);
        continue;
      }
      for (CopyAxis& axis : axes) std::swap(axis.from_stride, axis.to_stride);
      moves.emplace_back(axes, element, blocked_at, plain_at);
    }
  }
  return moves;
}

// SPACE_TO_DEPTH's move with the input's and output's roles as given, or its inverse.
StridedCopy DepthMove(const Shape& plain, int64_t block, size_t element, bool to_depth) {
  const int64_t rows = plain.dim(1) / block;
  const int64_t columns = plain.dim(2) / block;
  const int64_t depth = plain.dim(3);
  const auto unit = static_cast<int64_t>(element);
  const int64_t pixel = depth * unit;
  const int64_t row = plain.dim(2) * pixel;
  const int64_t cell = block * block * pixel;
  // Batches and rows of blocks, columns of blocks, rows in a block, columns in it and channels.
  std::vector<CopyAxis> axes = {{plain.dim(0) * rows, block * row, columns * cell},
                                {columns, block * pixel, cell},
                                {block, row, block * pixel},
                                {block * depth, unit, unit}};
  if (!to_depth) {
    for (CopyAxis& axis : axes) std::swap(axis.from_stride, axis.to_stride);
  }
  return {axes, element};
}

}  // namespace

Result<Kernel> PrepareTranspose(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape& in = context.input_shape(0);
  const auto rank = static_cast<size_t>(in.rank());
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> order,
                      ConstantIntegers(context, 1, rank, "axes of a permutation"));
  const std::vector<int64_t> strides = ByteStrides(in, element);
  std::vector<CopyAxis> axes(rank);
  std::vector<int64_t> dims(rank);
  std::vector<bool> seen(rank);
  auto to_stride = static_cast<int64_t>(element);
  for (size_t k = rank; k-- > 0;) {
    QG_ASSIGN_OR_RETURN(const int axis, ResolveAxis(order[k], in.rank()));
    const auto at = static_cast<size_t>(axis);
    if (seen[at]) {
      return PrepareContext::Malformed("axis " + std::to_string(axis) +
                                       " is twice in the permutation");
    }
    seen[at] = true;
    dims[k] = in.dim(axis);
    axes[k] = {dims[k], strides[at], to_stride};
    to_stride *= dims[k];
  }
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  context.SetOutputShape(0, out);
  return RunCopy({axes, element});
}

Result<Kernel> PrepareReverseV2(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> reversed, ConstantIntegers(context, 1));
  const std::vector<int64_t> strides = ByteStrides(in, element);
  std::vector<CopyAxis> axes;
  for (size_t k = 0; k < strides.size(); ++k) {
    axes.push_back({in.dim(static_cast<int>(k)), strides[k], strides[k]});
  }
  int64_t last = 0;  // where the copy starts: the last index of every reversed axis
  for (const int64_t listed : reversed) {
    QG_ASSIGN_OR_RETURN(const int axis, ResolveAxis(listed, in.rank()));
    CopyAxis& copied = axes[static_cast<size_t>(axis)];
    if (copied.from_stride < 0) {
      return PrepareContext::Malformed("axis " + std::to_string(axis) + " is reversed twice");
    }
    last += copied.from_stride * (copied.extent - 1);
    copied.from_stride = -copied.from_stride;
  }
  context.SetOutputShape(0, in);
  return RunCopy({axes, element, last});
}

Result<Kernel> PrepareSpaceToDepth(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape& in = context.input_shape(0);
  QG_RETURN_IF_ERROR(CheckRank(in, 4, 4));
  const auto options = OptionsOrDefault<schema::SpaceToDepthOptionsT>(context.node());
  QG_ASSIGN_OR_RETURN(const int64_t block, CheckBlock(options.block_size));
  if (in.dim(1) % block != 0 || in.dim(2) % block != 0) {
    return PrepareContext::Malformed("blocks of " + std::to_string(block) + " do not fill " +
                                     in.ToString());
  }
  // A depth over int32 is refused before it can be multiplied once more.
  QG_ASSIGN_OR_RETURN(const Shape row, MakeShape({block * in.dim(3)}));
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape({in.dim(0), in.dim(1) / block, in.dim(2) / block,
                                                  block * row.dim(0)}));
  context.SetOutputShape(0, out);
  return RunCopy(DepthMove(in, block, element, true));
}

Result<Kernel> PrepareDepthToSpace(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape& in = context.input_shape(0);
  QG_RETURN_IF_ERROR(CheckRank(in, 4, 4));
  const auto options = OptionsOrDefault<schema::DepthToSpaceOptionsT>(context.node());
  QG_ASSIGN_OR_RETURN(const int64_t block, CheckBlock(options.block_size));
  if (in.dim(3) % (block * block) != 0) {
    return PrepareContext::Malformed("the depth of " + in.ToString() + " is no multiple of " +
                                     std::to_string(block * block));
  }
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape({in.dim(0), in.dim(1) * block, in.dim(2) * block,
                                                  in.dim(3) / (block * block)}));
  context.SetOutputShape(0, out);
  return RunCopy(DepthMove(out, block, element, false));
}

Result<Kernel> PrepareSpaceToBatchNd(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  QG_ASSIGN_OR_RETURN(BatchBlocks op, ReadBlocks(context));
  op.out = op.in;
  for (size_t k = 0; k < 2; ++k) {
    const int64_t padded = op.in[k + 1] + op.before[k] + op.after[k];
    if (padded % op.block[k] != 0) {
      return PrepareContext::Malformed("blocks of " + std::to_string(op.block[k]) +
                                       " do not fill a padded extent of " + std::to_string(padded));
    }
    op.out[k + 1] = padded / op.block[k];
    op.out[0] *= op.block[k];
    QG_RETURN_IF_ERROR(MakeShape({op.out[0]}));
  }
  QG_RETURN_IF_ERROR(SetBatchShape(context, op));
  const FillPattern zeros = ZerosOf(context.output(0));
  const size_t bytes = ByteSize(context.output(0).dtype, context.output_shape(0));
  const bool padded = op.before[0] + op.after[0] + op.before[1] + op.after[1] > 0;
  const std::vector<StridedCopy> moves = BlockMoves(op, true, element);
  return Kernel([=](const KernelArgs& args) {
    if (padded) FillBytes(zeros, args.outputs[0], bytes);
    for (const StridedCopy& move : moves) move.Run(args.inputs[0], args.outputs[0]);
  });
}

Result<Kernel> PrepareBatchToSpaceNd(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  QG_ASSIGN_OR_RETURN(BatchBlocks op, ReadBlocks(context));
  const int64_t places = op.block[0] * op.block[1];
  if (op.in[0] % places != 0) {
    return PrepareContext::Malformed(std::to_string(op.in[0]) + " batches in blocks of " +
                                     std::to_string(places));
  }
  op.out = op.in;
  op.out[0] /= places;
  for (size_t k = 0; k < 2; ++k) {
    op.out[k + 1] = op.in[k + 1] * op.block[k] - op.before[k] - op.after[k];
  }
  QG_RETURN_IF_ERROR(SetBatchShape(context, op));
  const std::vector<StridedCopy> moves = BlockMoves(op, false, element);
  return Kernel([=](const KernelArgs& args) {
    for (const StridedCopy& move : moves) move.Run(args.inputs[0], args.outputs[0]);
  });
}

}  // namespace quantgate
