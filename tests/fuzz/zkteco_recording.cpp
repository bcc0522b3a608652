// links: gatehouse_zkteco
#include "protocols/zkteco/explain.hpp"
#include "protocols/zkteco/recorder.hpp"
#include "protocols/zkteco/request.hpp"

#include <cstdint>
#include <cstdlib>

// Any recording has an answer of at least one line, and any body a recording: none of them throws, and a
// first line never names two places.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace gatehouse::zkteco;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto lines = explain_bytes(bytes, Reading{});
    if (lines.empty()) std::abort();
    for (const auto& line : lines)
        if (line.find('\n') != std::string::npos) std::abort();
    const auto request = read_request("POST", bytes.substr(0, bytes.find('\n')));
    if (request.place == Place::other && !request.serial.empty() && bytes.find('?') == std::string_view::npos)
        std::abort();
    Recorder recorder;
    recorder.begin();
    recorder.take("POST", request, bytes);
    (void)explain_bytes(recorder.end(), Reading{});
    (void)read_photo(bytes);
    (void)read_info(bytes);
    return 0;
}
