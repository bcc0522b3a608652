// links: gatehouse_config
#include "gateway/config/site.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace gatehouse::config;

// Any text has an answer: a site or issues, never an exception.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Vocabulary words;
    words.devices["isapi"] = [](const DeviceConfig&, Table& table) {
        table.duration("poll", {}, {}, std::chrono::hours(1));
    };
    words.upstreams["mqtt"] = [](const UpstreamConfig&, Table& table) { table.required_text("url"); };
    words.rules = {{"r", {"after", "count", "within"}}};
    Issues issues;
    const auto site =
        read_site(std::string(reinterpret_cast<const char*>(data), size), "fuzz.toml", words, issues);
    for (const auto& issue : issues)
        if (to_string(issue).find('\n') != std::string::npos) std::abort();
    if (!has_errors(issues) && site.site_id.empty()) std::abort();
    return 0;
}
