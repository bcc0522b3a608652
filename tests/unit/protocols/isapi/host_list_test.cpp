#include "protocols/isapi/host_list.hpp"

#include <gtest/gtest.h>

namespace gatehouse::isapi {
namespace {

// Two entries; the first belongs to somebody else and holds what we do not know.
const std::string before = R"(<?xml version="1.0" encoding="UTF-8"?>
<HttpHostNotificationList version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
  <HttpHostNotification version="2.0">
    <id>1</id>
    <url>/their?a=1&amp;b=2</url>
    <protocolType>HTTPS</protocolType>
    <ipAddress>192.0.2.20</ipAddress>
    <portNo>8123</portNo>
    <userName>them</userName><password>keep</password>
    <Extensions><intervalBetweenEvents>5</intervalBetweenEvents></Extensions>
  </HttpHostNotification>
  <HttpHostNotification version="2.0">
    <id>2</id>
    <url>/</url>
    <protocolType>HTTP</protocolType>
    <ipAddress>0.0.0.0</ipAddress>
    <portNo>80</portNo>
    <httpAuthenticationMethod>MD5digest</httpAuthenticationMethod>
  </HttpHostNotification>
</HttpHostNotificationList>)";

NotificationHost ours()
{
    NotificationHost host;
    host.url = "/push/lpr-in-1";
    host.protocol = "HTTP";
    host.format = "XML";
    host.address = "192.0.2.1";
    host.port = 8090;
    return host;
}

TEST(HostList, FindsTheFreeEntry)
{
    const auto list = HostList::parse(before);
    ASSERT_TRUE(list);
    EXPECT_EQ(list->hosts().size(), 2u);
    EXPECT_EQ(list->free_slot(ours()), "2");
    EXPECT_EQ(list->find("192.0.2.20", 8123, "/their?a=1&b=2"), "1");
    EXPECT_EQ(list->find("192.0.2.20", 80, "/their?a=1&b=2"), "");
}

TEST(HostList, AnEntryWithAnAddressIsInUseAlthoughItsUrlIsEmpty)
{
    const auto entry = [](const std::string& id, const std::string& fields) {
        return "<HttpHostNotification><id>" + id + "</id>" + fields + "</HttpHostNotification>";
    };
    const auto list = HostList::parse(
        "<HttpHostNotificationList>" +
        entry("1", "<url></url><ipAddress>192.0.2.20</ipAddress><portNo>8123</portNo>") +
        entry("2", "<url>/theirs</url><ipAddress>0.0.0.0</ipAddress>") +
        entry("3", "<url>/</url><ipAddress>0.0.0.0</ipAddress><userName>them</userName>") +
        entry("4", "<url>/</url><ipAddress>0.0.0.0</ipAddress><ipv6Address>::</ipv6Address>") +
        "</HttpHostNotificationList>");
    ASSERT_TRUE(list);
    EXPECT_EQ(list->free_slot(ours()), "4");
}

TEST(HostList, AnEntryThatKeptHalfOfOursIsTakenAgain)
{
    const auto one = [](const std::string& fields) {
        return HostList::parse("<HttpHostNotification><id>1</id>" + fields + "</HttpHostNotification>");
    };
    EXPECT_EQ(one("<url>/push/lpr-in-1</url><ipAddress>0.0.0.0</ipAddress>")->free_slot(ours()), "1");
    EXPECT_EQ(one("<url></url><ipAddress>192.0.2.1</ipAddress><portNo>8090</portNo>")->free_slot(ours()),
              "1");
    EXPECT_EQ(one("<url>/x</url><ipAddress>192.0.2.1</ipAddress><portNo>8090</portNo>")->free_slot(ours()),
              "");
}

TEST(HostList, ChangesOneEntryAndLeavesTheOthersByteForByte)
{
    auto list = HostList::parse(before);
    ASSERT_TRUE(list);
    ASSERT_TRUE(list->set("2", ours()));
    const auto after = list->document();
    const auto first = before.substr(0, before.find("<id>2</id>"));
    EXPECT_EQ(after.substr(0, first.size()), first);
    const auto again = HostList::parse(after);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->find("192.0.2.1", 8090, "/push/lpr-in-1"), "2");
    EXPECT_EQ(again->free_slot({}), "");
    EXPECT_EQ(again->hosts()[1].format, "XML");
    EXPECT_NE(again->entry("2").find("<httpAuthenticationMethod>none<"), std::string::npos);
    EXPECT_EQ(again->entry("2").find("<id>1</id>"), std::string::npos);
}

TEST(HostList, PutsBackWhatWasThere)
{
    auto list = HostList::parse(before);
    ASSERT_TRUE(list && list->set("2", ours()));
    ASSERT_TRUE(list->restore("2", before));
    EXPECT_EQ(list->document(), before);
    EXPECT_FALSE(list->restore("7", before));
    EXPECT_FALSE(list->restore("2", "nonsense"));
}

TEST(HostList, RefusesWhatIsNone)
{
    EXPECT_FALSE(HostList::parse(""));
    EXPECT_FALSE(HostList::parse("<html/>"));
    auto list = HostList::parse(before);
    EXPECT_FALSE(list->set("3", ours()));
    EXPECT_EQ(list->entry("3"), "");
}

TEST(HostList, WritesAHostNameWhereOneIsGiven)
{
    auto list = HostList::parse("<HttpHostNotification><id>1</id></HttpHostNotification>");
    ASSERT_TRUE(list);
    auto host = ours();
    host.address = "gateway.local";
    ASSERT_TRUE(list->set("1", host));
    EXPECT_NE(list->document().find(
                  "<addressingFormatType>hostname</addressingFormatType><hostName>gateway.local</hostName>"),
              std::string::npos);
    EXPECT_EQ(list->hosts()[0].address, "gateway.local");
}

} // namespace
} // namespace gatehouse::isapi
