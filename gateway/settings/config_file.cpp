#include "gateway/settings/config_file.hpp"

#include "gateway/base/read_file.hpp"
#include "gateway/base/sha256.hpp"
#include "gateway/store/fresh_file.hpp"

namespace gatehouse::settings {

base::Result<ConfigText> read_config(const std::filesystem::path& file)
{
    auto text = base::read_file(file, config_size_max);
    if (!text) return text.error();
    ConfigText config;
    config.version = base::sha256_hex(*text);
    config.text = std::move(*text);
    return config;
}

base::Result<void> replace_config(const std::filesystem::path& file, std::string_view text)
{
    std::error_code unresolved; // then opening it says what is wrong
    store::FreshFile fresh(std::filesystem::weakly_canonical(file, unresolved));
    fresh.open();
    fresh.take_over_rights();
    fresh.write(text);
    if (const auto failed = fresh.keep()) return failed;
    return {};
}

} // namespace gatehouse::settings
