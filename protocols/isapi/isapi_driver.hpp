#pragma once
#include "protocols/isapi/alert_stream.hpp"
#include "protocols/isapi/backfill.hpp"
#include "protocols/isapi/boot_watch.hpp"
#include "protocols/isapi/clock_keeper.hpp"
#include "protocols/isapi/commands.hpp"
#include "protocols/isapi/explain.hpp"
#include "protocols/isapi/listening.hpp"
#include "protocols/isapi/lists.hpp"
#include "protocols/isapi/login_budget.hpp"
#include "protocols/isapi/push_desk.hpp"
#include "protocols/isapi/session.hpp"
#include "protocols/isapi/state_watch.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::isapi {

// One ISAPI device: composes the parts of its session and runs their conversation for ever. Made by
// make_driver().
class IsapiDriver final : public device::Driver {
public:
    IsapiDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override;
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;
    [[nodiscard]] device::ListPort* lists() override;

private:
    asio::awaitable<void> reconnect_for_ever();
    // From the first request to the error that ends it; the reason in one sentence.
    asio::awaitable<std::string> converse();
    asio::awaitable<std::string> identify();
    asio::awaitable<void> adopt(DeviceInfo info);
    asio::awaitable<std::string> poll_lock();
    asio::awaitable<std::string> listen_to_stream(AlertStream& stream);
    asio::awaitable<std::string> watch_without_stream();
    asio::awaitable<std::string> answers_for_ever();
    asio::awaitable<void> keep_armed();
    // From now on events are expected by the live way.
    asio::awaitable<void> go_live();
    asio::awaitable<void> keep_house();
    asio::awaitable<model::Outcome> synchronise();
    asio::awaitable<model::Outcome> undo_listening();
    asio::awaitable<device::TestStep> test_stream();
    asio::awaitable<void> test_outputs(std::vector<device::TestStep>& steps);

    Session session_;
    ClockKeeper clock_;
    Backfill backfill_;
    PushDesk pushes_;
    Listening listening_;
    Capabilities capabilities_;
    Commands commands_;
    Lists lists_;
    StateWatch state_;
    LoginBudget logins_;
    BootWatch boots_;
    AlertStream* stream_ = nullptr; // the one being read
    bool live_ = false;             // this conversation got as far as that
};

} // namespace gatehouse::isapi
