#include "harness/inspection/trace.h"

#include <cstring>
#include <nlohmann/json.hpp>

#include "datasets/npy.h"
#include "harness/inspection/model_inputs.h"
#include "reference/core/file.h"
#include "reference/core/sha256.h"
#include "reference/interpreter/interpreter.h"
#include "reference/oracle/oracle_observer.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

// Writes tensors as they are computed; the first failure is kept.
class TraceObserver : public Observer {
 public:
  TraceObserver(const Plan& plan, std::string directory)
      : plan_(plan), directory_(std::move(directory)) {}

  void OnTensor(int op_index, const TensorView& tensor) override {
    if (!status_.ok()) return;
    const std::string bytes = NpyBytes(tensor.info->dtype, *tensor.shape, tensor.data);
    const std::string stem = "tensor_" + std::to_string(tensor.index);
    const std::string file = stem + (bytes.empty() ? ".bin" : ".npy");
    const std::string path = directory_ + "/" + file;
    status_ = bytes.empty() ? WriteFile(path, tensor.data) : WriteFile(path, bytes);
    const auto dims = tensor.shape->dims();
    rows_.push_back(
        {{"index", tensor.index},
         {"name", tensor.info->name},
         {"op_index", op_index},
         {"op_type",
          op_index < 0 ? "INPUT" : plan_.subgraph().ops[static_cast<size_t>(op_index)].type_name()},
         {"dtype", DTypeName(tensor.info->dtype)},
         {"shape", std::vector<int32_t>(dims.begin(), dims.end())},
         {"scale", tensor.info->quant.scales},
         {"zero_point", tensor.info->quant.zero_points},
         {"quantized_dimension", tensor.info->quant.axis},
         {"file", file},
         {"sha256", Sha256Hex(tensor.data)}});
  }

  // Adds how far each integer kernel is from the oracle; null where it does not say.
  void AddDistances(const std::vector<OracleDistance>& distances) {
    for (ordered_json& row : rows_) {
      const OracleDistance& of = distances[row["index"].get<size_t>()];
      const bool known = of.elements > 0;
      row["oracle_max_lsb"] = known ? ordered_json(of.max_lsb) : ordered_json(nullptr);
      row["oracle_mean_lsb"] = known ? ordered_json(of.sum_lsb / static_cast<double>(of.elements))
                                     : ordered_json(nullptr);
    }
  }

  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] const ordered_json& rows() const { return rows_; }

 private:
  const Plan& plan_;
  std::string directory_;
  Status status_;
  ordered_json rows_ = ordered_json::array();
};

}  // namespace

Result<TraceOutput> TraceModel(const std::shared_ptr<const Plan>& plan, const std::string& input,
                               const std::string& directory, bool oracle) {
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadModelInputs(*plan, input));
  Interpreter interpreter(plan, RunShapes::kAny);
  size_t offset = 0;
  for (size_t i = 0; i < plan->subgraph().inputs.size(); ++i) {
    const std::span<std::byte> to = interpreter.input(i);
    if (!to.empty()) std::memcpy(to.data(), bytes.data() + offset, to.size());
    offset += to.size();
  }
  TraceObserver observer(*plan, directory);
  OracleObserver distances(*plan);
  TeeObserver both(&observer, oracle ? &distances : nullptr);
  QG_RETURN_IF_ERROR(interpreter.Run(&both));
  if (!observer.status().ok()) return observer.status().error();
  if (oracle) observer.AddDistances(distances.distances());
  const Subgraph& graph = plan->subgraph();
  const ordered_json manifest = {{"schema_version", 1},
                                 {"profile", plan->profile().name},
                                 {"inputs", graph.inputs},
                                 {"outputs", graph.outputs},
                                 {"tensors", observer.rows()}};
  QG_RETURN_IF_ERROR(
      WriteFile(directory + "/manifest.json",
                manifest.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n"));
  return TraceOutput{directory, static_cast<int>(observer.rows().size())};
}

}  // namespace quantgate
