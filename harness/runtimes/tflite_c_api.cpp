#include "harness/runtimes/tflite_c_api.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>

namespace quantgate {
namespace {

// The library's types, known here by address only.
struct CModel;
struct COptions;
struct CInterpreter;
struct CTensor;
struct CIntArray {
  int size;
  // `size` integers follow
};
// The first members of TfLiteContext and TfLiteDelegate in tensorflow/lite/c/common.h.
struct CContext {
  size_t num_tensors;
  int (*execution_plan)(CContext*, CIntArray** nodes);
};
struct CDelegate {
  void* data;
  int (*prepare)(CContext*, CDelegate*);
};

// How many operators a delegate takes: the nodes of the plan before it, minus those after it that
// were there before. Counted while the delegate works, which is the only time the library tells.
class DelegateCounter {
 public:
  // From now on what `delegate` takes from a graph is counted on this thread.
  explicit DelegateCounter(CDelegate* delegate) : delegate_(delegate) {
    if (delegate_ == nullptr) return;
    original_ = delegate_->prepare;
    delegate_->prepare = &Prepare;
    active_ = this;
  }
  ~DelegateCounter() {
    if (delegate_ == nullptr) return;
    delegate_->prepare = original_;
    active_ = nullptr;
  }
  DelegateCounter(const DelegateCounter&) = delete;
  DelegateCounter& operator=(const DelegateCounter&) = delete;
  [[nodiscard]] int taken() const { return taken_; }

 private:
  // The number of nodes in the plan, and how many of them are numbered below `limit`.
  static int CountNodes(CContext* context, int limit, int* below) {
    CIntArray* nodes = nullptr;
    if (context->execution_plan(context, &nodes) != 0 || nodes == nullptr) return 0;
    const int* numbers = &nodes->size + 1;
    *below = 0;
    for (int i = 0; i < nodes->size; ++i) *below += numbers[i] < limit ? 1 : 0;
    return nodes->size;
  }
  static int Prepare(CContext* context, CDelegate* delegate) {
    int left = 0;
    const int before = CountNodes(context, 0, &left);
    const int status = active_->original_(context, delegate);
    CountNodes(context, before, &left);
    active_->taken_ += before - left;
    return status;
  }

