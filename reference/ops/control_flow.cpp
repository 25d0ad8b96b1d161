// IF, WHILE, CALL_ONCE and STABLEHLO_COMPOSITE: operators that run other subgraphs of the model;
// VAR_HANDLE, READ_VARIABLE and ASSIGN_VARIABLE: variables that all subgraphs share. An IF whose
// branches make different shapes is planned for the value of its condition; a loop must keep the
// shapes it starts with. A variable holds zeros until it is written.
#include <cstring>

#include "reference/model/op_options.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

// Running must end, so a loop that has not by then is an error.
constexpr int64_t kMaxIterations = int64_t{1} << 24;

using SharedProgram = std::shared_ptr<const Program>;

// Subgraph `index` on the operator's inputs from `first` on.
Result<SharedProgram> PlanOn(PrepareContext& context, int index, size_t first) {
  std::vector<const TensorInfo*> tensors;
  std::vector<Shape> shapes;
  for (size_t i = first; i < context.num_inputs(); ++i) {
    if (!context.has_input(i)) return PrepareContext::Malformed("an input is left out");
    tensors.push_back(&context.input(i));
    shapes.push_back(context.input_shape(i));
  }
  return context.PlanSubgraph(index, tensors, shapes);
}

Status TakeOutputs(PrepareContext& context, const Program& program) {
  if (program.num_outputs() != context.num_outputs()) {
    return PrepareContext::Malformed("a subgraph with " + std::to_string(program.num_outputs()) +
                                     " outputs for an operator with " +
                                     std::to_string(context.num_outputs()));
  }
  for (size_t i = 0; i < context.num_outputs(); ++i) {
    if (program.output_dtype(i) != context.output(i).dtype) {
      return PrepareContext::Malformed("output " + std::to_string(i) +
                                       " of the subgraph has another type");
    }
    context.SetOutputShape(i, program.output_shape(i));
  }
  return OkStatus();
}

Status CheckCondition(DType dtype, const Shape& shape) {
  if (dtype == DType::kBool && shape.num_elements() == 1) return OkStatus();
  return PrepareContext::Malformed("a condition must be one bool, not " +
                                   std::string(DTypeName(dtype)) + " " + shape.ToString());
}

// `base` as a list of pointers to read through.
std::span<const std::byte* const> Readable(std::span<std::byte* const> base) {
  return {base.data(), base.size()};
}

}  // namespace

Result<Kernel> PrepareIf(PrepareContext& context) {
  const auto options = OptionsOrDefault<schema::IfOptionsT>(context.node());
  if (!context.has_input(0)) return PrepareContext::Malformed("no condition");
  QG_RETURN_IF_ERROR(CheckCondition(context.input(0).dtype, context.input_shape(0)));
  QG_ASSIGN_OR_RETURN(const SharedProgram yes, PlanOn(context, options.then_subgraph_index, 1));
  QG_ASSIGN_OR_RETURN(const SharedProgram no, PlanOn(context, options.else_subgraph_index, 1));
  QG_RETURN_IF_ERROR(TakeOutputs(context, *no));
  const std::vector<Shape> of_no = [&] {
    std::vector<Shape> shapes;
    for (size_t i = 0; i < no->num_outputs(); ++i) shapes.push_back(no->output_shape(i));
    return shapes;
  }();
  QG_RETURN_IF_ERROR(TakeOutputs(context, *yes));
  for (size_t i = 0; i < of_no.size(); ++i) {
    if (of_no[i] == yes->output_shape(i)) continue;
    const auto condition = context.PlannedValue(0);
    if (!condition) {
      return PrepareContext::Unsupported("branches that make shapes " +
                                         yes->output_shape(i).ToString() + " and " +
                                         of_no[i].ToString());
    }
    const bool taken = (*condition)[0] != std::byte{0};
    context.AlsoFor(0,
                    [taken](const std::byte* value) { return (*value != std::byte{0}) == taken; });
    QG_RETURN_IF_ERROR(TakeOutputs(context, taken ? *yes : *no));
    break;
  }
  return Kernel([](const KernelArgs& args) {
    const bool condition = *args.in<uint8_t>(0) != 0;
    *args.status = args.processes[condition ? 0 : 1]->Run(args.inputs.subspan(1), args.outputs);
  });
}

