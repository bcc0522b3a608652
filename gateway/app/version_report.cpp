#include "gateway/app/version_report.hpp"

#include "gateway/base/version.hpp"
#include "gateway/model/json_writer.hpp"

#include <boost/version.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include <string>
#include <utility>
#include <vector>

namespace gatehouse::app {

int print_version(bool json, std::ostream& out)
{
    const std::vector<std::pair<std::string, std::string>> libraries{
        {"boost",
         fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
        {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
        {"sqlite", sqlite3_libversion()},
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
