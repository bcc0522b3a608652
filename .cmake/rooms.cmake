# gatehouse_room(NAME [FOLDER folder] [DEPENDS rooms...] [LIBRARIES third party...])
# One static library per room from the .cpp files of the calling folder's NAME, or FOLDER where that name is taken. A room
# links only what its layer allows; .ci/rooms compares every #include with the same table.
function(gatehouse_room NAME)
  cmake_parse_arguments(ROOM "" "FOLDER" "DEPENDS;LIBRARIES" ${ARGN})
  if(NOT ROOM_FOLDER)
    set(ROOM_FOLDER "${NAME}")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${ROOM_FOLDER}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "main\\.cpp$")
  if(sources)
    add_library(gatehouse_${NAME} STATIC ${sources})
    set(scope PUBLIC)
    if(NOT NAME STREQUAL "base")
      target_precompile_headers(gatehouse_${NAME} REUSE_FROM gatehouse_base)
    endif()
  else()
    add_library(gatehouse_${NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  list(TRANSFORM ROOM_DEPENDS PREPEND gatehouse_)
  target_link_libraries(gatehouse_${NAME} ${scope} gatehouse_flags ${ROOM_DEPENDS} ${ROOM_LIBRARIES} Threads::Threads)
endfunction()

# gatehouse_adapter(NAME [DEPENDS rooms...] [LIBRARIES third party...])
# A device language or an upstream: a room that the app links (its registry names it) and whose unit tests, if there are
# any, are found in tests/unit/protocols/NAME.
function(gatehouse_adapter NAME)
  gatehouse_room(${NAME} ${ARGN})
  target_link_libraries(gatehouse_app PUBLIC gatehouse_${NAME})
  set_property(GLOBAL APPEND PROPERTY GATEHOUSE_ADAPTERS ${NAME})
endfunction()

# gatehouse_register_tests(NAME [SHARDS n])
# The tests of one GoogleTest executable as one test of CTest, or as n that may run beside each other: a process for each
# of two thousand would spend its time on starting. What became of each is in results/NAME.n.xml.
function(gatehouse_register_tests NAME)
  cmake_parse_arguments(TEST "" "SHARDS" "" ${ARGN})
  if(NOT TEST_SHARDS)
    set(TEST_SHARDS 1)
  endif()
  foreach(shard RANGE 1 ${TEST_SHARDS})
    math(EXPR index "${shard} - 1")
    add_test(NAME ${NAME}.${shard} COMMAND ${NAME})
    set_tests_properties(${NAME}.${shard} PROPERTIES TIMEOUT 600 LABELS unit ENVIRONMENT
      "GTEST_TOTAL_SHARDS=${TEST_SHARDS};GTEST_SHARD_INDEX=${index};GTEST_OUTPUT=xml:${CMAKE_BINARY_DIR}/results/${NAME}.${shard}.xml;LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0")
  endforeach()
endfunction()

# gatehouse_test(NAME FOLDER [SHARDS n] [DEPENDS targets...])
# One GoogleTest executable from the .cpp files of FOLDER (relative to tests/).
function(gatehouse_test NAME FOLDER)
  cmake_parse_arguments(TEST "" "SHARDS" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/${FOLDER}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${NAME} ${sources})
  target_precompile_headers(${NAME} REUSE_FROM gatehouse_fakes)
  target_link_libraries(${NAME} PRIVATE ${TEST_DEPENDS} gatehouse_fakes GTest::gmock GTest::gtest_main)
  target_compile_definitions(${NAME} PRIVATE
    GATEHOUSE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" GATEHOUSE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gatehouse_register_tests(${NAME} SHARDS ${TEST_SHARDS})
endfunction()
