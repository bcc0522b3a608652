#include "gateway/api/static_files.hpp"

#include "gateway/api/response_head.hpp"
#include "tests/unit/gateway/api/server_fixture.hpp"

#include <array>

namespace gatehouse::api {
namespace {

constexpr std::array console{
    StaticFile{"/index.html", "text/html; charset=utf-8", "<html>", "", "h1"},
    StaticFile{"/assets/app-1a2b.js", "text/javascript", "let a = 1;", "small", "h2"},
};
constexpr StaticFiles::Wants page{.html = true, .gzip = true};

TEST(StaticFiles, AnAssetIsKeptForEverAndThePageIsAskedForEachTime)
{
    const StaticFiles files(console);
    const auto start = files.answer("/", page);
    ASSERT_TRUE(start);
    EXPECT_EQ(start->body, "<html>");
    EXPECT_EQ(field_of(*start, "Cache-Control"), "no-cache");
    const auto asset = files.answer("/assets/app-1a2b.js?x=1", page);
    ASSERT_TRUE(asset);
    EXPECT_EQ(asset->body, "small");
    EXPECT_EQ(field_of(*asset, "Content-Encoding"), "gzip");
    EXPECT_EQ(field_of(*asset, "Cache-Control"), "public, max-age=31536000, immutable");
    const auto plain = files.answer("/assets/app-1a2b.js", {});
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->body, "let a = 1;");
    EXPECT_EQ(field_of(*plain, "Content-Encoding"), "");
    EXPECT_NE(field_of(*plain, "ETag"), field_of(*asset, "ETag"));
}

TEST(StaticFiles, AnUnknownPageIsTheConsolesAndAnUnknownFileIsNone)
{
    const StaticFiles files(console);
    ASSERT_TRUE(files.answer("/alerts/17", page));
    EXPECT_EQ(files.answer("/alerts/17", page)->body, "<html>");
    for (const auto* none : {"/assets/other.js", "/assets/../index.html", "/..%2findex.html", "//index.html",
                             "/assets/app-1a2b.js/", "/etc/passwd"})
        EXPECT_FALSE(files.answer(none, {.html = false, .gzip = true})) << none;
    for (const auto* api : {"/api", "/api/v1/nothing", "/metrics", "/healthz", "/readyz"})
        EXPECT_FALSE(files.answer(api, page)) << api;
}

TEST(StaticFiles, WithoutAConsoleTheFirstPageSaysSo)
{
    const StaticFiles files({});
    ASSERT_TRUE(files.answer("/", page));
    EXPECT_NE(files.answer("/", page)->body.find("without its console"), std::string::npos);
    EXPECT_FALSE(files.answer("/index.html", page));
}

class ApiConsoleTest : public ApiServerTest {
protected:
    ApiConsoleTest() { options.console = console; }
};

TEST_F(ApiConsoleTest, WhatTheBrowserHasIsNotSentAgain)
{
    ASSERT_TRUE(start());
    const auto first = over_tcp(get_text("/"));
    EXPECT_EQ(status_of(first), 200U);
    EXPECT_NE(first.find("ETag: \"h1\""), std::string::npos);
    const auto again = over_tcp("GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"h0\", \"h1\"\r\n"
                                "Connection: close\r\n\r\n");
    EXPECT_EQ(status_of(again), 304U);
    EXPECT_TRUE(again.ends_with("\r\n\r\n"));
    EXPECT_EQ(again.find("Content-Length"), std::string::npos);
    EXPECT_NE(again.find("ETag: \"h1\""), std::string::npos);
}

// Of each class of resources one.
TEST_F(ApiConsoleTest, EveryAnswerTellsTheBrowserToTrustNothingElse)
{
    store.pictures[std::string(64, 'a')] = "\xFF\xD8 a face";
    ASSERT_TRUE(start());
    const std::string cases[] = {
        get_text("/"),
        get_text("/assets/app-1a2b.js"),
        get_text("/healthz"),
        get_text("/api/v1/events"),
        get_text("/api/v1/media/" + std::string(64, 'a')),
        get_text("/api/v1/nothing"),
        post_text("/api/v1/config", "{}"),
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
    };
    for (const auto& request : cases) {
        const auto answer = over_tcp(request);
        for (const auto* field :
             {"Content-Security-Policy: default-src 'self';", "X-Content-Type-Options: nosniff",
              "Referrer-Policy: no-referrer", "X-Frame-Options: DENY",
              "Permissions-Policy: ", "Cross-Origin-Opener-Policy: same-origin",
              "Cross-Origin-Resource-Policy: same-origin", "Date: "})
            EXPECT_NE(answer.find(std::string("\r\n") + field), std::string::npos)
                << field << " is missing in\n"
                << answer.substr(0, 200);
        EXPECT_EQ(answer.find("unsafe"), std::string::npos);
        EXPECT_EQ(answer.find("Strict-Transport"), std::string::npos) << "not in clear";
        EXPECT_NE(answer.find("\r\nCache-Control: "), std::string::npos);
    }
}

TEST(ResponseHead, ADateIsWrittenAsHttpWantsIt)
{
    EXPECT_EQ(http_date(base::WallTime(std::chrono::milliseconds(784'111'777'999))),
              "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_F(ApiConsoleTest, APictureIsTheClientsOwnAndKnownByItsHash)
{
    const std::string hash(64, 'a');
    store.pictures[hash] = "\xFF\xD8 a face";
    ASSERT_TRUE(start());
    const auto answer = over_tcp(get_text("/api/v1/media/" + hash));
    EXPECT_NE(answer.find("\r\nCache-Control: private, max-age=86400"), std::string::npos);
    EXPECT_NE(answer.find("\r\nETag: \"" + hash + "\""), std::string::npos);
    EXPECT_NE(over_tcp(get_text("/api/v1/status")).find("\r\nCache-Control: no-store"), std::string::npos);
}

} // namespace
} // namespace gatehouse::api
