// Node data for Model Explorer (google-ai-edge/model-explorer, "node data"): a value for each
// operator, laid over the model's graph. A file is {"main": {"results": {KEY: {"value": NUMBER}},
// "gradient": [{"stop": 0, "bgColor": COLOUR}, ...]}}; "main" is the graph, KEY the name of an
// operator's output tensor, and the gradient goes from the smallest value to the largest.
#pragma once

#include <string>
#include <vector>

#include "reports/report.h"

namespace quantgate {

// A file a variant and a metric that has a value, such as "model-explorer/int8.sqnr_db.json".
std::vector<ReportFile> ModelExplorerFiles(const RunReport& report);
// All of them as one JSON object, by file name.
std::string RenderModelExplorer(const RunReport& report);

}  // namespace quantgate
