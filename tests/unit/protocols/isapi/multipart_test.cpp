#include "protocols/isapi/multipart.hpp"

#include "tests/unit/protocols/isapi/documents.hpp"

#include <gtest/gtest.h>

namespace gatehouse::isapi {
namespace {

using namespace test;

struct Seen {
    std::vector<std::string> bodies;
    std::vector<Part::Kind> kinds;
    std::vector<std::string> names;
    std::uint64_t flaws = 0;
};

void drain(Multipart& scanner, Seen& seen)
{
    while (auto part = scanner.next()) {
        seen.bodies.emplace_back(*part->body);
        seen.kinds.push_back(part->kind);
        seen.names.push_back(part->name);
    }
}

Seen stream(std::string_view bytes, std::string_view type, std::size_t chunk, MultipartLimits limits = {})
{
    Multipart scanner(type, limits);
    Seen seen;
    for (std::size_t at = 0; at < bytes.size(); at += chunk) {
        scanner.feed(bytes.substr(at, chunk));
        drain(scanner, seen);
    }
    scanner.finish();
    drain(scanner, seen);
    seen.flaws = scanner.flaws();
    return seen;
}

Seen post(std::string_view bytes, std::string_view type)
{
    Seen seen;
    const auto found = SplitPost::of(type, bytes);
    for (const auto& part : found.parts) {
        seen.bodies.emplace_back(*part.body);
        seen.kinds.push_back(part.kind);
        seen.names.push_back(part.name);
    }
    for (const auto flaws : found.flaws)
        seen.flaws += flaws;
    return seen;
}

constexpr std::string_view mixed = "multipart/mixed; boundary=boundary";

// The same parts however the bytes arrive, as a stream and as one body.
void expect_parts(const std::string& bytes, std::string_view type, const std::vector<std::string>& bodies,
                  bool clean = true)
{
    for (const std::size_t chunk :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{64}, bytes.size()}) {
        const auto seen = stream(bytes, type, chunk);
        EXPECT_EQ(seen.bodies, bodies) << "in pieces of " << chunk;
        EXPECT_EQ(seen.flaws == 0, clean) << "in pieces of " << chunk;
    }
    const auto whole = post(bytes, type);
    EXPECT_EQ(whole.bodies, bodies) << "as a post";
    EXPECT_EQ(whole.flaws == 0, clean) << "as a post";
}

TEST(Multipart, TakesDocumentsAndPicturesApart)
{
    const auto bytes = part("boundary", "application/xml; charset=\"UTF-8\"", heartbeat()) +
                       part("boundary", "application/json", access_json("\"serialNo\":1")) +
                       part("boundary", "image/pjpeg", picture()) + "--boundary--\r\n";
    expect_parts(bytes, mixed, {heartbeat(), access_json("\"serialNo\":1"), picture()});
    EXPECT_EQ(stream(bytes, mixed, 16).kinds,
              (std::vector{Part::Kind::document, Part::Kind::document, Part::Kind::picture}));
}

TEST(Multipart, GivesADocumentAsSoonAsItIsWhole)
{
    Multipart scanner(mixed);
    const auto bytes = part("boundary", "application/xml", heartbeat());
    scanner.feed(std::string_view(bytes).substr(0, bytes.size() - 2));
    ASSERT_TRUE(scanner.next());
    EXPECT_EQ(scanner.pending(), 0u);
}

TEST(Multipart, GivesAPictureAsSoonAsItsLengthIsThere)
{
    Multipart scanner(mixed);
    const auto bytes = part("boundary", "image/jpeg", picture());
    scanner.feed(std::string_view(bytes).substr(0, bytes.size() - 2));
    const auto got = scanner.next();
    ASSERT_TRUE(got);
    EXPECT_EQ(*got->body, picture());
}

TEST(Multipart, BelievesTheLinesWhenTheHeaderNamesAnotherBoundaryOrNone)
{
    const auto bytes = part("hikboundary", "application/xml", heartbeat()) +
                       part("hikboundary", "image/jpeg", picture()) +
                       part("hikboundary", "application/xml", heartbeat());
    for (const auto type :
         {"multipart/mixed; boundary=MIME_boundary", "multipart/mixed; boundary=", "multipart/mixed", "",
          "multipart/mixed; boundary=\"hikboundary\"", "multipart/mixed; boundary=--hikboundary"})
        expect_parts(bytes, type, {heartbeat(), picture(), heartbeat()});
}

TEST(Multipart, ReadsDocumentsWithoutAnyFraming)
{
    const auto json = access_json("\"serialNo\":2,\"name\":\"a}\\\"{\"");
    expect_parts(heartbeat(), "application/xml", {heartbeat()});
    expect_parts(json, "", {json});
    expect_parts(heartbeat() + json + heartbeat() + "\n" + json, "", {heartbeat(), json, heartbeat(), json});
    expect_parts("\xEF\xBB\xBF<?xml version=\"1.0\"?>\n" + heartbeat(), "",
                 {"<?xml version=\"1.0\"?>\n" + heartbeat()});
}

TEST(Multipart, AcceptsALineFeedAloneAndAMissingBlankLine)
{
    const std::string bytes = "--boundary\nContent-Type: application/xml\nContent-Length: 9999\n\n" +
                              heartbeat() + "\n--boundary\nContent-Type: application/xml\n" + heartbeat() +
                              "--boundary\r\nContent-Type: application/json\r\n" +
                              access_json("\"serialNo\":3") + "--boundary\n" + heartbeat();
    expect_parts(bytes, mixed, {heartbeat(), heartbeat(), access_json("\"serialNo\":3"), heartbeat()});
}

TEST(Multipart, FindsSeveralAlertsInOnePart)
{
    const auto three = heartbeat() + "\r\n" + heartbeat() + heartbeat();
    expect_parts(part("boundary", "application/xml", three) +
                     part("boundary", "application/xml", heartbeat()),
                 mixed, {heartbeat(), heartbeat(), heartbeat(), heartbeat()});
}

TEST(Multipart, IgnoresTheLengthOfADocument)
{
    for (const auto length : {"0", "5", "100000", "-1", "much"}) {
        const auto bytes = std::string("--boundary\r\nContent-Type: application/xml\r\nContent-Length: ") +
                           length + "\r\n\r\n" + heartbeat() + "\r\n" +
                           part("boundary", "application/xml", heartbeat());
        expect_parts(bytes, mixed, {heartbeat(), heartbeat()});
    }
}

TEST(Multipart, FindsTheEndOfAPictureWhoseLengthIsWrongOrMissing)
{
    for (const std::string length :
         {"Content-Length: 20\r\n", "Content-Length: 700\r\n", "Content-Length: 90000\r\n", ""}) {
        const auto bytes = part("boundary", "application/xml", heartbeat()) +
                           "--boundary\r\nContent-Type: image/jpeg\r\n" + length + "\r\n" + picture() +
                           "\r\n" + part("boundary", "application/xml", heartbeat());
        const auto whole = post(bytes, mixed);
        EXPECT_EQ(whole.bodies, (std::vector{heartbeat(), picture(), heartbeat()})) << length;
        EXPECT_EQ(stream(bytes, mixed, bytes.size()).bodies, whole.bodies) << length;
        EXPECT_EQ(stream(bytes, mixed, 512).bodies, whole.bodies) << length;
    }
}

TEST(Multipart, ReadsAPictureWithoutBoundaryOrLength)
{
    const auto bytes = heartbeat() + picture() + heartbeat() + picture();
    expect_parts(bytes, "", {heartbeat(), picture(), heartbeat(), picture()});
}

TEST(Multipart, KeepsAnAnnouncedEmptyPicture)
{
    const auto bytes =
        part("boundary", "text/xml", heartbeat(), "name=\"anpr.xml\"; filename=\"anpr.xml\"") +
        part("boundary", "image/pjpeg", "", "name=\"licensePlatePicture.jpg\"; filename=\"p.jpg\"") +
        part("boundary", "image/pjpeg", picture(), "name=detectionPicture.jpg");
    expect_parts(bytes, mixed, {heartbeat(), "", picture()});
    const auto seen = stream(bytes, mixed, 5);
    EXPECT_EQ(seen.kinds[1], Part::Kind::picture);
    EXPECT_EQ(seen.names,
              (std::vector<std::string>{"anpr.xml", "licensePlatePicture.jpg", "detectionPicture.jpg"}));
}

TEST(Multipart, TellsPicturesByContentNotByName)
{
    const auto bytes = part("boundary", "image/jpeg", heartbeat(), "name=\"Picture\"") +
                       part("boundary", "application/xml", picture(), "name=\"AccessControllerEvent\"");
    expect_parts(bytes, mixed, {heartbeat(), picture()});
}

TEST(Multipart, ReadsTheContentId)
{
    auto bytes = part("boundary", "image/jpeg", picture());
    bytes.insert(bytes.find("Content-Type"), "Content-ID: detectionPicture.jpg\r\n");
    const auto found = SplitPost::of(mixed, bytes);
    ASSERT_EQ(found.parts.size(), 1u);
    EXPECT_EQ(found.parts[0].content_id, "detectionPicture.jpg");
}

TEST(Multipart, SkipsTextInFrontOfTheDocument)
{
    const auto document = "<?xml version=\"1.0\"?>" + heartbeat();
    expect_parts("event_log = " + document, "", {document}, false);
    expect_parts(std::string("\x01\x02garbage < { \n", 15) + document, "", {document}, false);
    expect_parts(part("boundary", "text/plain", "hello <b> {world}") +
                     part("boundary", "application/xml", heartbeat()),
                 mixed, {heartbeat()}, false);
}

TEST(Multipart, DropsATruncatedDocumentAndGoesOn)
{
    const auto cut = heartbeat().substr(0, 150);
    expect_parts(cut + "\r\n" + heartbeat(), "", {heartbeat()}, false);
    expect_parts(part("boundary", "application/xml", cut) + part("boundary", "application/xml", heartbeat()),
                 mixed, {heartbeat()}, false);
    const auto ok = access_json("\"serialNo\":4");
    expect_parts(part("boundary", "application/xml", cut) + part("boundary", "application/json", ok) +
                     part("boundary", "application/xml", heartbeat()),
                 mixed, {ok, heartbeat()}, false);
    const auto cut_json = access_json("\"serialNo\":4").substr(0, 60);
    expect_parts(part("boundary", "application/json", cut_json) +
                     part("boundary", "application/xml", heartbeat()),
                 mixed, {heartbeat()}, false);
    expect_parts(heartbeat() + cut, "", {heartbeat()}, false);
    const auto cut_tag = heartbeat().substr(0, 40);
    expect_parts(part("boundary", "application/xml", cut_tag) +
                     part("boundary", "application/xml", heartbeat()),
                 mixed, {heartbeat()}, false);
    expect_parts(cut_tag + heartbeat(), "", {heartbeat()}, false);
}

TEST(Multipart, DropsWhatIsTooLargeAndFindsTheNextPart)
{
    MultipartLimits small;
    small.document_max = 400;
    small.picture_max = 700;
    const auto big_xml = "<EventNotificationAlert>" + std::string(3000, 'x') + "</EventNotificationAlert>";
    const auto big_json = "{\"a\":\"" + std::string(3000, 'y') + "\"}";
    const auto ok = access_json("\"serialNo\":5");
    for (const auto& big : {big_xml, big_json, picture(5000)}) {
        const auto bytes =
            part("boundary", "application/octet-stream", big) + part("boundary", "application/json", ok);
        for (const std::size_t chunk : {std::size_t{100}, bytes.size()}) {
            const auto seen = stream(bytes, mixed, chunk, small);
            EXPECT_EQ(seen.bodies, std::vector{ok});
            EXPECT_GE(seen.flaws, 1u);
        }
    }
}

TEST(Multipart, NeverKeepsMoreThanOneUnfinishedPart)
{
    const std::string blank(1000, ' ');
    for (const std::string start :
         {"<EventNotificationAlert>", "<a></a", "<!-- ", "{", "{\"a\":\"", "Content-Type: ", "--", "\xFF\xD8",
          "?{", "--b\r\nContent-Type: image/jpeg\r\nContent-Length: 4000000000\r\n\r\n\xFF\xD8"}) {
        MultipartLimits small;
        small.document_max = small.picture_max = 20'000;
        Multipart scanner("", small);
        scanner.feed(start);
        for (int i = 0; i < 100; ++i) {
            while (scanner.next()) {
            }
            ASSERT_LE(scanner.pending(), 25'000u) << start;
            scanner.feed(blank);
        }
    }
}

TEST(Multipart, BoundsTheNumberOfPartsOfAPost)
{
    std::string bytes;
    for (int i = 0; i < 1000; ++i)
        bytes += "<a/>";
    const auto found = SplitPost::of("", bytes);
    EXPECT_EQ(found.parts.size(), post_limits.parts_max);
    EXPECT_EQ(found.flaws[static_cast<std::size_t>(Flaw::too_many_parts)], 1u);
}

TEST(Multipart, IsNotFooledByChineseCharactersWithABackslashInTheirSecondByte)
{
    // GBK 8A 5C is one character; a scanner that sees the backslash would step over the quote.
    const std::string json = "{\"name\":\"\x8A\x5C\",\"b\":1}";
    const std::string utf8 = "{\"name\":\"\xE4\xB8\xAD\\\"}\",\"b\":1}";
    expect_parts(json + utf8 + heartbeat(), "", {json, utf8, heartbeat()});
}

} // namespace
} // namespace gatehouse::isapi
