# Builds the viewer of reports/web and turns its one file into ${QUANTGATE_HTML_TEMPLATE_CPP}.
# Needs Node 18 or newer and npm, and the network once; without them the HTML report is the plain
# page, and nothing fails. QUANTGATE_WEB_REPORT_STATUS says which of the two was built and why.
option(QUANTGATE_WEB_REPORT "Build the interactive HTML report (needs Node and npm)" ON)

set(web_source ${CMAKE_CURRENT_SOURCE_DIR}/web)
set(web_build ${CMAKE_CURRENT_BINARY_DIR}/web)
set(QUANTGATE_HTML_TEMPLATE_CPP ${CMAKE_CURRENT_BINARY_DIR}/html_template.cpp)
set(embed_script ${CMAKE_CURRENT_SOURCE_DIR}/embed_html.cmake)

# Installs the packages of the lock file in ${folder} into ${folder}/node_modules, unless that lock
# file was installed there before. Sets ${result} to an empty string, or to what went wrong.
function(qg_npm_ci source folder result)
  file(SHA256 ${source}/package-lock.json lock_hash)
  set(stamp ${folder}/node_modules/.quantgate-lock)
  file(COPY ${source}/package.json ${source}/package-lock.json DESTINATION ${folder})
  if(EXISTS ${stamp})
    file(READ ${stamp} installed_hash)
    if(installed_hash STREQUAL lock_hash)
      set(${result} "" PARENT_SCOPE)
      return()
    endif()
  endif()
  message(STATUS "Installing the npm packages of ${source}")
  execute_process(
    COMMAND ${QUANTGATE_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
            --prefer-offline --fetch-retries=1 --fetch-timeout=30000
    WORKING_DIRECTORY ${folder} TIMEOUT 300
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    string(REGEX MATCH "npm error [^\n]*" output "${output}")
    set(${result} "npm ci failed: ${output}" PARENT_SCOPE)
    return()
  endif()
  file(WRITE ${stamp} ${lock_hash})
  set(${result} "" PARENT_SCOPE)
endfunction()

# Sets ${result} to an empty string when Node and npm can be used, or to why not.
function(qg_find_node result)
  find_program(QUANTGATE_NODE NAMES node nodejs)
  find_program(QUANTGATE_NPM npm)
  if(NOT QUANTGATE_NODE OR NOT QUANTGATE_NPM)
    set(${result} "node or npm is not installed" PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${QUANTGATE_NODE} --version OUTPUT_VARIABLE version
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  string(REPLACE "v" "" version "${version}")
  if(version VERSION_LESS 18)
    set(${result} "node ${version} is older than 18" PARENT_SCOPE)
    return()
  endif()
  set(${result} "" PARENT_SCOPE)
endfunction()

if(QUANTGATE_WEB_REPORT)
  qg_find_node(problem)
  if(NOT problem)
    qg_npm_ci(${web_source} ${web_build} problem)
  endif()
else()
  set(problem "QUANTGATE_WEB_REPORT is OFF")
endif()

if(problem)
  set(QUANTGATE_WEB_REPORT_STATUS "plain: ${problem}" CACHE INTERNAL "")
  message(STATUS "HTML report: the plain page (${problem})")
  set(template_file "")
  set(template_depends "")
else()
  set(QUANTGATE_WEB_REPORT_STATUS "viewer" CACHE INTERNAL "")
  message(STATUS "HTML report: the viewer of reports/web")
  file(GLOB_RECURSE web_files CONFIGURE_DEPENDS ${web_source}/src/*)
  set(template_file ${web_build}/dist/template.html)
  set(template_depends ${template_file})
  add_custom_command(
    OUTPUT ${template_file}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${web_build}/src ${web_build}/dist
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${web_source}/src ${web_build}/src
    COMMAND ${CMAKE_COMMAND} -E copy ${web_source}/build.mjs ${web_source}/tsconfig.json ${web_build}
    COMMAND ${QUANTGATE_NODE} build.mjs
    WORKING_DIRECTORY ${web_build}
    DEPENDS ${web_files} ${web_source}/build.mjs ${web_source}/tsconfig.json
            ${web_source}/package-lock.json
    COMMENT "Building the report viewer" VERBATIM)
endif()

add_custom_command(
  OUTPUT ${QUANTGATE_HTML_TEMPLATE_CPP}
  COMMAND ${CMAKE_COMMAND} -DINPUT=${template_file} -DOUTPUT=${QUANTGATE_HTML_TEMPLATE_CPP}
          -P ${embed_script}
  DEPENDS ${template_depends} ${embed_script}
  COMMENT "Embedding the report viewer" VERBATIM)
