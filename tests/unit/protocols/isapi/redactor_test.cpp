#include "protocols/isapi/redactor.hpp"

#include "protocols/isapi/explain.hpp"
#include "protocols/wire/text.hpp"

#include <gmock/gmock.h>

namespace gatehouse::isapi {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string access_event =
    R"({"eventType":"AccessControllerEvent","eventState":"active","macAddress":"44:a6:42:00:11:22",)"
    R"("AccessControllerEvent":{"majorEventType":5,"subEventType":75,"name":"张三丰","employeeNoString":"8812",)"
    R"("cardNo": 3301998877,"serialNo":257,"doorNo":1,"picturesNumber":1}})";
const std::string plate_event =
    "<EventNotificationAlert><eventType>ANPR</eventType><eventState>active</eventState><ANPR>"
    "<licensePlate>沪A8K123</licensePlate><originalLicensePlate><![CDATA[沪A8K123]]></originalLicensePlate>"
    "</ANPR><UUID>u-1</UUID><picNum>0</picNum></EventNotificationAlert>";

std::string part(const std::string& type, const std::string& body)
{
    return "--b\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body + "\r\n";
}

TEST(Redactor, LeavesNobodyRecognisableAndTellsTheSameEvents)
{
    const std::string face = "\xff\xd8\xff\xe0 a face \xff\xd9 and its thumbnail's end \xff\xd9";
    const auto raw = part("application/json", access_event) + part("image/jpeg", face) +
                     part("application/xml", plate_event);
    Redactor redactor;
    const auto redacted = redactor.redact(raw);
    EXPECT_EQ(redacted.size(), raw.size());
    for (const auto* secret : {"张", "8812", "3301998877", "44:a6:42", "A8K123", "a face", "thumbnail"})
        EXPECT_THAT(redacted, Not(HasSubstr(secret)));
    EXPECT_THAT(redacted, HasSubstr("\"serialNo\":257"));
    EXPECT_TRUE(wire::is_utf8(redactor.redact(access_event)));
    EXPECT_EQ(explain_bytes(redacted, std::chrono::minutes(480)),
              explain_bytes(raw, std::chrono::minutes(480)));
}

TEST(Redactor, GivesTheSameValueTheSamePseudonymAndAnotherValueAnother)
{
    const auto plate = [](const std::string& text) { return "<licensePlate>" + text + "</licensePlate>"; };
    Redactor redactor;
    const auto first = redactor.redact(plate("沪A8K123"));
    EXPECT_EQ(redactor.redact(plate("沪A8K123")), first);
    EXPECT_NE(redactor.redact(plate("沪A8K124")), first);
    EXPECT_THAT(first, HasSubstr("沪"));
    EXPECT_EQ(redactor.redact(plate("unknown")), plate("unknown"));
    EXPECT_EQ(redactor.redact(plate("无车牌")), plate("无车牌"));
}

TEST(Redactor, TakesOutLogInsAndKeepsEscapesReadable)
{
    Redactor redactor;
    EXPECT_THAT(redactor.redact("WWW-Authenticate: Digest nonce=\"4e6a\"\r\nX: y"), Not(HasSubstr("4e6a")));
    EXPECT_THAT(redactor.redact("<userName>root</userName><password>pa&amp;ss</password>"),
                Not(HasSubstr("root")));
    const auto text = redactor.redact("{\"name\":\"\\u5f20\\\"x\",\"doorNo\":1}");
    EXPECT_THAT(text, HasSubstr("\",\"doorNo\":1}"));
    EXPECT_THAT(text, Not(HasSubstr("5f20")));
}

TEST(Redactor, ReadsAnyBytes)
{
    Redactor redactor;
    for (const std::string text :
         {"", "<", "<name>", "<name>\xb0", "\"name\":", "\"name\":\"\\", "\xff\xd8\xff", "<a/><b"})
        EXPECT_EQ(redactor.redact(text).size(), text.size());
}

} // namespace
} // namespace gatehouse::isapi
