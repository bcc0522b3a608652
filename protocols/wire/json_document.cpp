#include "protocols/wire/json_document.hpp"

#include <boost/json/parser.hpp>

namespace gatehouse::wire {

std::size_t JsonDocument::parse(std::string_view text, const boost::json::parse_options& options,
                                boost::system::error_code& why)
{
    std::array<unsigned char, 4096> room; // NOLINT: written by the parser before it is read
    boost::json::parser parser({}, options, room.data(), room.size());
    parser.reset(&memory_);
    const auto size = parser.write_some(text.data(), text.size(), why);
    if (!why) root = parser.release();
    return size;
}

} // namespace gatehouse::wire
