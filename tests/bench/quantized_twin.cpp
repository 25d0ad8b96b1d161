#include "tests/bench/quantized_twin.h"

#include "harness/calibration/calibrate.h"
#include "harness/quantization/quantizer.h"
#include "tests/support/random.h"

namespace quantgate {

TestDataset RandomSamples(const Plan& plan, int count) {
  const Shape& shape = plan.shape(plan.subgraph().inputs.front());
  const Shape sample = *Shape::Make(shape.dims().subspan(1));
  Random random(1);
  return {sample, random.Floats(sample.num_elements() * count, -1, 1)};
}

Result<std::shared_ptr<const Model>> QuantizedTwin(const std::shared_ptr<const Plan>& plan,
                                                   std::string_view scheme) {
  const TestDataset dataset = RandomSamples(*plan, 8);
  QG_ASSIGN_OR_RETURN(const Observation observation, Observe({.plan = plan,
                                                              .model_sha256 = "",
                                                              .dataset = &dataset,
                                                              .dataset_name = "",
                                                              .preprocessing = {},
                                                              .threads = 1}));
  QG_ASSIGN_OR_RETURN(const Ranges ranges, EstimateRanges(observation, *ParseEstimator("minmax")));
  QuantizeOptions options;
  options.scheme = FindScheme(scheme);
  QG_ASSIGN_OR_RETURN(const QuantizationResult result,
                      QuantizeModel(plan->model(), &ranges, options));
  return result.model;
}

}  // namespace quantgate
