// links: gatehouse_modbus
#include "protocols/modbus/rtu.hpp"

#include <cstdlib>

using namespace gatehouse::modbus;

// Whatever a serial line carries: the first five bytes are the question, the rest is what came.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr Function functions[] = {Function::read_coils, Function::read_inputs, Function::read_holding,
                                      Function::write_coil, Function::write_register};
    if (size < 6) return 0;
    Request request;
    request.function = functions[data[0] % 5];
    request.address = static_cast<std::uint16_t>(data[1] << 8U | data[2]);
    request.value = static_cast<std::uint16_t>(data[3] << 8U | data[4]);
    if (is_read(request))
        request.value %= request.function == Function::read_holding ? registers_max : bits_max;
    const View input(data + 6, size - 6);
    const auto found = find_reply(input, data[5], request);
    if (!found) return 0;
    if (found->skipped + found->size > input.size() || found->size > rtu_frame_max) std::abort();
    if (found->reply.bits.size() > bits_max || found->reply.registers.size() > registers_max) std::abort();
    if (!sealed(input.subspan(found->skipped, found->size))) std::abort();
    (void)describe(found->reply.exception);
    return 0;
}
