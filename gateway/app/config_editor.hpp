#pragma once
#include "gateway/api/services.hpp"
#include "gateway/app/registry.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/settings/config_file.hpp"
#include "gateway/settings/config_history.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::app {

// Shows the configuration file without its secrets, says what another text would do, writes it, and remembers
// what it said before. The file stays the truth: what is written here is read by the ordinary reload, and an
// editor's change is seen. Used by the API. io thread only; files are read and written on the worker.
class ConfigEditor {
public:
    struct Ports {
        asio::any_io_executor executor;
        asio::any_io_executor worker;
        base::Clock& clock;
        const Registry& registry;
        std::function<const config::SiteConfig&()> site; // with which the gateway runs
        std::function<asio::awaitable<api::ReloadOutcome>()> reload;
        std::function<asio::awaitable<void>(audit::Record)> record; // a failure is its own matter
    };

    // `folder` holds the history.
    ConfigEditor(Ports ports, std::filesystem::path folder);

    // Keeps what the gateway starts with, so that the first change can be undone.
    asio::awaitable<void> begin();
    // Waits for the change that is under way.
    asio::awaitable<void> stop() { return changes_.join(); }

    asio::awaitable<base::Result<api::ConfigView>> show();
    asio::awaitable<base::Result<api::ConfigCheck>> check(std::string text);
    // One at a time, each to its end also when whoever asked is gone. Errors: conflict, busy, those of the
    // operating system.
    asio::awaitable<base::Result<api::ConfigOutcome>> put(api::ConfigOrder order);
    asio::awaitable<std::vector<settings::ConfigVersion>> history();
    asio::awaitable<base::Result<api::ConfigPast>> past(int number);
    asio::awaitable<base::Result<api::ConfigOutcome>> undo(api::ConfigUndo undo);

private:
    using Answer = base::Result<api::ConfigOutcome>;
    struct Written; // what a change has written, and over what

    asio::awaitable<void> answer(api::ConfigOrder order, std::shared_ptr<std::optional<Answer>> out);
    asio::awaitable<Answer> change(api::ConfigOrder order);
    asio::awaitable<Answer> take_over(Written written, settings::ConfigVersion version);
    asio::awaitable<void> audit(const api::ConfigOrder& order, const Answer& answer);

    // On the worker:
    [[nodiscard]] config::SiteConfig read(const std::string& text, config::Issues& issues) const;
    [[nodiscard]] std::string shown(const std::string& text) const;
    [[nodiscard]] base::Result<api::ConfigCheck> compare(const std::string& text,
                                                         const config::SiteConfig& now) const;
    [[nodiscard]] base::Result<Written> write(const api::ConfigOrder& order);
    void keep_present(const settings::ConfigText& present, base::WallTime at);
    [[nodiscard]] base::Result<api::ConfigPast> look_back(int number) const;

    Ports ports_;
    std::string file_;
    settings::ConfigHistory history_; // worker only
    base::TaskGroup changes_;         // never cancelled: a file without its reload would be half a change
    base::Wakeup changed_;
    bool changing_ = false;
};

} // namespace gatehouse::app
