# The gate as a test of a CMake project: include this file, then
#
#   quantgate_add_gate(NAME mnist_gate CONFIG configs/mnist/mnist.json [BASELINE FILE])
#
# The test passes when every gate passes. QUANTGATE_PROGRAM names the program; left out, it is looked
# for on PATH.
find_program(QUANTGATE_PROGRAM quantgate)

function(quantgate_add_gate)
  cmake_parse_arguments(gate "" "NAME;CONFIG;BASELINE" "" ${ARGN})
  set(arguments run ${gate_CONFIG} --out ${CMAKE_CURRENT_BINARY_DIR}/${gate_NAME} --quiet)
  if(gate_BASELINE)
    list(APPEND arguments --baseline ${gate_BASELINE})
  endif()
  add_test(NAME ${gate_NAME} COMMAND ${QUANTGATE_PROGRAM} ${arguments}
           WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
