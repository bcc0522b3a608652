#include "gateway/config/site.hpp"

#include "gateway/config/site_reader.hpp"

namespace gatehouse::config {

SiteConfig read_site(const std::string& text, const std::string& file, const ProtocolChecks& checks,
                     Issues& issues)
{
    SiteConfig site;
    const auto before = issues.size();
    auto root = Table::parse(text, file, issues);
    // A file that is not TOML has one thing wrong; that everything is missing in it says nothing more.
    if (issues.size() == before) site = SiteReader(std::move(root), checks).read();
    site.file = file;
    return site;
}

} // namespace gatehouse::config
