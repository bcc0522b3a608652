#include "gateway/app/config_editor.hpp"

#include "gateway/app/check.hpp"
#include "gateway/base/read_file.hpp"
#include "gateway/base/sha256.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace gatehouse::app {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string plain = "[site]\nid = \"site-1\"\n"
                          "[[device]]\nid = \"lpr-in\"\nprotocol = \"isapi\"\nkind = \"plate\"\n"
                          "address = \"http://192.0.2.1\"\nusername = \"u\"\npassword = \"topsecret\"\n";

class Editor : public testing::Test {
protected:
    Editor()
    {
        fs::create_directories(folder);
        write(plain);
        config::Issues issues;
        site = load_config(file(), issues);
        EXPECT_FALSE(config::has_errors(issues));
        ConfigEditor::Ports ports{.executor = io.get_executor(),
                                  .worker = io.get_executor(),
                                  .clock = clock,
                                  .registry = registry,
                                  .site = [this]() -> const config::SiteConfig& { return site; },
                                  .reload = [this] { return reload(); },
                                  .record = [this](audit::Record what) { return record(std::move(what)); }};
        editor = std::make_unique<ConfigEditor>(std::move(ports), folder / "history");
        life.spawn("begin", editor->begin());
        settle();
    }
    ~Editor() override { fs::remove_all(folder); }

    // What the gateway would do: read the file, and go on with it if it can.
    asio::awaitable<api::ReloadOutcome> reload()
    {
        ++reloads;
        api::ReloadOutcome outcome;
        config::Issues issues;
        auto wanted = load_config(file(), issues);
        outcome.applied = !config::has_errors(issues) && !refuses;
        if (outcome.applied) site = std::move(wanted);
        for (const auto& issue : issues)
            outcome.issues.push_back(config::to_string(issue));
        outcome.issues.insert(outcome.issues.end(), remarks.begin(), remarks.end());
        co_return outcome;
    }
    asio::awaitable<void> record(audit::Record what)
    {
        records.push_back(std::move(what));
        co_return;
    }

    template <class T>
    T result_of(asio::awaitable<T> work)
    {
        std::optional<T> found;
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr, T value) { found = std::move(value); });
        settle();
        EXPECT_TRUE(found);
        return std::move(*found);
    }
    base::Result<api::ConfigOutcome> put(const std::string& text, std::string version = {})
    {
        api::ConfigOrder order;
        order.text = text;
        order.version = version.empty() ? base::sha256_hex(on_disk()) : std::move(version);
        order.reason = "new camera";
        order.actor = "li";
        return result_of(editor->put(std::move(order)));
    }
    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }
    [[nodiscard]] std::string file() const { return (folder / "gatehouse.toml").string(); }
    void write(const std::string& text) const { std::ofstream(file(), std::ios::binary) << text; }
    [[nodiscard]] std::string on_disk() const { return base::read_file(file()).value(); }
    [[nodiscard]] std::string shown() { return result_of(editor->show())->text; }

    const fs::path folder = fmt::format("{}gatehouse-editor-{}", testing::TempDir(), ::getpid());
    const Registry registry{};
    asio::io_context io{1};
    fakes::ManualClock clock;
    config::SiteConfig site;
    int reloads = 0;
    bool refuses = false;
    std::vector<std::string> remarks;
    std::vector<audit::Record> records;
    std::unique_ptr<ConfigEditor> editor;
    base::TaskGroup life{io.get_executor()};
};

TEST_F(Editor, ShowsTheFileWithoutItsSecrets)
{
    const auto view = result_of(editor->show());
    EXPECT_THAT(view->text, HasSubstr("password = \"***\""));
    EXPECT_EQ(view->version, base::sha256_hex(plain));
    EXPECT_EQ(view->path, file());
}

TEST_F(Editor, WritesWhatWasSentWithTheSecretsOfBefore)
{
    const auto text = "# our gate\n" + shown() + "name = \"east\"\n";
    const auto outcome = put(text);
    ASSERT_TRUE(outcome && outcome->applied);
    EXPECT_EQ(on_disk(), "# our gate\n" + plain + "name = \"east\"\n");
    EXPECT_EQ(outcome->version, base::sha256_hex(on_disk()));
    EXPECT_EQ(reloads, 1);
    EXPECT_EQ(site.devices.at(0).name, "east");
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].actor, "li");
    EXPECT_EQ(records[0].action, "config-edit");
    EXPECT_EQ(records[0].result, "done");
    EXPECT_THAT(records[0].detail, HasSubstr("new camera"));
}

TEST_F(Editor, RefusesWhenSomebodyChangedTheFileMeanwhile)
{
    const auto read = base::sha256_hex(on_disk());
    write(plain + "# by hand\n");
    EXPECT_EQ(put(plain + "name = \"east\"\n", read).error(), Errc::conflict);
    EXPECT_EQ(on_disk(), plain + "# by hand\n");
    EXPECT_EQ(reloads, 0);
    EXPECT_THAT(records.at(0).result, HasSubstr("refused"));
}

