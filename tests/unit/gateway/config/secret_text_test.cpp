#include "gateway/config/secret_text.hpp"

#include "gateway/config/site.hpp"
#include "gateway/config/text_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::config {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string two_devices = R"([[device]]
id = "lpr-in"
password = "first" # the old one was longer
[[device]]
password = 'second'
id = "lpr-out"
)";

std::string hidden(const std::string& text)
{
    return hide_secrets(text, {});
}

TEST(SecretText, HidesPasswordsAndKeepsEverythingElse)
{
    EXPECT_EQ(hidden(two_devices), R"([[device]]
id = "lpr-in"
password = "***" # the old one was longer
[[device]]
password = "***"
id = "lpr-out"
)");
}

TEST(SecretText, LeavesAloneWhatOnlyNamesASecret)
{
    const std::string text = "[[device]]\npassword = { credential = \"lpr-in\" }\nname = \"password\"\n";
    EXPECT_EQ(hidden(text), text);
}

TEST(SecretText, HidesWhatIsCommentedOutOrHalfWritten)
{
    EXPECT_THAT(hidden("# password = \"topsecret\"\n"), Not(HasSubstr("topsecret")));
    EXPECT_THAT(hidden("[[device\npassword = \"topsecret\n= ]\n"), Not(HasSubstr("topsecret")));
    EXPECT_THAT(hidden("people = [{ secret = \"topsecret\", x = 1 }"), Not(HasSubstr("topsecret")));
    EXPECT_THAT(hidden("tls = { a = { \"password\" = \"\"\"top\nsecret\"\"\" } }\n"),
                Not(HasSubstr("secret\"\"\"")));
}

TEST(SecretText, HidesTheAddressOfAStaffChannelAndNoOther)
{
    EXPECT_EQ(hidden("[[notify]]\nurl = \"https://h/k\"\n[[upstream]]\nurl = \"mqtt://b\"\n"),
              "[[notify]]\nurl = \"***\"\n[[upstream]]\nurl = \"mqtt://b\"\n");
}

TEST(SecretText, HidesWhatTheReaderOfADeviceCallsASecret)
{
    const std::string text = "[site]\nid = \"a\"\n[[device]]\nid = \"d\"\nprotocol = \"x\"\nkind = \"face\"\n"
                             "address = \"http://h\"\npin = \"topsecret\"\n";
    Vocabulary words;
    words.devices["x"] = [](const DeviceConfig&, Table& table) { (void)table.secret("pin"); };
    Issues issues;
    (void)read_site(text, "gatehouse.toml", words, issues);
    EXPECT_THAT(hide_secrets(text, issues), HasSubstr("pin = \"***\""));
}

TEST(SecretText, PutsSecretsBackWhereverTheirTableStandsNow)
{
    const std::string sent = "# new comment\n[[device]]\nid = \"lpr-out\"\npassword = \"***\"\n"
                             "[[device]]\nid = \"lpr-in\"\npassword = \"***\"\n";
    EXPECT_EQ(restore_secrets(sent, two_devices),
              "# new comment\n[[device]]\nid = \"lpr-out\"\npassword = 'second'\n"
              "[[device]]\nid = \"lpr-in\"\npassword = \"first\"\n");
}

TEST(SecretText, WhatIsShownAndSentBackIsTheFileAsItWas)
{
    const std::string text =
        "[api]\nlisten = \"127.0.0.1:1\"\n# password = \"old\"\n\n[[notify]]\nname = \"g\"\n"
        "url = \"https://h\"\nsecret = \"\"\"a\nb\"\"\"\n[notify.more]\ntoken = 't'\n" +
        two_devices;
    EXPECT_EQ(restore_secrets(hidden(text), text), text);
}

TEST(SecretText, RefusesAPlaceholderThatStandsForNothing)
{
    Issues issues;
    refuse_hidden_secrets("[[device]]\nid = \"new\"\n  password = \"***\"\nname = \"***\"\n", "f", issues);
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_TRUE(has_errors(issues));
    EXPECT_EQ(to_string(issues[0]).substr(0, 20), "f:3:14: password: \"*");
}

TEST(SecretText, FindsItsWayThroughAnyBytes)
{
    const std::string alphabet = "[]{}=\"'#,.\n\\ ab\0*";
    std::uint32_t state = 7;
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (int i = 0; i < 60; ++i)
            text += alphabet[(state = state * 1664525U + 1013904223U) / 65536U % alphabet.size()];
        for (const auto& value : text_values(text))
            ASSERT_LE(value.offset + value.size, text.size()) << text;
        ASSERT_EQ(restore_secrets(text, ""), text);
    }
}

} // namespace
} // namespace gatehouse::config
