// links: gatehouse_osdp
#include "protocols/osdp/card.hpp"
#include "protocols/osdp/secure_channel.hpp"

#include <cstdlib>

using namespace gatehouse::osdp;

// Whatever a serial line carries: the first frame in it, what it says in plain, and whether it opens in a
// session.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const View input(data, size);
    const auto found = find_frame(input);
    if (!found) return 0;
    if (found->skipped + found->size > size || found->size > frame_max) std::abort();
    const auto whole = input.subspan(found->skipped, found->size);
    const auto again = parse_frame(whole);
    if (!again.frame || again.size != found->size) std::abort();
    const auto written = encode(found->frame);
    if (written.size() != found->size + 1) std::abort(); // with the mark
    if (!std::equal(whole.begin(), whole.end(), written.begin() + 1)) std::abort();
    const auto reply = decode_reply(found->frame.code, found->frame.data);
    if (const auto* card = std::get_if<CardBits>(&reply))
        for (const auto format : {CardFormat::number, CardFormat::facility, CardFormat::bits})
            (void)card_text(*card, format);
    auto frame = found->frame;
    SecureChannel channel(SessionKeys{}, Block{});
    (void)channel.open(frame);
    channel.seal(frame);
    return 0;
}