  static thread_local DelegateCounter* active_;
  CDelegate* delegate_;
  int (*original_)(CContext*, CDelegate*) = nullptr;
  int taken_ = 0;
};
thread_local DelegateCounter* DelegateCounter::active_ = nullptr;

// 2.9.0: threads of its pool, and which quantized types it takes (bit 0: signed 8-bit).
struct CXnnpackOptions {
  int32_t num_threads;
  uint32_t flags;
};
constexpr uint32_t kXnnpackSigned8 = 1;

// The functions of tensorflow/lite/c/c_api.h that are used here.
struct Functions {
  const char* (*version)();
  CModel* (*model_create)(const void*, size_t);
  void (*model_delete)(CModel*);
  COptions* (*options_create)();
  void (*options_delete)(COptions*);
  void (*options_set_threads)(COptions*, int32_t);
  void (*options_add_delegate)(COptions*, CDelegate*);
  CInterpreter* (*interpreter_create)(const CModel*, const COptions*);
  void (*interpreter_delete)(CInterpreter*);
  int32_t (*input_count)(const CInterpreter*);
  int32_t (*output_count)(const CInterpreter*);
  CTensor* (*input_tensor)(const CInterpreter*, int32_t);
  const CTensor* (*output_tensor)(const CInterpreter*, int32_t);
  int (*allocate)(CInterpreter*);
  int (*invoke)(CInterpreter*);
  int (*reset_variables)(CInterpreter*);
  int (*tensor_type)(const CTensor*);
  int32_t (*tensor_rank)(const CTensor*);
  int32_t (*tensor_dim)(const CTensor*, int32_t);
  size_t (*tensor_bytes)(const CTensor*);
  void* (*tensor_data)(const CTensor*);
  CDelegate* (*xnnpack_create)(const CXnnpackOptions*);
  void (*xnnpack_delete)(CDelegate*);
};

class Loader {
 public:
  explicit Loader(void* handle) : handle_(handle) {}
  template <class F>
  void Get(const char* name, F& function) {
    function = reinterpret_cast<F>(dlsym(handle_, name));
    if (function == nullptr && missing_.empty()) missing_ = name;
  }
  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  void* handle_;
  std::string missing_;
};

// The name of the first missing function, or nothing.
std::string LoadFunctions(void* handle, Functions& f) {
  Loader loader(handle);
  loader.Get("TfLiteVersion", f.version);
  loader.Get("TfLiteModelCreate", f.model_create);
  loader.Get("TfLiteModelDelete", f.model_delete);
  loader.Get("TfLiteInterpreterOptionsCreate", f.options_create);
  loader.Get("TfLiteInterpreterOptionsDelete", f.options_delete);
  loader.Get("TfLiteInterpreterOptionsSetNumThreads", f.options_set_threads);
  loader.Get("TfLiteInterpreterOptionsAddDelegate", f.options_add_delegate);
  loader.Get("TfLiteInterpreterCreate", f.interpreter_create);
  loader.Get("TfLiteInterpreterDelete", f.interpreter_delete);
  loader.Get("TfLiteInterpreterGetInputTensorCount", f.input_count);
  loader.Get("TfLiteInterpreterGetOutputTensorCount", f.output_count);
  loader.Get("TfLiteInterpreterGetInputTensor", f.input_tensor);
  loader.Get("TfLiteInterpreterGetOutputTensor", f.output_tensor);
  loader.Get("TfLiteInterpreterAllocateTensors", f.allocate);
  loader.Get("TfLiteInterpreterInvoke", f.invoke);
  loader.Get("TfLiteInterpreterResetVariableTensors", f.reset_variables);
  loader.Get("TfLiteTensorType", f.tensor_type);
  loader.Get("TfLiteTensorNumDims", f.tensor_rank);
  loader.Get("TfLiteTensorDim", f.tensor_dim);
  loader.Get("TfLiteTensorByteSize", f.tensor_bytes);
  loader.Get("TfLiteTensorData", f.tensor_data);
  loader.Get("TfLiteXNNPackDelegateCreate", f.xnnpack_create);
  loader.Get("TfLiteXNNPackDelegateDelete", f.xnnpack_delete);
  return loader.missing();
}

// kTfLite* type numbers of the C API, which are not those of the model format.
DType FromCType(int type) {
  constexpr DType kTypes[] = {
      DType::kVariant, DType::kFloat32, DType::kInt32,      DType::kUInt8,     DType::kInt64,
      DType::kString,  DType::kBool,    DType::kInt16,      DType::kComplex64, DType::kInt8,
      DType::kFloat16, DType::kFloat64, DType::kComplex128, DType::kUInt64,    DType::kResource,
      DType::kVariant, DType::kUInt32};
  const bool known = type >= 0 && type < static_cast<int>(std::size(kTypes));
  return known ? kTypes[type] : DType::kVariant;
}

Error Refused(const std::string& what) {
  return Error{.code = ErrorCode::kUnsupported,
               .message = "the TFLite library " + what,
               .hint = "its own message stands on standard error"};
}

class Session : public TfliteSession {
 public:
  explicit Session(std::shared_ptr<const Functions> functions) : f_(std::move(functions)) {}
  ~Session() override {
    if (interpreter_ != nullptr) f_->interpreter_delete(interpreter_);
    if (options_ != nullptr) f_->options_delete(options_);
    if (delegate_ != nullptr) f_->xnnpack_delete(delegate_);
    if (model_ != nullptr) f_->model_delete(model_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Status Start(std::span<const std::byte> bytes, const TfliteOptions& options) {
    model_ = f_->model_create(bytes.data(), bytes.size());
    if (model_ == nullptr) return Refused("does not read the model");
    options_ = f_->options_create();
    f_->options_set_threads(options_, options.threads);
    if (options.delegate == TfliteDelegate::kXnnpack) {
      const CXnnpackOptions xnnpack{options.threads, kXnnpackSigned8};
      delegate_ = f_->xnnpack_create(&xnnpack);
      if (delegate_ == nullptr) return Refused("has no XNNPACK delegate here");
      f_->options_add_delegate(options_, delegate_);
    }
    const DelegateCounter counter(delegate_);
    interpreter_ = f_->interpreter_create(model_, options_);
    delegated_ops_ = counter.taken();
    if (interpreter_ == nullptr) return Refused("makes no interpreter for the model");
    if (f_->allocate(interpreter_) != 0) return Refused("cannot prepare the model");
    return OkStatus();
  }

  [[nodiscard]] size_t num_inputs() const override {
    return static_cast<size_t>(f_->input_count(interpreter_));
  }
  [[nodiscard]] size_t num_outputs() const override {
    return static_cast<size_t>(f_->output_count(interpreter_));
  }
  std::span<std::byte> input(size_t i) override {
    CTensor* tensor = f_->input_tensor(interpreter_, static_cast<int32_t>(i));
    return {static_cast<std::byte*>(f_->tensor_data(tensor)), f_->tensor_bytes(tensor)};
  }
  [[nodiscard]] std::span<const std::byte> output(size_t i) const override {
    const CTensor* tensor = Output(i);
    return {static_cast<const std::byte*>(f_->tensor_data(tensor)), f_->tensor_bytes(tensor)};
  }
  [[nodiscard]] DType output_dtype(size_t i) const override {
    return FromCType(f_->tensor_type(Output(i)));
  }
  [[nodiscard]] std::vector<int32_t> output_dims(size_t i) const override {
    const CTensor* tensor = Output(i);
    std::vector<int32_t> dims(static_cast<size_t>(f_->tensor_rank(tensor)));
    for (size_t d = 0; d < dims.size(); ++d) {
      dims[d] = f_->tensor_dim(tensor, static_cast<int32_t>(d));
    }
    return dims;
  }
  [[nodiscard]] int delegated_ops() const override { return delegated_ops_; }
  Status ResetState() override {
    if (f_->reset_variables(interpreter_) != 0) return Refused("cannot reset its state");
    return OkStatus();
  }
  Status Run() override {
    if (f_->invoke(interpreter_) != 0) return Refused("failed while running the model");
    return OkStatus();
  }

 private:
  [[nodiscard]] const CTensor* Output(size_t i) const {
    return f_->output_tensor(interpreter_, static_cast<int32_t>(i));
  }

  std::shared_ptr<const Functions> f_;
  CModel* model_ = nullptr;
  COptions* options_ = nullptr;
  CDelegate* delegate_ = nullptr;
  CInterpreter* interpreter_ = nullptr;
  int delegated_ops_ = 0;
};

class Library : public TfliteLibrary {
 public:
  explicit Library(std::shared_ptr<const Functions> functions) : functions_(std::move(functions)) {}
  [[nodiscard]] std::string version() const override { return functions_->version(); }
  Result<std::unique_ptr<TfliteSession>> Load(std::span<const std::byte> model,
                                              const TfliteOptions& options) override {
    auto session = std::make_unique<Session>(functions_);
    QG_RETURN_IF_ERROR(session->Start(model, options));
    return std::unique_ptr<TfliteSession>(std::move(session));
  }

 private:
  std::shared_ptr<const Functions> functions_;
};

}  // namespace

Result<std::shared_ptr<TfliteLibrary>> TfliteLibrary::Open(const std::string& path) {
  // The handle is never closed: the library keeps threads of its own.
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    return Error{.code = ErrorCode::kInput,
                 .message = reason != nullptr ? reason : "cannot be loaded",
                 .file = path,
                 .hint = "scripts/fetch_tflite_runtime.sh gets a library"};
  }
  auto functions = std::make_shared<Functions>();
  const std::string missing = LoadFunctions(handle, *functions);
  if (!missing.empty()) {
    return Error{.code = ErrorCode::kInput,
                 .message = "is no TensorFlow Lite C library: it has no " + missing,
                 .file = path};
  }
  return std::shared_ptr<TfliteLibrary>(std::make_shared<Library>(std::move(functions)));
}

Status CheckFirstSubgraphRuns(const Model& model) {
  if (model.main_index == 0) return OkStatus();
  return Error{.code = ErrorCode::kUnsupported,
               .message =
                   "the library's C interface runs a model's first subgraph, the signature "
                   "chosen is of subgraph " +
                   std::to_string(model.main_index),
               .hint = "the built-in engine runs every signature"};
}

std::string FindTfliteLibrary() {
  const char* named = std::getenv("QUANTGATE_TFLITE_LIBRARY");
  const std::string path = named != nullptr ? named : "build/tflite_runtime/libtensorflowlite_c.so";
  return std::filesystem::exists(path) ? path : "";
}

}  // namespace quantgate
