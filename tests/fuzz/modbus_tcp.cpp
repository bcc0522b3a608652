// links: gatehouse_modbus
#include "protocols/modbus/mbap.hpp"

#include <cstdlib>

using namespace gatehouse::modbus;

// Whatever a Modbus TCP server sends.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Request inputs;
    inputs.value = 8;
    Request registers;
    registers.function = Function::read_holding;
    registers.value = 8;
    Request relay;
    relay.function = Function::write_coil;
    relay.value = coil_on;
    for (View rest(data, size);;) {
        const auto step = next_mbap(rest);
        if (step.consumed > rest.size() || step.pdu.size() > mbap_frame_max) std::abort();
        if (step.consumed == 0 || step.foreign) return 0;
        for (const auto& request : {inputs, registers, relay}) {
            const auto reply = parse_reply(request, step.pdu);
            if (reply && reply->bits.size() + reply->registers.size() > 8) std::abort();
        }
        rest = rest.subspan(step.consumed);
    }
}
