#pragma once
#include "protocols/facepush/orders.hpp"
#include "protocols/facepush/people.hpp"
#include "protocols/facepush/push_desk.hpp"
#include "protocols/facepush/record_log.hpp"

#include <string>
#include <vector>

namespace gatehouse::facepush {

// One terminal of family A: it calls us over HTTP, and we ask it over HTTP or leave orders for it to fetch.
// Made by make_driver().
class UfaceDriver final : public device::Driver {
public:
    UfaceDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override { return session_.status; }
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;
    [[nodiscard]] device::ListPort* lists() override { return &people_; }

private:
    asio::awaitable<void> reconnect_for_ever();
    // From the first answer to the error that ends it; the reason in one sentence.
    asio::awaitable<std::string> converse();
    asio::awaitable<std::string> watch();
    // A terminal that fetches its orders is there as long as it calls.
    asio::awaitable<std::string> wait_for_calls();
    asio::awaitable<std::string> identify();
    asio::awaitable<void> read_log();
    asio::awaitable<void> judge();
    asio::awaitable<model::Outcome> synchronise();
    asio::awaitable<model::Outcome> listening(bool away);
    [[nodiscard]] milliseconds silence_max() const { return 3 * session_.config.heartbeat_every; }

    Session session_;
    Terminal terminal_;
    PushDesk pushes_;
    RecordLog log_;
    Orders orders_;
    People people_;
    std::optional<base::MonoTime> log_read_at_;
    base::MonoTime live_since_{};
};

} // namespace gatehouse::facepush
