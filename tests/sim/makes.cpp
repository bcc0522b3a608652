#include "tests/sim/makes.hpp"

#include "tests/sim/dahua/device_table.hpp"
#include "tests/sim/facepush/terminal_table.hpp"
#include "tests/sim/isapi/device_table.hpp"
#include "tests/sim/modbus/board_table.hpp"
#include "tests/sim/onvif/device_table.hpp"
#include "tests/sim/osdp/reader_line.hpp"
#include "tests/sim/rtsp/camera.hpp"
#include "tests/sim/uhppote/board_table.hpp"
#include "tests/sim/vzenith/camera.hpp"
#include "tests/sim/webhook-in/pusher_table.hpp"
#include "tests/sim/zkteco/device_table.hpp"

#include <array>

namespace gatehouse::sim {
namespace {

constexpr std::array table{
    Make{"camera", &isapi::add_devices},    Make{"dahua", &dahua::add_devices},
    Make{"modbus", &modbus::add_boards},    Make{"onvif", &onvif::add_devices},
    Make{"uhppote", &uhppote::add_boards},  Make{"facepush", &facepush::add_terminals},
    Make{"osdp", &osdp::add_lines},         Make{"rtsp", &rtsp::add_cameras},
    Make{"vzenith", &vzenith::add_cameras}, Make{"webhook-in", &webhook_in::add_pushers},
    Make{"zkteco", &zkteco::add_devices},
};

} // namespace

std::span<const Make> makes()
{
    return table;
}

} // namespace gatehouse::sim
