// links: gatehouse_uhppote
#include "protocols/uhppote/card_messages.hpp"
#include "protocols/uhppote/device_messages.hpp"
#include "protocols/uhppote/event_map.hpp"
#include "protocols/uhppote/find.hpp"
#include "protocols/uhppote/recorder.hpp"
#include "protocols/uhppote/schedule_messages.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse::uhppote;

// Whatever arrives goes through every reader that could meet it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto found = read_packet(std::as_bytes(std::span(data, size)));
    const auto* packet = std::get_if<Packet>(&found);
    if ((packet != nullptr) != (size == Packet::size &&
                                (data[0] == 0x17 || (data[0] == 0x19 && data[1] == 0x20)) && data[1] != 0xff))
        std::abort();
    if (packet == nullptr) return 0;
    const auto status = read_status(*packet);
    const auto mapped = map(status.event, 1, std::chrono::minutes(480));
    if ((mapped.refusal == Refusal::none) == mapped.event.device_key.empty()) std::abort();
    (void)read_board(*packet);
    (void)find_boards.read({reinterpret_cast<const char*>(data), size}, {"192.0.2.9", 60000});
    (void)to_string(read_listener(*packet));
    (void)read_time(*packet);
    (void)read_door_control(*packet);
    (void)read_anti_passback(*packet);
    if (card_slot(*packet) == CardSlot::card) {
        const auto card = read_card(*packet);
        const auto again = put_card(packet->serial(), card);
        if (again && read_card(*again) != card) std::abort();
    }
    if (const auto profile = read_time_profile(*packet)) {
        const auto again = set_time_profile(packet->serial(), *profile);
        if (again && read_time_profile(*again) != profile) std::abort();
    }
    Recorder recorder;
    recorder.begin();
    recorder.take(*packet);
    if (recorder.end().size() != Packet::size * 3) std::abort();
    return 0;
}
