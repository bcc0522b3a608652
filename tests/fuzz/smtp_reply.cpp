// links: gatehouse_smtp
#include "protocols/smtp/reply.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse::smtp;

// A conversation takes reply after reply from the front of what it has received.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (;;) {
        const auto step = parse_reply(bytes);
        if (step.consumed > bytes.size()) std::abort();
        if (step.reply.has_value() != (step.consumed > 0)) std::abort();
        if (step.broken && step.reply) std::abort();
        if (!step.reply) return 0;
        if (step.reply->code < 200 || step.reply->code > 599 || step.reply->lines.empty()) std::abort();
        (void)read_abilities(*step.reply);
        bytes.remove_prefix(step.consumed);
    }
}
