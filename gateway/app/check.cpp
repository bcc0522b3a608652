#include "gateway/app/check.hpp"

#include "gateway/app/exit_code.hpp"
#include "gateway/base/read_file.hpp"
#include "gateway/model/json_writer.hpp"

namespace gatehouse::app {
namespace {

std::string as_json(const config::Issue& issue)
{
    std::string line;
    model::JsonWriter json(line);
    json.begin_object().member("file", issue.file).member("line", static_cast<std::int64_t>(issue.line));
    json.member("column", static_cast<std::int64_t>(issue.column))
        .member("path", issue.path)
        .member("text", issue.text);
    json.member("severity", issue.warning ? "warning" : "error").end_object();
    return line;
}

} // namespace

config::SiteConfig load_config(const std::string& file, config::Issues& issues, const Registry& registry)
{
    const auto text = base::read_file(file);
    if (text) return config::read_site(*text, file, registry.vocabulary(), issues);
    config::Issue issue;
    issue.file = file;
    issue.text = "cannot be read: " + text.error().message();
    issues.push_back(std::move(issue));
    return {};
}

config::SiteConfig load_config_to_run(const std::string& file, config::Issues& issues,
                                      const Registry& registry)
{
    auto site = load_config(file, issues, registry);
    config::demand_service(issues);
    return site;
}

int check_config(const std::string& file, bool json, std::ostream& out, std::ostream& err)
{
    config::Issues issues;
    const auto site = load_config(file, issues);
    for (const auto& issue : issues) {
        if (json)
            out << as_json(issue) << "\n";
        else
            err << config::to_string(issue) << "\n";
    }
    if (config::has_errors(issues)) return exit_code::bad_configuration;
    if (!json)
        out << file << ": good; " << site.devices.size() << " devices, " << site.lanes.size() << " lanes, "
            << site.upstreams.size() << " upstreams\n";
    return 0;
}

} // namespace gatehouse::app
