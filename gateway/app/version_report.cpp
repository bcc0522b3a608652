#include "gateway/app/version_report.hpp"

#include "gateway/base/version.hpp"
#include "gateway/model/json_writer.hpp"

#include <MQTTAsync.h>
#include <boost/version.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <pugixml.hpp>
#include <sodium.h>
#include <spdlog/version.h>
#include <sqlite3.h>
#include <toml++/impl/version.h>

#include <string>
#include <utility>
#include <vector>

namespace gatehouse::app {
namespace {

std::string paho_version()
{
    for (const auto* fact = MQTTAsync_getVersionInfo(); fact->name != nullptr; ++fact)
        if (std::string_view(fact->name) == "Version") return fact->value;
    return "unknown";
}

} // namespace

int print_version(bool json, std::ostream& out)
{
    const std::vector<std::pair<std::string, std::string>> libraries{
        {"boost",
         fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
        {"libsystemd", GATEHOUSE_LIBSYSTEMD_VERSION},
        {"libsodium", sodium_version_string()},
        {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
        {"paho-mqtt", paho_version()},
        {"pugixml", fmt::format("{}.{}", PUGIXML_VERSION / 1000, PUGIXML_VERSION % 1000 / 10)},
        {"spdlog", fmt::format("{}.{}.{}", SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH)},
        {"sqlite", sqlite3_libversion()},
        {"toml++", fmt::format("{}.{}.{}", TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH)},
    };
    if (!json) {
        out << fmt::format("gatehouse {} ({}, {})\n", base::version(), base::commit(), base::build_type());
        for (const auto& [name, version] : libraries)
            out << "  " << name << " " << version << "\n";
        return 0;
    }
    std::string line;
    model::JsonWriter writer(line);
    writer.begin_object()
        .member("version", base::version())
        .member("commit", base::commit())
        .member("build_type", base::build_type());
    writer.key("libraries").begin_object();
    for (const auto& [name, version] : libraries)
        writer.member(name, version);
    writer.end_object().end_object();
    out << line << "\n";
    return 0;
}

} // namespace gatehouse::app
