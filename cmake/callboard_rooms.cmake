# How every room is compiled, and the two functions that make rooms and their tests.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(CALLBOARD_TESTS "Build the tests" ON)
option(CALLBOARD_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer over everything" OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # The sloppiness is what ccache asks for before it caches anything that uses a precompiled header; the rest lets a
  # fresh clone in another folder find what an earlier one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# NDEBUG in every build type: Beast aborts on hostile input with assertions on. Our own checks are always on.
add_compile_definitions(NDEBUG CAF_ENABLE_TYPE_ID_CHECKS)
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Werror)
# Designated initializers say what they set; the rest has defaults. The others are false alarms of GCC 12's optimiser:
# std::string's small buffer (GCC bugs 105329, 105651) and Asio's coroutine frames.
add_compile_options(-Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict
                      -Wno-mismatched-new-delete)
endif()
# Precompiled headers and ccache get on only with this.
add_compile_options(-fpch-preprocess)

if(CALLBOARD_SANITIZE)
  # CAF 0.17 binds a null reference in a header. The check of dynamic types (vptr) takes a third of the whole build and
  # sees what ASan sees, but for casts to a wrong class. Everything else of UBSan stays on and ends the program.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,vptr -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# The heavy headers, precompiled once per set of users. Asio and Beast are not among them: loading 400 MB takes as long
# as reading the headers does (measured: 21.1 s of processor time with, 20.9 s without).
set(CALLBOARD_PCH_base <boost/describe.hpp> <boost/mp11.hpp> <boost/json.hpp> <string> <vector> <map> <optional>
                       <variant> <fmt/format.h> <tl/expected.hpp>)
set(CALLBOARD_PCH_caf ${CALLBOARD_PCH_base} <caf/all.hpp>)

# callboard_room(name LINKS libraries... [LIGHT patterns...]): the static library callboard_<name> of all sources in the
# folder. What is LIGHT includes none of the heavy headers and compiles many times faster without them.
function(callboard_room name)
  cmake_parse_arguments(ROOM "" "" "LINKS;LIGHT" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/(main|train_classifier)\\.cpp$|/domain/classifier/|/node_modules/")
  add_library(callboard_${name} STATIC ${sources})
  target_include_directories(callboard_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(callboard_${name} PUBLIC ${ROOM_LINKS})
  if(name MATCHES "^(protocol|actors|persistence|http|app)$")
    target_precompile_headers(callboard_${name} PRIVATE ${CALLBOARD_PCH_caf})
  else()
    target_precompile_headers(callboard_${name} PRIVATE ${CALLBOARD_PCH_base})
  endif()
  if(ROOM_LIGHT)
    list(TRANSFORM ROOM_LIGHT PREPEND ${CMAKE_SOURCE_DIR}/${name}/)
    file(GLOB light CONFIGURE_DEPENDS ${ROOM_LIGHT})
    set_source_files_properties(${light} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()

# callboard_tests(name LINKS libraries...): one GoogleTest program of tests/<name>/**_test.cpp.
function(callboard_tests name)
  cmake_parse_arguments(TESTS "" "" "LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_tests ${sources})
  target_link_libraries(${name}_tests PRIVATE ${TESTS_LINKS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name}_tests PRIVATE CALLBOARD_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                   CALLBOARD_BINARY="${CMAKE_BINARY_DIR}/callboard")
  gtest_discover_tests(${name}_tests TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
endfunction()
