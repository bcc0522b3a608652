#include "gateway/api/host_rule.hpp"

#include <gtest/gtest.h>

namespace gatehouse::api {
namespace {

TEST(HostRule, InClearOnlyLoopbackAndOurNamesMayBeMeant)
{
    const HostRule rule({"gate.example", "box"}, false);
    for (const auto* good : {"localhost", "127.0.0.1:8080", "127.0.0.2:80", "[::1]:1", "LOCALHOST:80",
                             "gate.example:443", "Box"})
        EXPECT_TRUE(rule.admits(good)) << good;
    for (const auto* bad :
         {"", "localhost.evil.example", "127.0.0.1.nip.io", "192.0.2.1", "localhost:", "localhost:80x", "::1",
          "[::1", "[]", "[localhost]", "evil.example", "gate.example.evil.example", "[127.0.0.1]"})
        EXPECT_FALSE(rule.admits(bad)) << bad;
}

TEST(HostRule, WithTlsAnyAddressMayBeMeantButNoForeignName)
{
    const HostRule rule({"*.gate.example"}, true);
    for (const auto* good : {"192.0.2.1:8443", "[2001:db8::1]", "east.gate.example"})
        EXPECT_TRUE(rule.admits(good)) << good;
    for (const auto* bad :
         {"evil.example", "a.b.gate.example", "gate.example", ".gate.example", "*.gate.example."})
        EXPECT_FALSE(rule.admits(bad)) << bad;
}

} // namespace
} // namespace gatehouse::api
