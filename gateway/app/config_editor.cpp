#include "gateway/app/config_editor.hpp"

#include "gateway/app/config_effects.hpp"
#include "gateway/app/on_worker.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/sha256.hpp"
#include "gateway/config/secret_text.hpp"
#include "gateway/settings/unified_diff.hpp"

#include <algorithm>

namespace gatehouse::app {
namespace {

using base::Errc;
using base::kv;
namespace log = base::log;

// Enough of a hash to tell two files apart in the audit.
std::string short_hash(const std::string& version)
{
    return version.substr(0, 16);
}

// A sentence of the reload that has no place in the file.
config::Issue remark(const std::string& file, std::string text)
{
    config::Issue issue;
    issue.file = file;
    issue.text = std::move(text);
    issue.warning = true;
    return issue;
}

} // namespace

struct ConfigEditor::Written {
    settings::ConfigText before;
    std::string text; // with its secrets
    config::Issues issues;
};

ConfigEditor::ConfigEditor(Ports ports, std::filesystem::path folder)
    : ports_(std::move(ports)), file_(ports_.site().file), history_(std::move(folder)),
      changes_(ports_.executor), changed_(ports_.executor)
{
}

// ---- on the worker ----

config::SiteConfig ConfigEditor::read(const std::string& text, config::Issues& issues) const
{
    auto site = config::read_site(text, file_, ports_.registry.vocabulary(), issues);
    config::demand_service(issues);
    return site;
}

std::string ConfigEditor::shown(const std::string& text) const
{
    config::Issues issues;
    (void)read(text, issues); // only what it says of secrets matters here
    return config::hide_secrets(text, issues);
}

// Nothing but what was sent is shown of it: a secret that was put back is not.
base::Result<api::ConfigCheck> ConfigEditor::compare(const std::string& text,
                                                     const config::SiteConfig& now) const
{
    if (text.size() > settings::config_size_max) return Errc::too_large;
    const auto present = settings::read_config(file_);
    if (!present) return present.error();
    const auto whole = config::restore_secrets(text, present->text);
    api::ConfigCheck found;
    const auto wanted = read(whole, found.issues);
    found.diff = settings::unified_diff(shown(present->text), config::hide_secrets(text, found.issues));
    config::refuse_hidden_secrets(whole, file_, found.issues);
    if (!config::has_errors(found.issues)) found.effects = effects_of(now, wanted, present->text, whole);
    return found;
}

// Nothing is written when the text has errors.
base::Result<ConfigEditor::Written> ConfigEditor::write(const api::ConfigOrder& order)
{
    if (order.text.size() > settings::config_size_max) return Errc::too_large;
    auto present = settings::read_config(file_);
    if (!present) return present.error();
    if (present->version != order.version) return Errc::conflict;
    Written written;
    written.text = config::restore_secrets(order.text, present->text);
    written.before = std::move(*present);
    (void)read(written.text, written.issues); // the reload reads it again
    config::refuse_hidden_secrets(written.text, file_, written.issues);
    if (config::has_errors(written.issues)) return written;
    keep_present(written.before, ports_.clock.wall());
    const auto done = settings::replace_config(file_, written.text);
    if (!done) return done.error();
    return written;
}

// Also what an editor has written since the last change here.
void ConfigEditor::keep_present(const settings::ConfigText& present, base::WallTime at)
{
    settings::ConfigVersion version;
    version.at = at;
    version.actor = "file";
    version.reason = "as it was found";
    version.version = present.version;
    version.text = present.text;
    if (const auto kept = history_.keep(std::move(version)); !kept)
        log::warn("the configuration's history cannot be written", kv("why", kept.error()));
}

base::Result<api::ConfigPast> ConfigEditor::look_back(int number) const
{
    const auto wanted = history_.find(number);
    if (!wanted) return wanted.error();
    api::ConfigPast past;
    past.text = shown(wanted->text);
    const auto earlier = history_.find(number - 1);
    past.diff = settings::unified_diff(earlier ? shown(earlier->text) : std::string(), past.text);
    return past;
}

// ---- on the io thread ----

asio::awaitable<void> ConfigEditor::begin()
{
    auto job = [this, at = ports_.clock.wall()] {
        if (const auto present = settings::read_config(file_)) keep_present(*present, at);
        return true;
    };
    auto work = on_worker(ports_.worker, std::move(job));
    (void)co_await std::move(work); // what went wrong has been said
}

asio::awaitable<base::Result<api::ConfigView>> ConfigEditor::show()
{
    auto job = [this]() -> base::Result<api::ConfigView> {
        const auto present = settings::read_config(file_);
        if (!present) return present.error();
        api::ConfigView view;
        view.text = shown(present->text);
        view.version = present->version;
        view.path = file_;
        return view;
    };
    auto work = on_worker(ports_.worker, std::move(job));
    co_return co_await std::move(work);
}

asio::awaitable<base::Result<api::ConfigCheck>> ConfigEditor::check(std::string text)
{
    auto job = [this, text = std::move(text), now = ports_.site()] { return compare(text, now); };
    auto work = on_worker(ports_.worker, std::move(job));
    co_return co_await std::move(work);
}

asio::awaitable<std::vector<settings::ConfigVersion>> ConfigEditor::history()
{
    auto job = [this] { return history_.list(); };
    auto work = on_worker(ports_.worker, std::move(job));
    co_return co_await std::move(work);
}

asio::awaitable<base::Result<api::ConfigPast>> ConfigEditor::past(int number)
{
    auto job = [this, number] { return look_back(number); };
    auto work = on_worker(ports_.worker, std::move(job));
    co_return co_await std::move(work);
}

asio::awaitable<base::Result<api::ConfigOutcome>> ConfigEditor::undo(api::ConfigUndo undo)
{
    auto job = [this, to = undo.to]() -> base::Result<api::ConfigOrder> {
        auto wanted = history_.find(to);
        if (!wanted) return wanted.error();
        const auto present = settings::read_config(file_);
        if (!present) return present.error();
        api::ConfigOrder order;
        order.text = std::move(wanted->text);
        order.version = present->version;
        return order;
    };
    auto work = on_worker(ports_.worker, std::move(job));
    auto order = co_await std::move(work);
    if (!order) co_return order.error();
    order->reason = "back to version " + std::to_string(undo.to) + ": " + undo.reason;
    order->actor = std::move(undo.actor);
    co_return co_await put(std::move(*order));
}

asio::awaitable<base::Result<api::ConfigOutcome>> ConfigEditor::put(api::ConfigOrder order)
{
    if (changing_) co_return Errc::busy;
    changing_ = true;
    auto out = std::make_shared<std::optional<Answer>>();
    changes_.spawn("configuration", answer(std::move(order), out));
    while (!*out)
        co_await changed_.wait();
    co_return std::move(**out);
}

asio::awaitable<void> ConfigEditor::answer(api::ConfigOrder order, std::shared_ptr<std::optional<Answer>> out)
{
    Answer result = Errc::failed;
    try {
        auto work = change(order);
        result = co_await std::move(work);
    } catch (const std::exception& failure) {
        log::error("the change of the configuration broke off", kv("why", failure.what()));
    }
    auto record = audit(order, result);
    co_await std::move(record);
    *out = std::move(result);
    changing_ = false;
    changed_.notify();
}

asio::awaitable<ConfigEditor::Answer> ConfigEditor::change(api::ConfigOrder order)
{
    settings::ConfigVersion version;
    version.at = ports_.clock.wall();
    version.actor = order.actor;
    version.reason = order.reason;
    auto job = [this, order = std::move(order)] { return write(order); };
    auto work = on_worker(ports_.worker, std::move(job));
    auto written = co_await std::move(work);
    if (!written) co_return written.error();
    if (config::has_errors(written->issues)) {
        api::ConfigOutcome refused;
        refused.version = written->before.version;
        refused.issues = std::move(written->issues);
        refused.refusal = "the configuration has errors; nothing was changed";
        co_return refused;
    }
    auto rest = take_over(std::move(*written), std::move(version));
    co_return co_await std::move(rest);
}

// The ordinary reload says whether the gateway can run with it; if not, the file is what it was before.
asio::awaitable<ConfigEditor::Answer> ConfigEditor::take_over(Written written,
                                                              settings::ConfigVersion version)
{
    auto reloaded = co_await ports_.reload();
    api::ConfigOutcome outcome;
    outcome.applied = reloaded.applied;
    outcome.issues = std::move(written.issues);
    std::vector<std::string> told;
    for (const auto& issue : outcome.issues)
        told.push_back(config::to_string(issue));
    for (auto& sentence : reloaded.issues)
        if (std::find(told.begin(), told.end(), sentence) == told.end())
            outcome.issues.push_back(remark(file_, std::move(sentence)));
    version.version = base::sha256_hex(written.text);
    outcome.version = outcome.applied ? version.version : written.before.version;
    version.text = std::move(written.text);
    auto job = [this, applied = outcome.applied, version = std::move(version),
                before = std::move(written.before.text)]() mutable -> base::Result<void> {
        if (!applied) return settings::replace_config(file_, before);
        return history_.keep(std::move(version));
    };
    auto work = on_worker(ports_.worker, std::move(job));
    const auto done = co_await std::move(work);
    if (!done)
        log::error(outcome.applied ? "the configuration's history cannot be written"
                                   : "the configuration that was in force cannot be put back",
                   kv("why", done.error()));
    if (outcome.applied) co_return outcome;
    outcome.refusal = done ? "the gateway could not take it over; the file is again what it was before"
                           : "the gateway could not take it over, and the file could not be put back";
    (void)co_await ports_.reload(); // what broke off half way is undone; it says in the log how that went
    co_return outcome;
}

asio::awaitable<void> ConfigEditor::audit(const api::ConfigOrder& order, const Answer& answer)
{
    audit::Record record;
    record.at = ports_.clock.wall();
    record.actor = order.actor;
    record.action = "config-edit";
    record.target = "gateway";
    record.detail = order.reason + " (sha256 " + short_hash(order.version);
    if (answer && answer->applied) record.detail += " -> " + short_hash(answer->version);
    record.detail += ")";
    record.result = !answer           ? "refused: " + answer.error().message()
                    : answer->applied ? "done"
                                      : "refused: " + answer->refusal;
    co_await ports_.record(std::move(record));
}

} // namespace gatehouse::app
