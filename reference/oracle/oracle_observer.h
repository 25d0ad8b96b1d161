// Watches a run and measures, operator by operator, how far the integer kernels are from the
// oracle. Every operator is judged on the codes it was given, so that nothing adds up.
#pragma once

#include <vector>

#include "reference/interpreter/observer.h"
#include "reference/interpreter/plan.h"
#include "reference/oracle/oracle.h"

namespace quantgate {

class OracleObserver : public Observer {
 public:
  // `plan` must outlive the observer.
  explicit OracleObserver(const Plan& plan);
  void OnTensor(int op_index, const TensorView& tensor) override;
  // By tensor index; no elements: not compared. Over all runs so far.
  [[nodiscard]] const std::vector<OracleDistance>& distances() const { return distances_; }

 private:
  [[nodiscard]] OracleTensor TensorAt(int index) const;

  const Plan& plan_;
  std::vector<std::vector<std::byte>> bytes_;  // by tensor index, of this run
  std::vector<OracleDistance> distances_;
};

}  // namespace quantgate
