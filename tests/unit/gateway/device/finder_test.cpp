#include "gateway/device/finder.hpp"

#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_datagrams.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

namespace gatehouse::device {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> hello(base::Random&)
{
    return {"who?"};
}

// "SERIAL MAC" from whoever sends it.
std::optional<Found> introduction(std::string_view text, const base::Endpoint& from)
{
    const auto gap = text.find(' ');
    if (gap == std::string_view::npos) return std::nullopt;
    Found found;
    found.protocol = "acme";
    found.kind = "plate";
    found.host = from.host;
    found.address = "http://" + from.host;
    found.make = "Acme";
    found.model = "Eye \"1\"";
    found.serial = std::string(text.substr(0, gap));
    found.mac = std::string(text.substr(gap + 1));
    return found;
}

constexpr FindMethod acme{.name = "ACME",
                          .group = "239.255.255.250",
                          .port = 3000,
                          .local_port = 3001,
                          .probes = &hello,
                          .read = &introduction};

class AFinder : public testing::Test {
protected:
    AFinder()
    {
        network.on_send = [this](const base::Endpoint&, const base::Endpoint& to, std::string bytes) {
            EXPECT_EQ(to.host, "239.255.255.250");
            EXPECT_EQ(to.port, 3000);
            asked.push_back(std::move(bytes));
            for (const auto& [host, answer] : devices)
                network.deliver({host, 3000}, 3001, answer);
        };
    }

    base::Result<SearchReport> search(std::vector<std::string> names)
    {
        std::optional<base::Result<SearchReport>> outcome;
        boost::asio::co_spawn(io, finder.search(std::move(names), 6s),
                              [&](const std::exception_ptr& failure, base::Result<SearchReport> report) {
                                  ASSERT_FALSE(failure);
                                  outcome = std::move(report);
                              });
        for (int step = 0; step < 20 && !outcome; ++step) {
            io.poll();
            io.restart();
            clock.advance(500ms);
        }
        EXPECT_TRUE(outcome) << "the search does not end";
        return outcome.value_or(base::Errc::timed_out);
    }

    boost::asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{1};
    fakes::MemoryDatagrams network{io.get_executor()};
    std::vector<std::pair<std::string, std::string>> devices;
    std::vector<std::string> asked;
    std::vector<std::string> groups;
    base::error_code refusal;
    Finder finder{
        {.executor = io.get_executor(),
         .clock = clock,
         .random = random,
         .interfaces =
             [] {
                 return std::vector<base::NetworkInterface>{{"eth1", "192.0.2.1"}, {"eth2", "198.51.100.1"}};
             },
         .open = [this](const base::NetworkInterface& through, std::uint16_t port,
                        const std::string& group) -> base::Result<std::unique_ptr<base::DatagramPort>> {
             groups.push_back(through.name + " " + group);
             if (refusal) return refusal;
             return network.opener()({"", port});
         }},
        {&acme}};
};

TEST_F(AFinder, TellsEachDeviceOnceAlthoughItIsAskedTwice)
{
    devices = {{"192.0.2.21", "S1 aa:01"}, {"192.0.2.9", "S2 aa:02"}, {"192.0.2.30", "junk"}};
    const auto report = search({"eth1"});
    ASSERT_TRUE(report);
    EXPECT_EQ(asked.size(), 2u);
    EXPECT_THAT(groups, testing::ElementsAre("eth1 239.255.255.250"));
    ASSERT_EQ(report->findings.size(), 2u);
    EXPECT_EQ(report->findings[0].found.host, "192.0.2.9");
    EXPECT_EQ(report->findings[1].found.serial, "S1");
    EXPECT_EQ(report->findings[1].interface, "eth1");
    EXPECT_EQ(report->findings[1].method, "ACME");
    EXPECT_THAT(report->flaws, testing::IsEmpty());
}

TEST_F(AFinder, AsksOnlyNetworksThatWereNamed)
{
    EXPECT_EQ(search({"eth9"}).error(), base::Errc::bad_input);
    EXPECT_THAT(asked, testing::IsEmpty());
    ASSERT_TRUE(search({"eth2"}));
    EXPECT_THAT(groups, testing::ElementsAre("eth2 239.255.255.250"));
}

TEST_F(AFinder, SaysWhatItCouldNotAsk)
{
    refusal = boost::asio::error::address_in_use;
    const auto report = search({"eth1"});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->flaws.size(), 1u);
    EXPECT_THAT(report->flaws[0], testing::StartsWith("ACME on eth1: "));
}

std::vector<Finding> found(std::vector<std::pair<std::string, std::string>> devices)
{
    std::vector<Finding> all;
    for (const auto& [host, answer] : devices) {
        Finding finding;
        finding.found = *introduction(answer, {host, 3000});
        finding.interface = "eth1";
        all.push_back(std::move(finding));
    }
    return all;
}

config::DeviceConfig device(std::string id, std::string address)
{
    config::DeviceConfig made;
    made.id = std::move(id);
    made.protocol = "acme";
    made.address = std::move(address);
    return made;
}

TEST(AFinding, IsTheConfiguredDeviceOfItsSerialWhateverItsAddress)
{
    auto all = found({{"192.0.2.40", "S1 aa:01"}});
    judge(all, {device("gate", "http://192.0.2.21:80/")}, {{"gate", "s1"}});
    EXPECT_EQ(all[0].configured, "gate");
    EXPECT_EQ(all[0].block, "");
    EXPECT_EQ(all[0].clash, "");
}

TEST(AFinding, WithAnotherSerialAtAConfiguredAddressIsAClash)
{
    auto all = found({{"192.0.2.21", "S9 aa:09"}});
    judge(all, {device("gate", "http://192.0.2.21")}, {{"gate", "S1"}});
    EXPECT_EQ(all[0].configured, "");
    EXPECT_THAT(all[0].clash, testing::HasSubstr("gate"));
}

TEST(AFinding, AtTheAddressOfAnotherOneIsAClash)
{
    auto all = found({{"192.0.2.21", "S1 aa:01"}, {"192.0.2.21", "S2 aa:02"}});
    judge(all, {}, {});
    EXPECT_THAT(all[0].clash, testing::HasSubstr("aa:02"));
    EXPECT_THAT(all[1].clash, testing::HasSubstr("aa:01"));
}

TEST(AFinding, ThatIsNewComesWithABlockThatTheConfigurationTakes)
{
    auto all = found({{"192.0.2.21", "DS-2CD7A01 aa:01"}});
    judge(all, {}, {});
    EXPECT_EQ(all[0].block, "[[device]]\n"
                            "id = \"acme-ds-2cd7a01\"\n"
                            "name = \"Acme Eye \\\"1\\\"\"\n"
                            "protocol = \"acme\"\n"
                            "kind = \"plate\"\n"
                            "address = \"http://192.0.2.21\"\n"
                            "username = \"admin\"\n"
                            "password = { credential = \"acme-ds-2cd7a01\" }\n");
}

} // namespace
} // namespace gatehouse::device
