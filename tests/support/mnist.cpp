#include "tests/support/mnist.h"

#include <gtest/gtest.h>

#include "datasets/dataset_table.h"

namespace quantgate {

std::unique_ptr<Dataset> OpenMnist(const std::string& split, int64_t limit) {
  DatasetSpec spec;
  spec.kind = "idx";
  spec.images = {"datasets/mnist/" + split + "-images-idx3-ubyte.gz"};
  spec.labels = "datasets/mnist/" + split + "-labels-idx1-ubyte.gz";
  spec.limit = limit;
  auto dataset = OpenDataset(spec);
  EXPECT_TRUE(dataset.ok()) << dataset.error().ToString();
  return std::move(*dataset);
}

}  // namespace quantgate
