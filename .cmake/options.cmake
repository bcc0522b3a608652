# Build options and the flags that hold for every room.
option(GATEHOUSE_TESTS "build tests, the simulator and the bench" ON)
option(GATEHOUSE_WERROR "treat warnings as errors" ON)
option(GATEHOUSE_FUZZ "build the libFuzzer targets (clang only)" OFF)
# A whole build takes half the time, a change to one file several times as much: for CI, not for the desk.
option(GATEHOUSE_UNITY "compile several files of a target at a time" $ENV{GATEHOUSE_UNITY})
set(GATEHOUSE_SANITIZE "" CACHE STRING "comma separated sanitizers: address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "build type" FORCE)
endif()
# -O2 keeps compile time low; -O3 brought nothing on a box that waits for disk and network.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

add_library(gatehouse_flags INTERFACE)
target_include_directories(gatehouse_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(gatehouse_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Woverloaded-virtual -Wcast-align -Wunused -Wimplicit-fallthrough)
if(GATEHOUSE_WERROR)
  target_compile_options(gatehouse_flags INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # A false alarm on coroutine frames in GCC 12.
  target_compile_options(gatehouse_flags INTERFACE -Wno-mismatched-new-delete)
  # More of them on std::string with -O2 (GCC bug 105651 and its kin); the sanitizer builds watch the real ones.
  target_compile_options(gatehouse_flags INTERFACE $<$<CONFIG:Release>:-Wno-restrict>
    $<$<CONFIG:Release>:-Wno-array-bounds> $<$<CONFIG:Release>:-Wno-stringop-overflow>
    $<$<CONFIG:Release>:-Wno-stringop-overread> $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
endif()
target_compile_definitions(gatehouse_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_BOOST_COROUTINE
  # Exceptions as they are, without Boost's wrapper around each, which every file would compile anew.
  BOOST_EXCEPTION_DISABLE)

if(GATEHOUSE_UNITY)
  set(CMAKE_UNITY_BUILD ON)
  # So that most rooms are one or two units. The largest take about 1.5 GiB of memory each to compile.
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 28)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Coroutine frames that hold a type of an unnamed namespace: harmless in a .cpp file, but the file is now included.
    target_compile_options(gatehouse_flags INTERFACE -Wno-subobject-linkage)
  else()
    # A private name of another file is not shadowed; GCC, which looks as well, tells the two apart.
    target_compile_options(gatehouse_flags INTERFACE -Wno-shadow)
  endif()
endif()

if(GATEHOUSE_SANITIZE)
  target_compile_options(gatehouse_flags INTERFACE -fsanitize=${GATEHOUSE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(gatehouse_flags INTERFACE -fsanitize=${GATEHOUSE_SANITIZE})
  if(GATEHOUSE_SANITIZE MATCHES "undefined")
    target_compile_options(gatehouse_flags INTERFACE -fno-sanitize-recover=undefined)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      target_compile_options(gatehouse_flags INTERFACE -fno-sanitize=function)
    else()
      # A quarter of this build's time; the fuzz build keeps them, and AddressSanitizer stops at a null pointer as well.
      target_compile_options(gatehouse_flags INTERFACE -fno-sanitize=null,alignment)
    endif()
  endif()
  if(GATEHOUSE_SANITIZE MATCHES "thread")
    target_compile_definitions(gatehouse_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    target_compile_options(gatehouse_flags INTERFACE -Wno-tsan)
  endif()
endif()
if(GATEHOUSE_FUZZ)
  target_compile_options(gatehouse_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Sanitizers' executables are many and large, and linking them all takes minutes. What is installed is linked as everywhere.
find_program(MOLD mold)
if(MOLD AND GATEHOUSE_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # Without these words ccache keeps nothing that uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_SLOPPINESS=pch_defines,time_macros" "${CCACHE}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(gatehouse_flags INTERFACE -fpch-preprocess)
  endif()
endif()
