#pragma once
#include "gateway/base/byte_stream.hpp"

#include <memory>
#include <string_view>

namespace gatehouse::net {

// "serial:///dev/ttyUSB0?baud=9600&parity=even&stop=2"; without a query 9600 baud, no parity, one stop bit.
// Errors: bad_input.
[[nodiscard]] base::Result<base::SerialLine> parse_serial(std::string_view address);

// Opens the line for us alone: two programs on one line garble each other's frames. Errors: those of the
// operating system; busy when another program has it.
[[nodiscard]] base::Result<std::unique_ptr<base::ByteStream>> open_serial(asio::any_io_executor executor,
                                                                          const base::SerialLine& line);

} // namespace gatehouse::net
