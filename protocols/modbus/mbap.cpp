#include "protocols/modbus/mbap.hpp"

namespace gatehouse::modbus {

Bytes mbap_frame(std::uint16_t transaction, std::uint8_t unit, const Request& request)
{
    const auto pdu = encode(request);
    Bytes frame{static_cast<std::uint8_t>(transaction >> 8U),
                static_cast<std::uint8_t>(transaction & 0xffU),
                0,
                0,
                0,
                static_cast<std::uint8_t>(pdu.size() + 1),
                unit};
    frame.insert(frame.end(), pdu.begin(), pdu.end());
    return frame;
}

MbapStep next_mbap(View input)
{
    MbapStep step;
    if (input.size() < mbap_head) return step;
    const std::size_t length = word_at(input, 4);
    if (word_at(input, 2) != 0 || length < 2 || length + 6 > mbap_frame_max) {
        step.foreign = true;
        step.consumed = input.size();
        return step;
    }
    if (input.size() < length + 6) return step;
    step.consumed = length + 6;
    step.transaction = word_at(input, 0);
    step.unit = input[6];
    step.pdu.assign(input.begin() + mbap_head, input.begin() + static_cast<std::ptrdiff_t>(step.consumed));
    return step;
}

} // namespace gatehouse::modbus
