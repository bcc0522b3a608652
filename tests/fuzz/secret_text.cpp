// links: gatehouse_config, gatehouse_settings
#include "gateway/config/secret_text.hpp"
#include "gateway/settings/unified_diff.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;

// A configuration as the API shows it and takes it back, whatever its text: what was hidden stays hidden.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto shown = config::hide_secrets(text, {});
    if (config::hide_secrets(shown, {}) != shown) std::abort();
    const auto restored = config::restore_secrets(shown, text);
    config::Issues issues;
    config::refuse_hidden_secrets(restored, "fuzz.toml", issues);
    for (const auto& issue : issues)
        if (to_string(issue).find('\n') != std::string::npos) std::abort();
    (void)settings::unified_diff(shown, restored);
    if (!settings::unified_diff(text, text).empty()) std::abort();
    return 0;
}
