#include "harness/driver/input_trials.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "harness/comparison/predictions.h"
#include "harness/execution/input_feed.h"
#include "reference/interpreter/interpreter.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

struct Candidate {
  std::string kind;
  std::string what;
  std::function<void(std::vector<float>& reals)> change;
};

// Values of [height, width, channels]; `places` says for each place which value belongs there.
Candidate Reordered(const std::string& kind, const std::string& what, std::vector<size_t> places) {
  return {kind, what, [places = std::move(places)](std::vector<float>& reals) {
            const std::vector<float> before = reals;
            for (size_t i = 0; i < places.size(); ++i) reals[i] = before[places[i]];
          }};
}

void AddOrders(const Shape& shape, std::vector<Candidate>& candidates) {
  if (shape.rank() != 3) return;
  const auto height = static_cast<size_t>(shape.dim(0));
  const auto width = static_cast<size_t>(shape.dim(1));
  const auto depth = static_cast<size_t>(shape.dim(2));
  std::vector<size_t> reversed;
  std::vector<size_t> planes;
  std::vector<size_t> transposed;
  for (size_t y = 0; y < height; ++y) {
    for (size_t x = 0; x < width; ++x) {
      for (size_t c = 0; c < depth; ++c) {
        reversed.push_back((y * width + x) * depth + depth - 1 - c);
        planes.push_back((c * height + y) * width + x);
        if (height == width) transposed.push_back((x * width + y) * depth + c);
      }
    }
  }
  if (depth == 3 || depth == 4) {
    candidates.push_back(
        Reordered("channel-order", "the channels reversed (RGB and BGR)", reversed));
  }
  if (depth > 1) {
    candidates.push_back(
        Reordered("layout", "the values read as [channels, height, width]", planes));
  }
  if (height == width && height > 1) {
    candidates.push_back(Reordered("layout", "height and width swapped", transposed));
  }
}

std::string Number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

// Onto the ranges models are trained with, from the range the data has.
void AddNormalisations(double low, double high, std::vector<Candidate>& candidates) {
  if (!(high > low)) return;
  struct Target {
    double low, high;
  };
  constexpr Target kTargets[] = {{0, 1}, {-1, 1}, {0, 255}, {-128, 127}, {-0.5, 0.5}, {0, 2}};
  for (const Target& target : kTargets) {
    const double gain = (target.high - target.low) / (high - low);
    if (std::abs(gain - 1) < 0.01 && std::abs(low - target.low) < 0.01 * (high - low)) continue;
    candidates.push_back(
        {"normalisation", "values of " + Number(target.low) + " to " + Number(target.high),
         [=](std::vector<float>& reals) {
           for (float& real : reals) {
             real = static_cast<float>(target.low + (static_cast<double>(real) - low) * gain);
           }
         }});
  }
  candidates.push_back({"normalisation", "light and dark swapped", [=](std::vector<float>& reals) {
                          for (float& real : reals) real = static_cast<float>(low + high) - real;
                        }});
}

}  // namespace

Result<InputTrials> TryInputs(const InputTrialsInput& input) {
  QG_ASSIGN_OR_RETURN(InputFeed feed, InputFeed::Make(*input.reference, *input.dataset,
                                                      input.preprocessing, FeedMode::kQuantize));
  const Plan& plan = *input.reference;
  const TensorInfo& info = plan.info(plan.subgraph().inputs.front());
  InputTrials result;
  if (info.dtype != DType::kFloat32 || plan.subgraph().inputs.size() > 1) return result;
  std::vector<Candidate> candidates;
  candidates.push_back({"given", "as given", [](std::vector<float>&) {}});
  AddOrders(input.dataset->sample_shape(), candidates);
  AddNormalisations(input.real_min, input.real_max, candidates);
  std::vector<int64_t> correct(candidates.size(), 0);
  const int64_t samples = std::min(input.samples, input.dataset->size());
  Interpreter interpreter(input.reference);
  const int output = plan.subgraph().outputs.front();
  std::vector<float> scores(static_cast<size_t>(plan.shape(output).num_elements()));
  const Classifier classifier = Classifier::Of(plan.subgraph(), input.threshold);
  for (int64_t k = 0; k < samples; ++k) {
    const int64_t sample = k * input.dataset->size() / samples;
    QG_RETURN_IF_ERROR(feed.Fill(sample, interpreter));
    const std::vector<float> given(feed.reals().begin(), feed.reals().end());
    for (size_t i = 0; i < candidates.size(); ++i) {
      std::vector<float> reals = given;
      candidates[i].change(reals);
      std::memcpy(interpreter.input(0).data(), reals.data(), interpreter.input(0).size());
      interpreter.ResetState();
      QG_RETURN_IF_ERROR(interpreter.Run());
      DequantizeTensor(interpreter.output(0), plan.info(output).dtype, plan.shape(output),
                       plan.info(output).quant, scores);
      correct[i] += classifier(scores).arg_max == input.dataset->label(sample) ? 1 : 0;
    }
  }
  result.n = samples;
  result.correct = correct[0];
  for (size_t i = 1; i < candidates.size(); ++i) {
    result.trials.push_back({candidates[i].kind, candidates[i].what, samples, correct[i]});
  }
  return result;
}

}  // namespace quantgate
