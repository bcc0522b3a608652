#include "gateway/config/site.hpp"

#include "gateway/config/site_reader.hpp"

#include <algorithm>
#include <tuple>

namespace gatehouse::config {

SiteConfig read_site(const std::string& text, const std::string& file, const Vocabulary& vocabulary,
                     Issues& issues)
{
    SiteConfig site;
    const auto before = issues.size();
    auto root = Table::parse(text, file, issues);
    // A file that is not TOML has one thing wrong; that everything is missing in it says nothing more.
    if (issues.size() == before) site = SiteReader(std::move(root), vocabulary).read();
    std::stable_sort(issues.begin() + static_cast<std::ptrdiff_t>(before), issues.end(),
                     [](const Issue& a, const Issue& b) {
                         return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                     });
    site.file = file;
    return site;
}

std::string to_string(const FireInput& input)
{
    return input.device + "/" + (input.input ? std::to_string(*input.input) : "fire");
}

const std::vector<std::string>& staff_roles()
{
    static const std::vector<std::string> roles{"guard", "manager", "maintenance", "duty", "centre"};
    return roles;
}

std::string host_of(std::string_view address)
{
    if (const auto scheme = address.find("://"); scheme != std::string_view::npos)
        address.remove_prefix(scheme + 3);
    address = address.substr(0, address.find_first_of("/?#"));
    if (const auto user = address.rfind('@'); user != std::string_view::npos) address.remove_prefix(user + 1);
    if (address.starts_with('[')) return std::string(address.substr(1, address.find(']') - 1));
    return std::string(address.substr(0, address.find(':')));
}

} // namespace gatehouse::config
