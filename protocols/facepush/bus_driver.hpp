#pragma once
#include "protocols/facepush/dialect.hpp"
#include "protocols/facepush/session.hpp"

#include "gateway/base/message_bus.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::facepush {

// One terminal of the families that speak through the site's broker. What is theirs alone is in their
// Dialect. Made by make_driver().
class BusDriver final : public device::Driver, public device::ListPort {
public:
    BusDriver(Config config, device::DriverContext context);

    // ---- Driver ----
    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override { return session_.status; }
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;
    [[nodiscard]] device::ListPort* lists() override { return this; }

    // ---- ListPort ----
    [[nodiscard]] bool takes(model::ListEntry::Type type) const override;
    [[nodiscard]] bool takes_faces() const override { return true; }
    [[nodiscard]] device::HeldEntry as_held(const model::ListEntry& entry) const override;
    asio::awaitable<base::Result<std::vector<model::ListEntry>>> read(model::ListEntry::Type type) override;
    asio::awaitable<std::vector<device::ListResult>> write(std::vector<model::ListEntry> entries) override;
    asio::awaitable<std::vector<device::ListResult>> remove(std::vector<model::ListEntry> entries) override;

private:
    // What became of one order.
    struct Reply {
        base::error_code error; // closed: not sent; timed_out: no answer
        Heard heard;
        [[nodiscard]] bool ok() const { return !error && heard.done; }
    };
    struct Waiting {
        explicit Waiting(const asio::any_io_executor& executor) : changed(executor) {}
        std::optional<Heard> heard;
        base::Wakeup changed;
    };

    asio::awaitable<void> leave();
    asio::awaitable<void> reconnect_for_ever();
    asio::awaitable<std::string> converse();
    asio::awaitable<std::string> listen();
    asio::awaitable<std::string> watch();
    asio::awaitable<void> take(base::BusMessage message);
    asio::awaitable<void> take_record(Heard heard);
    asio::awaitable<Reply> ask(Order order);
    [[nodiscard]] std::string next_number();
    asio::awaitable<device::ListResult> write_one(model::ListEntry entry);
    [[nodiscard]] device::ListResult result_of(const Reply& reply) const;
    [[nodiscard]] std::string why(const Reply& reply) const;

    Session session_;
    std::unique_ptr<Dialect> dialect_;
    std::shared_ptr<base::MessageBus> bus_; // while connected; who speaks through it holds it
    std::map<std::string, std::shared_ptr<Waiting>> waiting_;
    std::optional<base::MonoTime> heard_at_; // anything of this terminal
    std::uint64_t last_number_ = 0;
    // The face that the terminal fetches from our listener while its order is under way.
    struct Face {
        std::string token; // nobody can guess it
        std::string picture;
    };
    std::optional<Face> face_;
};

} // namespace gatehouse::facepush
