# How every room is compiled, and the two functions that make rooms and their tests.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(CALLBOARD_TESTS "Build the tests" ON)
option(CALLBOARD_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer over everything" OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # A fresh clone in another folder finds what an earlier one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# NDEBUG in every build type: Beast aborts on hostile input with assertions on. Our own checks are always on.
add_compile_definitions(NDEBUG CAF_ENABLE_TYPE_ID_CHECKS)
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Werror)
# Designated initializers say what they set; the rest has defaults. The others are false alarms of GCC 12's optimiser:
# std::string's small buffer (GCC bugs 105329, 105651), an empty std::optional (80635) and Asio's coroutine frames.
add_compile_options(-Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict
                      -Wno-mismatched-new-delete -Wno-maybe-uninitialized)
endif()

if(CALLBOARD_SANITIZE)
  # CAF 0.17 binds a null reference in a header. The check of dynamic types (vptr) takes a third of the whole build and
  # sees what ASan sees, but for casts to a wrong class. Everything else of UBSan stays on and ends the program.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,vptr -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# callboard_room(name LINKS libraries...): the static library callboard_<name> of all sources in the folder. There are no
# precompiled headers: docs/decisions/0023.
function(callboard_room name)
  cmake_parse_arguments(ROOM "" "" "LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/(main|train_classifier)\\.cpp$|/domain/classifier/|/node_modules/")
  add_library(callboard_${name} STATIC ${sources})
  target_include_directories(callboard_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(callboard_${name} PUBLIC ${ROOM_LINKS})
endfunction()

# callboard_tests(name LINKS libraries... [POSTGRES filter]): one GoogleTest program of tests/<name>/**_test.cpp. Tests that
# the filter names get a PostgreSQL cluster, and it is theirs alone: a transaction of another test would be seen in the feed.
function(callboard_tests name)
  cmake_parse_arguments(TESTS "" "POSTGRES" "LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_tests ${sources})
  target_link_libraries(${name}_tests PRIVATE ${TESTS_LINKS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name}_tests PRIVATE CALLBOARD_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                   CALLBOARD_BINARY="${CMAKE_BINARY_DIR}/callboard")
  if(TESTS_POSTGRES)
    gtest_discover_tests(${name}_tests TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST TEST_FILTER "${TESTS_POSTGRES}"
                         PROPERTIES TIMEOUT 300 FIXTURES_REQUIRED postgres RESOURCE_LOCK postgres
                                    ENVIRONMENT CALLBOARD_TEST_POSTGRES=${CMAKE_BINARY_DIR}/postgres.url)
    set(others TEST_FILTER "-${TESTS_POSTGRES}")
  endif()
  gtest_discover_tests(${name}_tests TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST ${others} PROPERTIES TIMEOUT 300)
endfunction()
