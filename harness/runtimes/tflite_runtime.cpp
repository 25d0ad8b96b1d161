// A real TFLite library as a runtime. The library shows the graph's outputs only, so it runs a copy
// of the model whose computed tensors are all outputs.
#include <algorithm>

#include "harness/runtimes/runtime_table.h"
#include "harness/runtimes/tflite_c_api.h"
#include "reference/model/all_outputs.h"
#include "reference/model/tflite_writer.h"

namespace quantgate {
namespace {

// What all sessions share; the library reads the model's bytes as long as a session lives.
struct Shared {
  std::shared_ptr<TfliteLibrary> library;
  std::vector<std::byte> bytes;  // of the model with all outputs
  std::vector<int> tensors;      // tensor index of each of its outputs
  TfliteOptions options;
  std::shared_ptr<const Plan> plan;
};

class LibrarySession : public RuntimeSession {
 public:
  LibrarySession(std::shared_ptr<const Shared> shared, std::unique_ptr<TfliteSession> session)
      : shared_(std::move(shared)), session_(std::move(session)) {
    for (const int output : shared_->plan->subgraph().outputs) {
      const auto at = std::find(shared_->tensors.begin(), shared_->tensors.end(), output);
      outputs_.push_back(static_cast<size_t>(at - shared_->tensors.begin()));
    }
  }

  [[nodiscard]] size_t size() const override { return 1; }
  std::span<std::byte> input(size_t /*sample*/, size_t i) override { return session_->input(i); }
  [[nodiscard]] std::span<const std::byte> output(size_t /*sample*/, size_t i) const override {
    return session_->output(outputs_[i]);
  }
  std::span<const Status> Run(std::span<Observer* const> observers) override {
    if (observers.empty()) return {};
    status_ = RunOnce(observers.front());
    return {&status_, 1};
  }
  // Every computed tensor is an output.
  [[nodiscard]] bool views_last() const override { return true; }

 private:
  Status RunOnce(Observer* observer) {
    QG_RETURN_IF_ERROR(session_->ResetState());
    QG_RETURN_IF_ERROR(session_->Run());
    QG_RETURN_IF_ERROR(CheckOutputs());
    if (observer != nullptr) Show(*observer);
    return OkStatus();
  }
  // Whoever reads an output relies on the plan's shape.
  Status CheckOutputs() {
    for (size_t o = 0; o < outputs_.size(); ++o) {
      const int tensor = shared_->plan->subgraph().outputs[o];
      const size_t bytes = output(0, o).size();
      if (bytes == shared_->plan->byte_size(tensor)) continue;
      return Error{ErrorCode::kUnsupported,
                   "the library's output has " + std::to_string(bytes) + " bytes where shape " +
                       shared_->plan->shape(tensor).ToString() + " was planned",
                   {},
                   {},
                   shared_->plan->info(tensor).name};
    }
    return OkStatus();
  }
  void Show(Observer& observer) {
    const Subgraph& graph = shared_->plan->subgraph();
    for (size_t i = 0; i < graph.inputs.size(); ++i)
      ShowOne(observer, -1, graph.inputs[i], session_->input(i));
    for (size_t op = 0; op < graph.ops.size(); ++op) {
      for (const int tensor : graph.ops[op].outputs) {
        const auto at = std::find(shared_->tensors.begin(), shared_->tensors.end(), tensor);
        if (at == shared_->tensors.end()) continue;
        const auto output = static_cast<size_t>(at - shared_->tensors.begin());
        ShowOne(observer, static_cast<int>(op), tensor, session_->output(output));
      }
    }
  }
  void ShowOne(Observer& observer, int op, int tensor, std::span<const std::byte> data) const {
    if (data.size() != shared_->plan->byte_size(tensor)) return;  // another shape: not comparable
    const TensorInfo& info = shared_->plan->subgraph().tensors[static_cast<size_t>(tensor)];
    observer.OnTensor(op, {tensor, &info, &shared_->plan->shape(tensor), data});
  }

  std::shared_ptr<const Shared> shared_;
  std::unique_ptr<TfliteSession> session_;
  std::vector<size_t> outputs_;  // position of each graph output among the session's
  Status status_;
};

class LibraryModel : public RuntimeModel {
 public:
  explicit LibraryModel(std::shared_ptr<const Shared> shared) : shared_(std::move(shared)) {}
  [[nodiscard]] const std::shared_ptr<const Plan>& plan() const override { return shared_->plan; }
  [[nodiscard]] std::string name() const override {
    const bool xnnpack = shared_->options.delegate == TfliteDelegate::kXnnpack;
    return "tflite " + shared_->library->version() + (xnnpack ? " with XNNPACK" : "");
  }
  [[nodiscard]] Result<std::unique_ptr<RuntimeSession>> NewSession(
      size_t /*samples*/, TensorLife /*life*/) const override {
    QG_ASSIGN_OR_RETURN(std::unique_ptr<TfliteSession> session,
                        shared_->library->Load(shared_->bytes, shared_->options));
    const Subgraph& graph = shared_->plan->subgraph();
    bool fits = session->num_inputs() == graph.inputs.size() &&
                session->num_outputs() == shared_->tensors.size();
    for (size_t i = 0; fits && i < graph.inputs.size(); ++i) {
      fits = session->input(i).size() == shared_->plan->byte_size(graph.inputs[i]);
    }
    if (!fits) {
      return Error{ErrorCode::kUnsupported,
                   "the library sees other inputs or outputs in the model"};
    }
    return std::unique_ptr<RuntimeSession>(
        std::make_unique<LibrarySession>(shared_, std::move(session)));
  }
  [[nodiscard]] size_t best_samples() const override { return 1; }
  [[nodiscard]] size_t most_samples() const override { return 1; }

 private:
  std::shared_ptr<const Shared> shared_;
};

}  // namespace

Result<std::shared_ptr<const RuntimeModel>> OpenTfliteRuntime(
    const std::shared_ptr<const Plan>& plan, const RuntimeOptions& options) {
  const std::string path = options.library.empty() ? FindTfliteLibrary() : options.library;
  if (path.empty()) {
    return Error{.code = ErrorCode::kInput,
                 .message = "no TensorFlow Lite library was found",
                 .hint = "run scripts/fetch_tflite_runtime.sh, or name the file"};
  }
  QG_RETURN_IF_ERROR(CheckFirstSubgraphRuns(plan->model()));
  auto shared = std::make_shared<Shared>();
  QG_ASSIGN_OR_RETURN(shared->library, TfliteLibrary::Open(path));
  ModelWithOutputs all = WithAllOutputs(plan->model());
  shared->bytes = WriteModel(all.model);
  shared->tensors = std::move(all.outputs);
  shared->options = {options.delegate, options.threads};
  shared->plan = plan;
  for (const int output : plan->subgraph().outputs) {
    if (std::find(shared->tensors.begin(), shared->tensors.end(), output) ==
        shared->tensors.end()) {
      return Error{ErrorCode::kUnsupported, "a graph output is no computed tensor"};
    }
  }
  auto model = std::make_shared<LibraryModel>(std::move(shared));
  // Whether the library takes the model is known after this.
  QG_RETURN_IF_ERROR(model->NewSession(1, TensorLife::kUntilLastUse));
  return std::shared_ptr<const RuntimeModel>(std::move(model));
}

}  // namespace quantgate
