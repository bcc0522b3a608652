#include "protocols/net/serial_line.hpp"

#include "protocols/net/socket_stream.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

#include <sys/ioctl.h>

namespace gatehouse::net {
namespace {

using base::Errc;
using Port = asio::serial_port;
using Parity = base::SerialLine::Parity;

bool read_number(std::string_view text, unsigned min, unsigned max, unsigned& value)
{
    unsigned number = 0;
    const auto [end, reason] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (reason != std::errc() || end != text.data() + text.size() || number < min || number > max)
        return false;
    value = number;
    return true;
}

bool read_parity(std::string_view text, Parity& parity)
{
    if (text == "none")
        parity = Parity::none;
    else if (text == "even")
        parity = Parity::even;
    else if (text == "odd")
        parity = Parity::odd;
    else
        return false;
    return true;
}

bool read_setting(std::string_view key, std::string_view value, base::SerialLine& line)
{
    if (key == "baud") return read_number(value, 300, 921'600, line.baud);
    if (key == "parity") return read_parity(value, line.parity);
    return key == "stop" && read_number(value, 1, 2, line.stop_bits);
}

Port::parity::type parity_of(Parity parity)
{
    switch (parity) {
    case Parity::even: return Port::parity::even;
    case Parity::odd: return Port::parity::odd;
    case Parity::none: break;
    }
    return Port::parity::none;
}

base::error_code set_up(Port& port, const base::SerialLine& line)
{
    base::error_code reason;
    const auto set = [&](auto option) {
        if (!reason) port.set_option(option, reason);
    };
    set(Port::baud_rate(line.baud));
    set(Port::character_size(8));
    set(Port::parity(parity_of(line.parity)));
    set(Port::stop_bits(line.stop_bits == 2 ? Port::stop_bits::two : Port::stop_bits::one));
    set(Port::flow_control(Port::flow_control::none));
    return reason;
}

} // namespace

base::Result<base::SerialLine> parse_serial(std::string_view address)
{
    const auto parsed = boost::urls::parse_uri(address);
    if (!parsed || parsed->scheme() != "serial" || !parsed->encoded_authority().empty() ||
        parsed->has_fragment())
        return Errc::bad_input;
    base::SerialLine line;
    line.device = parsed->path();
    if (line.device.size() < 2 || line.device[0] != '/') return Errc::bad_input;
    for (const auto& setting : parsed->params())
        if (!read_setting(setting.key, setting.value, line)) return Errc::bad_input;
    return line;
}

base::Result<std::unique_ptr<base::ByteStream>> open_serial(asio::any_io_executor executor,
                                                            const base::SerialLine& line)
{
    Port port(std::move(executor));
    base::error_code reason;
    port.open(line.device, reason);
    if (reason == boost::system::errc::device_or_resource_busy) return Errc::busy;
    if (reason) return reason;
    if (const auto refused = set_up(port, line)) return refused;
    (void)::ioctl(port.native_handle(), TIOCEXCL); // best effort: a line that cannot be locked still works
    return std::make_unique<SocketStream<Port>>(std::move(port));
}

} // namespace gatehouse::net
