# The console (gateway/console) is built by npm and put into the executable, so that an installed gateway needs no files
# beside it. Only where somebody sees it: the builds for tests of the daemon have no use for it.
set(console_default OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT GATEHOUSE_SANITIZE AND NOT GATEHOUSE_FUZZ)
  set(console_default ON)
endif()
option(GATEHOUSE_CONSOLE "build the console with npm and put it into the executable" ${console_default})

# gatehouse_console(TARGET)
# Gives TARGET the function console_files() (gateway/app/console_files.hpp). npm runs when the console's sources have
# changed, and fetches its packages when their lock file has.
function(gatehouse_console TARGET)
  set(source "${CMAKE_SOURCE_DIR}/gateway/console")
  set(made "${CMAKE_BINARY_DIR}/console")
  if(NOT GATEHOUSE_CONSOLE OR NOT EXISTS "${source}/package.json")
    file(CONFIGURE OUTPUT "${made}/no_console.cpp" CONTENT
"#include \"gateway/app/console_files.hpp\"

std::span<const gatehouse::api::StaticFile> gatehouse::app::console_files()
{
    return {};
}
")
    target_sources(${TARGET} PRIVATE "${made}/no_console.cpp")
    return()
  endif()
  find_program(NPM npm)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  if(NOT NPM)
    message(FATAL_ERROR "npm, which builds the console, is missing: install nodejs and npm, or configure with "
      "-DGATEHOUSE_CONSOLE=OFF for a gateway without a console")
  endif()
  # npm's own note of what it has installed last.
  set(packages "${source}/node_modules/.package-lock.json")
  add_custom_command(OUTPUT "${packages}"
    COMMAND "${NPM}" ci --ignore-scripts --no-audit --no-fund
    DEPENDS "${source}/package.json" "${source}/package-lock.json"
    WORKING_DIRECTORY "${source}" COMMENT "packages of the console" VERBATIM)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${source}/src/*" "${source}/public/*")
  file(GLOB settings CONFIGURE_DEPENDS "${source}/*.html" "${source}/*.ts" "${source}/*.json")
  set(embed "${CMAKE_SOURCE_DIR}/.cmake/embed_console.py")
  add_custom_command(OUTPUT "${made}/console.cpp" "${made}/console.bin"
    COMMAND "${NPM}" run build --silent -- --outDir "${made}/dist" --emptyOutDir --logLevel warn
    COMMAND Python3::Interpreter "${embed}" "${made}/dist" "${made}/console"
    DEPENDS "${packages}" ${files} ${settings} "${embed}"
    WORKING_DIRECTORY "${source}" COMMENT "console" VERBATIM)
  set_source_files_properties("${made}/console.cpp" PROPERTIES OBJECT_DEPENDS "${made}/console.bin")
  # A target of its own, so that npm does not wait for the libraries that TARGET links.
  add_custom_target(console DEPENDS "${made}/console.cpp")
  add_dependencies(${TARGET} console)
  target_sources(${TARGET} PRIVATE "${made}/console.cpp")
endfunction()
