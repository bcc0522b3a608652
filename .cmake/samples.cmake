# gatehouse_samples(FILE): writes FILE, a C++ source that holds protocols/*/sample.toml (gateway/app/samples.hpp). A changed
# sample configures anew.
function(gatehouse_samples FILE)
  file(GLOB samples CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/protocols/*/sample.toml")
  set(rows "")
  foreach(sample ${samples})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${sample}")
    get_filename_component(folder "${sample}" DIRECTORY)
    get_filename_component(name "${folder}" NAME)
    file(READ "${sample}" text)
    string(APPEND rows "    if (protocol == \"${name}\") return R\"toml(${text})toml\";\n")
  endforeach()
  file(CONFIGURE OUTPUT "${FILE}" @ONLY CONTENT [[
#include "gateway/app/samples.hpp"

namespace gatehouse::app {

std::string_view sample_of(std::string_view protocol)
{
@rows@    return {};
}

} // namespace gatehouse::app
]])
endfunction()
