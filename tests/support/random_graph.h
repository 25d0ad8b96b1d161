// Random float graphs of several operators.
#pragma once

#include <memory>
#include <vector>

#include "reference/model/graph.h"
#include "tests/support/random.h"

namespace quantgate {

struct RandomGraph {
  std::shared_ptr<const Model> model;
  std::vector<std::vector<std::vector<std::byte>>> samples;  // by sample and graph input
};

// An image through 3 to 8 operators of all kinds, with branches that meet again, and a head. Every
// tensor has a name of its own of letters, digits and underscores.
RandomGraph MakeRandomGraph(Random& random, int samples);

}  // namespace quantgate
