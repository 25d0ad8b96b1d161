#include <iostream>

#include "harness/cli/commands.h"
#include "harness/inspection/inspect_model.h"
#include "reference/model/tflite_reader.h"
#include "reports/inspection_report.h"

namespace quantgate {

void DeclareInspect(ArgumentParser& parser) {
  parser.Flag("json", "one JSON document with every scale");
}

Result<int> RunInspect(const Arguments& arguments) {
  const std::string& path = arguments.positional().front();
  QG_ASSIGN_OR_RETURN(const ConstBytes bytes, MapFile(path));
  QG_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model, ReadModel(bytes, path));
  const ModelInspection inspection = InspectModel(*model, bytes.view(), path);
  std::cout << (arguments.Has("json") ? InspectionJson(inspection) : InspectionText(inspection));
  return 0;
}

}  // namespace quantgate