Result<Kernel> PrepareWhile(PrepareContext& context) {
  const auto options = OptionsOrDefault<schema::WhileOptionsT>(context.node());
  QG_ASSIGN_OR_RETURN(const SharedProgram cond, PlanOn(context, options.cond_subgraph_index, 0));
  QG_ASSIGN_OR_RETURN(const SharedProgram body, PlanOn(context, options.body_subgraph_index, 0));
  if (cond->num_outputs() != 1) return PrepareContext::Malformed("a condition of several outputs");
  QG_RETURN_IF_ERROR(CheckCondition(cond->output_dtype(0), cond->output_shape(0)));
  QG_RETURN_IF_ERROR(TakeOutputs(context, *body));
  if (context.num_inputs() != context.num_outputs()) {
    return PrepareContext::Malformed("a loop must hand on as many values as it takes");
  }
  std::vector<size_t> sizes;
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    if (context.input_shape(i) != body->output_shape(i)) {
      return PrepareContext::Unsupported("a loop that changes shape " +
                                         context.input_shape(i).ToString() + " to " +
                                         body->output_shape(i).ToString());
    }
    if (context.input(i).dtype != body->output_dtype(i)) return UnsupportedTypes(context);
    sizes.push_back(ByteSize(context.input(i).dtype, context.input_shape(i)));
  }
  return Kernel([sizes](const KernelArgs& args) {
    for (size_t i = 0; i < sizes.size(); ++i) {
      if (sizes[i] > 0) std::memcpy(args.outputs[i], args.inputs[i], sizes[i]);
    }
    for (int64_t round = 0; round < kMaxIterations; ++round) {
      std::byte goes_on{};
      std::byte* const condition[] = {&goes_on};
      *args.status = args.processes[0]->Run(Readable(args.outputs), condition);
      if (!args.status->ok() || goes_on == std::byte{0}) return;
      *args.status = args.processes[1]->Run(Readable(args.outputs), args.outputs);
      if (!args.status->ok()) return;
    }
    *args.status = PrepareContext::Unsupported("a loop that has not ended after " +
                                               std::to_string(kMaxIterations) + " rounds");
  });
}

Result<Kernel> PrepareCallOnce(PrepareContext& context) {
  const auto options = OptionsOrDefault<schema::CallOnceOptionsT>(context.node());
  if (context.num_inputs() != 0 || context.num_outputs() != 0) {
    return PrepareContext::Malformed("inputs or outputs where there are none");
  }
  const auto subgraph = static_cast<size_t>(options.init_subgraph_index);
  QG_ASSIGN_OR_RETURN(const SharedProgram init, PlanOn(context, options.init_subgraph_index, 0));
  if (init->num_outputs() != 0) {
    return PrepareContext::Malformed("a subgraph of outputs where there are none");
  }
  return Kernel([subgraph](const KernelArgs& args) {
    if (args.resources->done[subgraph]) return;
    args.resources->done[subgraph] = true;
    *args.status = args.processes[0]->Run({}, {});
  });
}

Result<Kernel> PrepareStablehloComposite(PrepareContext& context) {
  const auto* options = context.node().options->second.AsStableHLOCompositeOptions();
  if (options == nullptr) return PrepareContext::Malformed("no decomposition");
  QG_ASSIGN_OR_RETURN(const SharedProgram program,
                      PlanOn(context, options->decomposition_subgraph_index, 0));
  QG_RETURN_IF_ERROR(TakeOutputs(context, *program));
  return Kernel([](const KernelArgs& args) {
    *args.status = args.processes[0]->Run(args.inputs, args.outputs);
  });
}

Result<Kernel> PrepareVarHandle(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 0, 0, 1));
  const auto options = OptionsOrDefault<schema::VarHandleOptionsT>(context.node());
  if (context.resources() == nullptr || context.output(0).dtype != DType::kResource) {
    return UnsupportedTypes(context);
  }
  context.SetOutputShape(0, Shape{});
  // A zero byte cannot occur in either name as models write them.
  context.SetOutputVariable(
      context.resources()->Find(options.container + '\0' + options.shared_name));
  return Kernel([](const KernelArgs&) {});
}

Result<Kernel> PrepareReadVariable(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  const int number = context.input_variable(0);
  if (number < 0) return PrepareContext::Unsupported("a handle that VAR_HANDLE did not make");
  ResourceTable::Variable& variable = context.resources()->at(number);
  const TensorInfo& output = context.output(0);
  if (!variable.known) variable = {output.dtype, output.shape, true};
  const size_t bytes = ByteSize(variable.dtype, variable.shape);
  if (variable.dtype != output.dtype || DTypeBits(output.dtype) == 0) {
    return UnsupportedTypes(context);
  }
  context.SetOutputShape(0, variable.shape);
  return Kernel([number, bytes](const KernelArgs& args) {
    const auto& value = args.resources->variables[static_cast<size_t>(number)];
    if (bytes > 0) std::memcpy(args.outputs[0], value.data(), bytes);
  });
}

Result<Kernel> PrepareAssignVariable(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 0));
  const int number = context.input_variable(0);
  if (number < 0) return PrepareContext::Unsupported("a handle that VAR_HANDLE did not make");
  ResourceTable::Variable& variable = context.resources()->at(number);
  const DType dtype = context.input(1).dtype;
  if (DTypeBits(dtype) == 0) return UnsupportedTypes(context);
  if (!variable.known) variable = {dtype, context.input_shape(1), true};
  if (variable.dtype != dtype || variable.shape != context.input_shape(1)) {
    return PrepareContext::Unsupported(
        "a variable of changing type or shape: " + variable.shape.ToString() + ", then " +
        context.input_shape(1).ToString());
  }
  const size_t bytes = ByteSize(dtype, variable.shape);
  return Kernel([number, bytes](const KernelArgs& args) {
    auto& value = args.resources->variables[static_cast<size_t>(number)];
    if (bytes > 0) std::memcpy(value.data(), args.inputs[1], bytes);
  });
}

}  // namespace quantgate
