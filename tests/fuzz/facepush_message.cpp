// links: gatehouse_facepush
#include "protocols/facepush/dialect.hpp"
#include "protocols/facepush/explain.hpp"
#include "protocols/facepush/recorder.hpp"
#include "protocols/facepush/uface_messages.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace gatehouse;

// Any bytes have an answer: as a callback, as an answer, as a message of each family on a broker, and as a
// recording, which understands what the recorder wrote.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace facepush;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    constexpr std::chrono::minutes offset{480};
    (void)explain_uface(bytes, offset);
    (void)judged(200, bytes);
    (void)decoded_picture(bytes);
    const auto fields = Fields::of_request("/push/d?" + std::string(bytes.substr(0, 64)), bytes);
    if (!fields) return 0;
    const auto read = read_identify(*fields, offset);
    if (read.reading && !read.reading->time) std::abort();
    (void)callback_of("/push/d", "POST", *fields);
    Recorder recorder;
    recorder.begin();
    recorder.take("/push/d", *fields);
    const auto recording = recorder.end();
    if (!recording.empty() && recording.front() != '#' && read_recording(recording).size() != 1) std::abort();
    for (const auto family : {Family::haiqing, Family::yld, Family::hiot}) {
        Config config;
        config.family = family;
        config.serial = "1026700";
        const auto dialect = make_dialect(config, offset);
        for (const auto& topic : dialect->topics()) {
            const auto heard = dialect->hear(topic, *fields);
            if (heard.read.reading && !heard.read.reading->time) std::abort();
        }
    }
    return 0;
}
