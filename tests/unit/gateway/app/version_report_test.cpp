#include "gateway/app/version_report.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <sstream>

namespace gatehouse::app {
namespace {

TEST(VersionReport, NamesEveryLibraryThatFacesTheOutside)
{
    std::ostringstream out;
    EXPECT_EQ(print_version(true, out), 0);
    const auto libraries = boost::json::parse(out.str()).as_object().at("libraries").as_object();
    for (const char* name :
         {"boost", "libsystemd", "openssl", "paho-mqtt", "pugixml", "spdlog", "sqlite", "toml++"}) {
        ASSERT_TRUE(libraries.contains(name)) << name;
        const auto& version = libraries.at(name).as_string();
        EXPECT_FALSE(version.empty()) << name;
        EXPECT_NE(version, "unknown") << name;
    }
}

} // namespace
} // namespace gatehouse::app
