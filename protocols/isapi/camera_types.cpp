#include "protocols/isapi/camera_types.hpp"

#include "protocols/isapi/ascii.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::isapi {
namespace {

using Becomes = CameraType::Becomes;

// In the order of the alphabet.
constexpr std::array<CameraType, 45> types{{
    {"accesscontrollerevent", Becomes::access, {}},
    {"alarmresult", Becomes::face, {}},
    {"anpr", Becomes::plate, {}},
    {"attendedbaggage", Becomes::detection, "unattended"}, // something was put down or taken away
    {"badvideo", Becomes::health, "video"},
    {"defocus", Becomes::tamper, "scene"},
    {"diskerror", Becomes::health, "storage"},
    {"diskfull", Becomes::health, "storage"},
    {"duration", Becomes::duration, {}},
    {"facecapture", Becomes::face, {}},
    {"facecontrast", Becomes::face, {}},
    {"facedetection", Becomes::face, {}},
    {"facesnap", Becomes::face, {}},
    {"facesnapmodeling", Becomes::face, {}},
    {"fielddetection", Becomes::detection, "intrusion"},
    {"framespeoplecounting", Becomes::statistics, {}},
    {"heatmap", Becomes::statistics, {}},
    {"illaccess", Becomes::health, "login_lock"},
    {"io", Becomes::input, {}},
    {"ipconflict", Becomes::health, "network"},
    {"linedetection", Becomes::detection, "line_crossing"},
    {"nicbroken", Becomes::health, "network"},
    {"parking", Becomes::detection, "parking"},
    {"parkingdetection", Becomes::detection, "parking"},
    {"peoplecounting", Becomes::statistics, {}},
    {"pir", Becomes::detection, "motion"},
    {"recordexception", Becomes::health, "storage"},
    {"regionentrance", Becomes::detection, "region_entrance"},
    {"regionexiting", Becomes::detection, "region_exit"},
    {"scenechangedetection", Becomes::tamper, "scene"},
    {"shelteralarm", Becomes::tamper, "lens"},
    {"softio", Becomes::input, {}},
    {"storagedetection", Becomes::health, "storage"},
    {"tamperdetection", Becomes::tamper, "lens"},
    {"targetcapture", Becomes::face, {}},
    {"temperature", Becomes::statistics, {}},
    {"thermometry", Becomes::statistics, {}},
    {"tma", Becomes::statistics, {}},
    {"unattendedbaggage", Becomes::detection, "unattended"},
    {"vehicledetection", Becomes::plate, {}},
    {"vehiclematchresult", Becomes::plate, {}},
    {"videoloss", Becomes::heartbeat, {}},
    {"videomismatch", Becomes::health, "video"},
    {"vmd", Becomes::detection, "motion"},
    {"vmdhumanvehicle", Becomes::detection, "motion"},
}};

} // namespace

std::optional<CameraType> camera_type(std::string_view event_type)
{
    // "faceContrast/alarmResult" occurs whole.
    const auto name = ascii::lower(event_type.substr(0, std::min(event_type.find('/'), std::size_t{40})));
    const auto found =
        std::find_if(types.begin(), types.end(), [&](const CameraType& type) { return type.name == name; });
    if (name.empty() || found == types.end()) return std::nullopt;
    return *found;
}

} // namespace gatehouse::isapi
