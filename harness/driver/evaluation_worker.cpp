#include "harness/driver/evaluation_worker.h"

#include "harness/driver/reference_runner.h"
#include "harness/driver/variant_runner.h"

namespace quantgate {
namespace {

class Worker : public EvaluationWorker {
 public:
  static Result<std::unique_ptr<Worker>> Make(const SharedEvaluation& shared,
                                              FirstFailure& failure) {
    std::unique_ptr<Worker> worker(new Worker(failure));
    QG_ASSIGN_OR_RETURN(worker->reference_, ReferenceRunner::Make(shared));
    for (size_t v = 0; v < shared.input.variants.size(); ++v) {
      QG_ASSIGN_OR_RETURN(auto variant, VariantRunner::Make(shared, v, worker->reference_->size()));
      worker->variants_.push_back(std::move(variant));
    }
    return worker;
  }

  EvaluationPart Process(const Chunk& chunk) override {
    EvaluationPart partial;
    partial.variants.resize(variants_.size());
    for (size_t v = 0; v < variants_.size(); ++v) variants_[v]->Begin(partial.variants[v]);
    int64_t next = chunk.first;
    while (next < chunk.last) {
      const auto slots = reference_->Run(next, chunk.last, failure_, partial);
      if (slots.empty()) break;
      next = slots.back().index + 1;
      for (size_t v = 0; v < variants_.size(); ++v) variants_[v]->Run(slots, partial.variants[v]);
    }
    for (size_t v = 0; v < variants_.size(); ++v) variants_[v]->End(partial.variants[v]);
    return partial;
  }

 private:
  explicit Worker(FirstFailure& failure) : failure_(failure) {}

  FirstFailure& failure_;
  std::unique_ptr<ReferenceRunner> reference_;
  std::vector<std::unique_ptr<VariantRunner>> variants_;
};

}  // namespace

Result<std::unique_ptr<EvaluationWorker>> MakeEvaluationWorker(const SharedEvaluation& shared,
                                                               FirstFailure& failure) {
  QG_ASSIGN_OR_RETURN(std::unique_ptr<EvaluationWorker> worker, Worker::Make(shared, failure));
  return worker;
}

}  // namespace quantgate
