# Third-party libraries: the system's packages win; FetchContent is the fallback for machines
# without them.
include(FetchContent)

FetchContent_Declare(FlatBuffers
  GIT_REPOSITORY https://github.com/google/flatbuffers.git GIT_TAG v25.9.23
  FIND_PACKAGE_ARGS NAMES FlatBuffers Flatbuffers)
FetchContent_Declare(nlohmann_json
  GIT_REPOSITORY https://github.com/nlohmann/json.git GIT_TAG v3.11.2
  FIND_PACKAGE_ARGS)
FetchContent_Declare(cxxopts
  GIT_REPOSITORY https://github.com/jarro2783/cxxopts.git GIT_TAG v3.1.1
  FIND_PACKAGE_ARGS)
FetchContent_Declare(Eigen3
  GIT_REPOSITORY https://gitlab.com/libeigen/eigen.git GIT_TAG 3.4.0
  FIND_PACKAGE_ARGS)
set(HWY_ENABLE_TESTS OFF CACHE BOOL "" FORCE)
set(HWY_ENABLE_EXAMPLES OFF CACHE BOOL "" FORCE)
FetchContent_Declare(hwy
  GIT_REPOSITORY https://github.com/google/highway.git GIT_TAG 1.0.3
  FIND_PACKAGE_ARGS)
FetchContent_MakeAvailable(FlatBuffers nlohmann_json cxxopts Eigen3 hwy)

find_package(ZLIB REQUIRED)
find_library(QUANTGATE_SPNG spng REQUIRED)
find_library(QUANTGATE_TURBOJPEG turbojpeg REQUIRED)
find_library(QUANTGATE_ZIP zip REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Boost 1.74 REQUIRED)  # headers only: Boost.Math
find_package(Threads REQUIRED)

# The schema compiler: the package's own program, or the one FetchContent built.
if(TARGET flatbuffers::flatc)
  set(QUANTGATE_FLATC flatbuffers::flatc)
elseif(TARGET flatc)
  set(QUANTGATE_FLATC flatc)
else()
  find_program(QUANTGATE_FLATC flatc REQUIRED)
endif()
if(NOT TARGET flatbuffers::flatbuffers AND TARGET flatbuffers)
  add_library(flatbuffers::flatbuffers ALIAS flatbuffers)
endif()

if(QUANTGATE_BUILD_TESTS)
  FetchContent_Declare(GTest
    GIT_REPOSITORY https://github.com/google/googletest.git GIT_TAG release-1.12.1
    FIND_PACKAGE_ARGS)
  FetchContent_MakeAvailable(GTest)
  include(GoogleTest)
endif()
