#include "protocols/isapi/find.hpp"

#include <gtest/gtest.h>

namespace gatehouse::isapi {
namespace {

const base::Endpoint sender{"192.0.2.99", 37020};

// An answer as recorded from a DS-2CD2385G1-I, shortened, with other addresses.
std::string answer(const std::string& fields)
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ProbeMatch>\n"
           "<Uuid>e8ecfe09-90e4-44c0-842b-703f46b58c81</Uuid>\n<Types>inquiry</Types>\n"
           "<DeviceType>141945</DeviceType>\n" +
           fields + "</ProbeMatch>\n";
}

const std::string camera =
    "<DeviceDescription>DS-2CD2385G1-I</DeviceDescription>\n"
    "<DeviceSN>DS-2CD2385G1-I20200414AAWRE00000000</DeviceSN>\n<HttpPort>80</HttpPort>\n"
    "<MAC>58-50-ED-1f-e3-85</MAC>\n<IPv4Address>192.0.2.40</IPv4Address>\n"
    "<SoftwareVersion>V5.6.2build 190701</SoftwareVersion>\n<Activated>true</Activated>\n"
    "<DeviceLock>flase</DeviceLock>\n";

} // namespace

TEST(SadpInquiry, CarriesAnIdOfItsOwnInCapitals)
{
    base::Random random{3};
    const auto one = find_cameras.probes(random);
    const auto two = find_cameras.probes(random);
    ASSERT_EQ(one.size(), 1u);
    EXPECT_NE(one[0], two[0]);
    const auto uuid = one[0].substr(one[0].find("<Uuid>") + 6, 36);
    EXPECT_EQ(uuid.find_first_not_of("0123456789ABCDEF-"), std::string::npos) << uuid;
    EXPECT_TRUE(one[0].ends_with("</Uuid><Types>inquiry</Types></Probe>"));
    EXPECT_EQ(find_cameras.local_port, 37020) << "answers come to the group's port";
}

TEST(SadpAnswer, TellsTheDeviceAsTheConfigurationWantsIt)
{
    const auto found = find_cameras.read(answer(camera), sender);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->protocol, "isapi");
    EXPECT_EQ(found->kind, "camera");
    EXPECT_EQ(found->address, "http://192.0.2.40");
    EXPECT_EQ(found->model, "DS-2CD2385G1-I");
    EXPECT_EQ(found->serial, "DS-2CD2385G1-I20200414AAWRE00000000");
    EXPECT_EQ(found->firmware, "V5.6.2 build 190701");
    EXPECT_EQ(found->mac, "58:50:ed:1f:e3:85");
    EXPECT_EQ(found->activated, true);
}

TEST(SadpAnswer, IsReadBehindBytesOfTheDevicesOwnAndWithoutAnAddress)
{
    const auto found = find_cameras.read(
        std::string("\x01\x00\x7f", 3) +
            answer(
                "<DeviceDescription>DS-K1T341AM</DeviceDescription><DeviceSN>X1</DeviceSN>"
                "<HttpPort>8443</HttpPort><IPv4Address>300.1.2.3</IPv4Address><Activated>flase</Activated>"),
        sender);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, "face");
    EXPECT_EQ(found->address, "http://192.0.2.99:8443");
    EXPECT_EQ(found->activated, false) << "as it left the factory";
    EXPECT_FALSE(find_cameras.read(answer("<DeviceSN>X1</DeviceSN>"), sender)->activated) << "not said";
}

TEST(SadpAnswer, IsNothingElse)
{
    base::Random random{3};
    EXPECT_FALSE(find_cameras.read(find_cameras.probes(random)[0], sender)) << "our own inquiry";
    for (const auto* noise :
         {"", "<", "M-SEARCH * HTTP/1.1", "<Envelope/>", "<ProbeMatch><MAC>", "<ProbeMatch/>"})
        EXPECT_FALSE(find_cameras.read(noise, sender)) << noise;
}

} // namespace gatehouse::isapi