TEST_F(Editor, ATextWithErrorsChangesNothing)
{
    const auto outcome = put(plain + "nmae = \"east\"\n");
    ASSERT_TRUE(outcome);
    EXPECT_FALSE(outcome->applied);
    EXPECT_TRUE(config::has_errors(outcome->issues));
    EXPECT_EQ(on_disk(), plain);
    EXPECT_EQ(outcome->version, base::sha256_hex(plain));
    EXPECT_EQ(reloads, 0);
    const auto unknown =
        put("[site]\nid = \"site-1\"\n[[device]]\nid = \"new\"\nprotocol = \"isapi\"\nkind = "
            "\"plate\"\naddress = \"http://192.0.2.1\"\nusername = \"u\"\npassword = \"***\"\n");
    EXPECT_FALSE(unknown->applied) << "a placeholder became a password";
    EXPECT_EQ(on_disk(), plain);
}

TEST_F(Editor, AFileThatCouldNotBeReadAgainIsNotWritten)
{
    const auto comment = "# " + std::string(settings::config_size_max, 'x') + "\n";
    EXPECT_EQ(put(comment + plain).error(), Errc::too_large);
    EXPECT_EQ(on_disk(), plain);
}

TEST_F(Editor, PutsTheOldFileBackWhenTheGatewayCannotTakeTheNewOneOver)
{
    refuses = true;
    const auto outcome = put(plain + "name = \"east\"\n");
    ASSERT_TRUE(outcome);
    EXPECT_FALSE(outcome->applied);
    EXPECT_THAT(outcome->refusal, HasSubstr("again what it was before"));
    EXPECT_EQ(on_disk(), plain);
    EXPECT_EQ(result_of(editor->history()).size(), 1U);
    EXPECT_EQ(reloads, 2) << "what broke off half way was left as it was";
}

TEST_F(Editor, TellsOnceWhatTheReloadRemarks)
{
    remarks = {"api.listen: a reload cannot change this; restart the service"};
    const auto outcome = put(plain + "name = \"east\"\n");
    std::vector<std::string> texts;
    for (const auto& issue : outcome->issues)
        texts.push_back(issue.text);
    EXPECT_THAT(texts, ElementsAre(HasSubstr("is readable by everybody"), remarks[0]));
}

TEST_F(Editor, RemembersEveryVersionAndBringsOneBack)
{
    ASSERT_TRUE(put(plain + "name = \"east\"\n")->applied);
    write(plain + "name = \"by hand\"\n");
    ASSERT_TRUE(put(plain + "name = \"west\"\n")->applied);
    const auto versions = result_of(editor->history());
    ASSERT_EQ(versions.size(), 4U);
    EXPECT_EQ(versions[0].actor, "li");
    EXPECT_EQ(versions[1].actor, "file") << "what was changed by hand is lost";
    EXPECT_EQ(versions[3].reason, "as it was found");
    api::ConfigUndo undo;
    undo.to = 1;
    undo.reason = "it was better";
    undo.actor = "wang";
    ASSERT_TRUE(result_of(editor->undo(undo))->applied);
    EXPECT_EQ(on_disk(), plain) << "with its secrets";
    EXPECT_EQ(result_of(editor->history()).at(0).reason, "back to version 1: it was better");
    undo.to = 77;
    EXPECT_EQ(result_of(editor->undo(undo)).error(), Errc::not_found);
}

TEST_F(Editor, ShowsAPastVersionAndWhatItChangedWithoutSecrets)
{
    ASSERT_TRUE(put(plain + "name = \"east\"\n")->applied);
    const auto past = result_of(editor->past(2));
    EXPECT_THAT(past->text, Not(HasSubstr("topsecret")));
    EXPECT_THAT(past->diff, HasSubstr("\n+name = \"east\"\n"));
    EXPECT_THAT(past->diff, Not(HasSubstr("topsecret")));
    EXPECT_EQ(result_of(editor->past(9)).error(), Errc::not_found);
}

TEST_F(Editor, SaysWhatAChangeWouldDo)
{
    auto text = shown();
    text.replace(text.find("192.0.2.1"), 9, "192.0.2.9");
    text += "[[device]]\nid = \"lpr-out\"\nprotocol = \"isapi\"\nkind = \"plate\"\naddress = "
            "\"http://192.0.2.3\"\nusername = \"u\"\npassword = \"hushhush\"\n"
            "[api]\nlisten = \"127.0.0.1:9090\"\n[retention]\nrecords_days = 90\n";
    const auto check = result_of(editor->check(text));
    EXPECT_FALSE(config::has_errors(check->issues));
    EXPECT_THAT(check->effects,
                ElementsAre("restart device lpr-in", "start device lpr-out", "change section api",
                            "change section retention", "restart the service: api.listen"));
    EXPECT_THAT(check->diff, HasSubstr("-address = \"http://192.0.2.1\"\n"));
    EXPECT_THAT(check->diff, Not(HasSubstr("hushhush")));
    EXPECT_THAT(check->diff, Not(HasSubstr("topsecret")));
    EXPECT_EQ(on_disk(), plain);
}

TEST_F(Editor, AnUnchangedTextHasNoEffect)
{
    const auto check = result_of(editor->check(shown()));
    EXPECT_EQ(check->diff, "");
    EXPECT_THAT(check->effects, ElementsAre());
}

TEST_F(Editor, PointsAtWhatIsWrong)
{
    const auto check = result_of(editor->check("[site]\nid = \"site-1\"\n[[device]]\nid = 5\n"));
    ASSERT_FALSE(check->issues.empty());
    EXPECT_EQ(check->issues[0].line, 3U);
    EXPECT_TRUE(check->effects.empty());
}

} // namespace
} // namespace gatehouse::app
