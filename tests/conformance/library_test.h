// What the tests against the real TFLite library share.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "harness/runtimes/tflite_c_api.h"

namespace quantgate {

// Holds the library open; skips the test, with the reason, where there is none.
class LibraryTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = FindTfliteLibrary();
    if (path.empty()) GTEST_SKIP() << "no TFLite library; scripts/fetch_tflite_runtime.sh gets it";
    auto library = TfliteLibrary::Open(path);
    ASSERT_TRUE(library.ok()) << library.error().ToString();
    library_ = *library;
  }

  std::shared_ptr<TfliteLibrary> library_;
};

// The same, for each of several cases.
template <class Case>
class LibraryTestOf : public LibraryTest, public testing::WithParamInterface<Case> {};

}  // namespace quantgate
