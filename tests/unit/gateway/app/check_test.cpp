#include "gateway/app/check.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace gatehouse::app {
namespace {

class CheckConfig : public testing::Test {
protected:
    struct Result {
        int code = -1;
        std::string out;
        std::string err;
    };

    ~CheckConfig() override { std::remove(file.c_str()); }

    [[nodiscard]] Result check(const std::string& text, bool json = false) const
    {
        std::ofstream(file, std::ios::binary) << text;
        return check_file(file, json);
    }

    [[nodiscard]] static Result check_file(const std::string& name, bool json = false)
    {
        std::ostringstream out;
        std::ostringstream err;
        Result result;
        result.code = check_config(name, json, out, err);
        result.out = out.str();
        result.err = err.str();
        return result;
    }

    const std::string file = fmt::format("{}gatehouse-check-{}.toml", testing::TempDir(), ::getpid());
    const std::string good = "[site]\nid = \"site-1\"\n\n[gateway]\nid = \"gw1\"\n";
    const std::string camera = "\n[[device]]\nid = \"lpr-1\"\nprotocol = \"isapi\"\nkind = \"plate\"\n"
                               "address = \"http://192.0.2.21\"\nusername = \"gatehouse\"\n";
};

TEST_F(CheckConfig, CallsAGoodFileGoodAndCountsWhatIsInIt)
{
    const auto result = check(good);
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.out, file + ": good; 0 devices, 0 lanes, 0 upstreams\n");
    EXPECT_EQ(result.err, "");
}

TEST_F(CheckConfig, PrintsEveryMistakeWithFileLineAndColumnAndReturns78)
{
    const auto result = check(good + "[[device]]\nid = \"lpr-1\"\nprotocol = \"telepathy\"\n[sight]\n");
    EXPECT_EQ(result.code, 78);
    EXPECT_EQ(result.out, "");
    std::istringstream lines(result.err);
    std::string line;
    int count = 0;
    while (std::getline(lines, line)) {
        EXPECT_TRUE(line.starts_with(file + ":")) << line;
        ++count;
    }
    EXPECT_GE(count, 2);
    EXPECT_NE(result.err.find(file + ":8:"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("isapi"), std::string::npos) << "the languages there are are named";
}

TEST_F(CheckConfig, PrintsOneDocumentALineWithJson)
{
    const auto result = check(good + "[sight]\nx = 1\n", true);
    EXPECT_EQ(result.code, 78);
    EXPECT_EQ(result.err, "");
    std::istringstream lines(result.out);
    std::string line;
    ASSERT_TRUE(std::getline(lines, line));
    const auto issue = boost::json::parse(line).as_object();
    EXPECT_EQ(issue.at("file").as_string(), file);
    EXPECT_EQ(issue.at("line").as_int64(), 6);
    EXPECT_EQ(issue.at("severity").as_string(), "error");
    for (const char* key : {"column", "path", "text"})
        EXPECT_TRUE(issue.contains(key)) << key;
}

TEST_F(CheckConfig, SaysNothingInJsonAboutAGoodFile)
{
    const auto result = check(good, true);
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.out, "");
}

TEST_F(CheckConfig, WarnsOfAPasswordInTheFileAndAcceptsIt)
{
    const auto result = check(good + camera + "password = \"sesame\"\n");
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(result.err.starts_with(file + ":13:12: device[0].password: warning: ")) << result.err;
    EXPECT_EQ(result.err.find("sesame"), std::string::npos);
}

TEST_F(CheckConfig, PrintsErrorsAndWarningsTogetherInTheOrderOfTheFile)
{
    const auto result =
        check(good + camera + "password = \"sesame\"\npost = 1\n[retention]\nrecords_days = 1\n");
    EXPECT_EQ(result.code, 78);
    const auto warning = result.err.find("device[0].password: warning: ");
    const auto unknown = result.err.find("device[0].post: unknown key");
    const auto range = result.err.find("retention.records_days: is 1");
    EXPECT_LT(warning, unknown) << result.err;
    EXPECT_LT(unknown, range) << result.err;
    EXPECT_NE(range, std::string::npos) << result.err;
}

TEST_F(CheckConfig, NamesTheRuleThatWasProbablyMeant)
{
    const auto result = check(good + "[[rule]]\nname = \"barier-left-open\"\n");
    EXPECT_EQ(result.code, 78);
    EXPECT_TRUE(result.err.starts_with(file + ":7:8: rule[0].name: \"barier-left-open\" is none of"))
        << result.err;
    EXPECT_NE(result.err.find("did you mean \"barrier-left-open\"?"), std::string::npos) << result.err;
}

TEST_F(CheckConfig, OnlyWarnsOfACredentialThatAGatewayMustHaveToRun)
{
    const auto text = good + camera + "password = { credential = \"lpr-1\" }\n";
    const auto checked = check(text);
    EXPECT_EQ(checked.code, 0) << checked.err;
    config::Issues issues;
    (void)load_config_to_run(file, issues); // only the issues matter
    ASSERT_EQ(issues.size(), 1u);
    EXPECT_TRUE(config::has_errors(issues));
    for (const auto* word : {"\"lpr-1\"", "CREDENTIALS_DIRECTORY"})
        EXPECT_NE(issues[0].text.find(word), std::string::npos) << issues[0].text;
}

TEST_F(CheckConfig, LetsTheDeviceLanguageReadItsOwnKeys)
{
    const auto result = check(good + camera + "silence_max = \"soon\"\n");
    EXPECT_EQ(result.code, 78);
    EXPECT_NE(result.err.find("silence_max"), std::string::npos);
}

TEST_F(CheckConfig, SaysThatAFileCannotBeRead)
{
    const auto result = check_file("/nonexistent/gatehouse.toml");
    EXPECT_EQ(result.code, 78);
    EXPECT_EQ(result.err, "/nonexistent/gatehouse.toml:1:1: cannot be read: No such file or directory\n");
    const auto folder = check_file("/etc");
    EXPECT_EQ(folder.code, 78);
    EXPECT_EQ(folder.err, "/etc:1:1: cannot be read: Is a directory\n");
}

} // namespace
} // namespace gatehouse::app
