#pragma once
#include "protocols/dahua/backfill.hpp"
#include "protocols/dahua/clock_keeper.hpp"
#include "protocols/dahua/commands.hpp"
#include "protocols/dahua/event_stream.hpp"
#include "protocols/dahua/lists.hpp"
#include "protocols/dahua/push_desk.hpp"
#include "protocols/dahua/session.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::dahua {

// One Dahua device: composes the parts of its session and runs their conversation for ever. Made by
// make_driver().
class DahuaDriver final : public device::Driver {
public:
    DahuaDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    // ITSAPI posts to paths of its own (sheet §6b).
    [[nodiscard]] bool claims(const device::PushRequest& request) const override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override { return session_.status; }
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;
    [[nodiscard]] device::ListPort* lists() override { return has_lists_ ? &lists_ : nullptr; }

private:
    asio::awaitable<void> leave();
    asio::awaitable<void> reconnect_for_ever();
    // From the first request to the error that ends it; the reason in one sentence.
    asio::awaitable<std::string> converse();
    asio::awaitable<std::string> identify();
    asio::awaitable<void> note_serial(std::string serial);
    asio::awaitable<std::string> ask_identity(std::string action, std::string key);
    asio::awaitable<std::string> listen(EventStream& first, EventStream* second);
    asio::awaitable<std::string> watch_pushes();
    asio::awaitable<std::string> there_for_ever();
    asio::awaitable<std::string> absent();
    asio::awaitable<void> keep_house();
    asio::awaitable<void> watch_doors();
    asio::awaitable<void> go_live();
    [[nodiscard]] bool drop_streams(std::string why);
    asio::awaitable<model::Outcome> synchronise();
    asio::awaitable<device::TestStep> test_stream();
    asio::awaitable<void> test_outputs(std::vector<device::TestStep>& steps);

    Session session_;
    ClockKeeper clock_;
    Backfill backfill_;
    PushDesk pushes_;
    Commands commands_;
    Lists lists_;
    bool has_lists_;
    std::vector<EventStream*> streams_; // those being read
    bool live_ = false;                 // this conversation got as far as that
};

} // namespace gatehouse::dahua
