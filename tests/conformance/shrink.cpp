#include "tests/conformance/shrink.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "reference/model/tflite_writer.h"

namespace quantgate {
namespace {

class Shrinker {
 public:
  Shrinker(const MakeModel& make, const Check& check, int budget)
      : make_(make), check_(check), budget_(budget) {}

  std::vector<uint64_t> Run(std::vector<uint64_t> draws) {
    best_ = std::move(draws);
    for (bool better = true; better && budget_ > 0;) {
      better = DropRuns();
      better = LowerEach() || better;
    }
    return best_;
  }

 private:
  // Takes `draws` when their model fails too and they are simpler.
  bool Try(const std::vector<uint64_t>& draws) {
    if (budget_ <= 0) return false;
    --budget_;
    Choices choices(draws);
    const OneOpModel model = make_(choices);
    if (check_(model).empty()) return false;
    // Only what was used counts, so that the order below always falls.
    std::vector<uint64_t> used = choices.draws();
    while (!used.empty() && used.back() == 0) used.pop_back();
    if (!Simpler(used, best_)) return false;
    best_ = std::move(used);
    return true;
  }

  static bool Simpler(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }

  bool DropRuns() {
    bool better = false;
    for (size_t length = best_.size() / 2; length >= 1; length /= 2) {
      for (size_t at = 0; at + length <= best_.size() && budget_ > 0;) {
        std::vector<uint64_t> draws = best_;
        const auto from = draws.begin() + static_cast<std::ptrdiff_t>(at);
        draws.erase(from, from + static_cast<std::ptrdiff_t>(length));
        if (Try(draws)) {
          better = true;
        } else {
          at += length;
        }
      }
    }
    return better;
  }

  bool LowerEach() {
    bool better = false;
    for (size_t at = 0; at < best_.size() && budget_ > 0; ++at) {
      for (const uint64_t lower : {uint64_t{0}, best_[at] / 2, best_[at] - 1}) {
        if (at >= best_.size() || best_[at] == 0) break;
        std::vector<uint64_t> draws = best_;
        draws[at] = std::min(lower, draws[at] - 1);
        if (!Try(draws)) continue;
        better = true;
        break;
      }
    }
    return better;
  }

  const MakeModel& make_;
  const Check& check_;
  int budget_;
  std::vector<uint64_t> best_;
};

}  // namespace

Shrunk Shrink(const MakeModel& make, const Check& check, std::vector<uint64_t> draws, int budget) {
  const std::vector<uint64_t> smallest = Shrinker(make, check, budget).Run(std::move(draws));
  Choices choices(smallest);
  OneOpModel model = make(choices);
  std::string difference = check(model);
  return {std::move(model), std::move(difference), smallest.size()};
}

uint64_t CountFailures(const std::string& name, const MakeModel& make, const Check& check,
                       uint64_t first_seed, uint64_t count) {
  uint64_t failures = 0;
  for (uint64_t seed = first_seed; seed < first_seed + count; ++seed) {
    Choices choices(seed);
    const OneOpModel model = make(choices);
    const std::string difference = check(model);
    if (difference.empty()) continue;
    if (++failures > 1) continue;
    const Shrunk shrunk = Shrink(make, check, choices.draws());
    ADD_FAILURE() << "seed " << seed << ": " << difference
                  << "\nsmallest model: " << WriteFailure(shrunk.model, name) << ": "
                  << shrunk.difference;
  }
  return failures;
}

void ExpectEqual(const OpCase& of, TfliteLibrary& library, uint64_t first_seed, uint64_t count) {
  const MakeModel make = [&](Choices& choices) { return of.make(choices, of.dtype); };
  const Check check = [&](const OneOpModel& model) {
    return Difference(model, library, of.float_tolerance);
  };
  const std::string name = std::string(of.name) + "-" + std::string(DTypeName(of.dtype));
  EXPECT_EQ(CountFailures(name, make, check, first_seed, count), 0U) << "of " << count << " models";
}

std::string WriteFailure(const OneOpModel& model, const std::string& name) {
  const char* asked = std::getenv("QUANTGATE_FAILURES");
  const std::filesystem::path folder = asked != nullptr ? asked : ".";
  std::filesystem::create_directories(folder);
  const std::filesystem::path path = folder / (name + ".tflite");
  const auto write = [](const std::filesystem::path& to, std::span<const std::byte> bytes) {
    std::ofstream(to, std::ios::binary | std::ios::app)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  };
  const std::filesystem::path values = folder / (name + ".bin");
  std::filesystem::remove(path);
  std::filesystem::remove(values);
  write(path, WriteModel(model.model()));
  for (const auto& value : model.values()) write(values, value);
  return path.string();
}

}  // namespace quantgate
