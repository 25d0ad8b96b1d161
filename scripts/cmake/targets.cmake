# One target a folder, linked only to what the picture in README.md ("Which way things depend")
# shows.

# qg_add_library(NAME SOURCES files... LINKS targets...)
function(qg_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC quantgate_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# qg_add_tests(NAME SOURCES files... LINKS targets...): one GoogleTest program, its cases known to
# ctest one by one. It runs from the top of the source tree.
function(qg_add_tests name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE quantgate_options ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} DISCOVERY_TIMEOUT 60
                       TEST_PREFIX "${name}.")
endfunction()
