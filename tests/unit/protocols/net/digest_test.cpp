#include "protocols/net/digest.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace gatehouse::net {
namespace {

// RFC 7616 §3.9.1
constexpr const char* rfc_md5 =
    "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, "
    "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
constexpr const char* rfc_sha =
    "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, "
    "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

DigestInput rfc_input()
{
    DigestInput input;
    input.username = "Mufasa";
    input.password = "Circle of Life";
    input.method = "GET";
    input.uri = "/dir/index.html";
    input.cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    return input;
}

Challenge only(std::string_view header)
{
    const auto all = parse_challenges(header);
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Challenge{} : all.front();
}

TEST(Digest, AnswersTheVectorsOfRfc7616)
{
    EXPECT_EQ(digest_response(only(rfc_md5), rfc_input()), "8ca523f5e9506fed4657c9700eebdbec");
    EXPECT_EQ(digest_response(only(rfc_sha), rfc_input()),
              "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST(Digest, AnswersTheFormWithoutQopOfRfc2069)
{
    const auto challenge =
        only("Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"");
    DigestInput input;
    input.username = "Mufasa";
    input.password = "CircleOfLife";
    input.method = "GET";
    input.uri = "/dir/index.html";
    EXPECT_EQ(digest_response(challenge, input), "1949323746fe6a43ef61f9606e7febea"); // RFC 2069, errata 749
    const auto header = digest_authorization(challenge, input);
    EXPECT_EQ(header.find("nc="), std::string::npos);
    EXPECT_EQ(header.find("qop="), std::string::npos);
}

TEST(Digest, SessionVariantsHashTheNoncesIntoTheFirstPart)
{
    auto challenge = only("Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5-sess");
    EXPECT_TRUE(challenge.session);
    auto plain = challenge;
    plain.session = false;
    EXPECT_NE(digest_response(challenge, rfc_input()), digest_response(plain, rfc_input()));
    EXPECT_NE(digest_authorization(challenge, rfc_input()).find("algorithm=MD5-sess"), std::string::npos);
}

TEST(Digest, TheHeaderNamesAllThatTheDeviceNeeds)
{
    const auto header = digest_authorization(only(rfc_sha), rfc_input());
    for (const auto* part :
         {"Digest username=\"Mufasa\"", "realm=\"http-auth@example.org\"", "uri=\"/dir/index.html\"",
          "algorithm=SHA-256", "qop=auth", "nc=00000001", "opaque=\"FQhe/"})
        EXPECT_NE(header.find(part), std::string::npos) << part;
}

TEST(Digest, ShaIsChosenBeforeMd5AndTheOrderDoesNotMatter)
{
    for (const bool turned : {false, true}) {
        const auto offered =
            turned ? std::vector{only(rfc_sha), only(rfc_md5)} : std::vector{only(rfc_md5), only(rfc_sha)};
        const auto chosen = choose(offered, false);
        ASSERT_TRUE(chosen);
        EXPECT_EQ(chosen->hash, Challenge::Hash::sha256);
    }
}

TEST(Digest, BasicNeedsConsentAndAuthIntAloneCannotBeAnswered)
{
    const auto basic = parse_challenges("Basic realm=\"cam\"");
    EXPECT_FALSE(choose(basic, false));
    EXPECT_TRUE(choose(basic, true));
    EXPECT_FALSE(choose(parse_challenges("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\""), true));
    EXPECT_FALSE(choose(parse_challenges("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256"), true));
    EXPECT_FALSE(choose(parse_challenges("Digest realm=\"r\""), true));
}

TEST(Digest, OddSpacingCaseAndQuotingAreUnderstood)
{
    const auto challenge = only("  digest   REALM = \"a \\\"b\\\", c\" ,nonce=plain,,qop=auth  "
                                "stale=\"TRUE\" , algorithm = \"md5\", x=");
    EXPECT_EQ(challenge.realm, "a \"b\", c");
    EXPECT_EQ(challenge.nonce, "plain");
    EXPECT_TRUE(challenge.qop_auth);
    EXPECT_TRUE(challenge.stale);
    EXPECT_EQ(challenge.hash, Challenge::Hash::md5);
}

TEST(Digest, TwoChallengesOnOneLineAreTwo)
{
    const auto all = parse_challenges("Basic realm=\"x\", Digest realm=\"y\", nonce=\"n\", qop=\"auth\"");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].realm, "x");
    EXPECT_EQ(all[1].nonce, "n");
}

TEST(Digest, RubbishYieldsNoChallengeWeWouldAnswer)
{
    for (const std::string_view text :
         {"", ",,,", "=", "\"\"\"", "Digest nonce=\"", "Digest \\", "\x01\xFF=\"x"})
        EXPECT_FALSE(choose(parse_challenges(text), false).has_value() && text != "Digest nonce=\"") << text;
}

TEST(Digest, ADeviceCannotSmuggleALineIntoOurHeader)
{
    auto challenge = only("Digest realm=\"r\", nonce=\"n\", qop=auth");
    challenge.opaque = "x\r\nEvil: 1";
    challenge.has_opaque = true;
    EXPECT_EQ(digest_authorization(challenge, rfc_input()).find('\n'), std::string::npos);
}

TEST(Digest, BasicIsUserAndPasswordInBase64)
{
    EXPECT_EQ(basic_authorization("Aladdin", "open sesame"),
              "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="); // RFC 7617 §2
}

// Recorded challenges and computed answers of real devices, where the fixtures lie beside the repository.
TEST(Digest, AnswersTheRecordedVectors)
{
    std::ifstream file(GATEHOUSE_SOURCE_DIR "/../shared/fixtures/isapi/digest-vectors.json");
    if (!file) GTEST_SKIP() << "no fixtures here";
    std::stringstream text;
    text << file.rdbuf();
    const auto document = boost::json::parse(text.str());
    for (const auto& vector : document.as_array()) {
        const auto at = [&vector](const char* key) { return std::string(vector.at(key).as_string()); };
        Challenge challenge;
        challenge.realm = at("realm");
        challenge.nonce = at("nonce");
        challenge.hash = at("algorithm") == "MD5" ? Challenge::Hash::md5 : Challenge::Hash::sha256;
        challenge.qop_named = challenge.qop_auth = at("qop") == "auth";
        DigestInput input;
        input.username = at("username");
        input.password = at("password");
        input.method = at("method");
        input.uri = at("uri");
        input.cnonce = at("cnonce");
        input.nc = static_cast<std::uint32_t>(std::stoul(at("nc"), nullptr, 16));
        EXPECT_EQ(digest_response(challenge, input), at("response"));
    }
}

} // namespace
} // namespace gatehouse::net
