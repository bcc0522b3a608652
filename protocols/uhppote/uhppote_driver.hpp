#pragma once
#include "protocols/uhppote/card_list.hpp"
#include "protocols/uhppote/clock_keeper.hpp"
#include "protocols/uhppote/commands.hpp"
#include "protocols/uhppote/door_watch.hpp"
#include "protocols/uhppote/event_log.hpp"
#include "protocols/uhppote/event_port.hpp"
#include "protocols/uhppote/listening.hpp"
#include "protocols/uhppote/session.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::uhppote {

// One UT0311 board: composes the parts of its session and runs their conversation for ever. Made by
// make_driver().
class UhppoteDriver final : public device::Driver {
public:
    UhppoteDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override;
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;
    [[nodiscard]] device::ListPort* lists() override { return &list_; }

private:
    asio::awaitable<void> reconnect_for_ever();
    // From the first question to the error that ends it; the reason in one sentence.
    asio::awaitable<std::string> converse();
    asio::awaitable<std::string> identify();
    asio::awaitable<void> set_up();
    asio::awaitable<std::string> watch();
    // One status; why not, or empty.
    asio::awaitable<std::string> look();
    asio::awaitable<void> judge_pushes();
    asio::awaitable<void> keep_clock();
    asio::awaitable<void> keep_house();
    asio::awaitable<void> take_push(Packet packet);
    asio::awaitable<model::Outcome> arm(bool undo);
    asio::awaitable<model::Outcome> synchronise();
    asio::awaitable<void> test_doors(std::vector<device::TestStep>& steps);
    asio::awaitable<void> test_listening(std::vector<device::TestStep>& steps);

    Session session_;
    ClockKeeper clock_;
    EventLog events_;
    DoorWatch doors_;
    EventPort pushes_;
    Listening listening_;
    Commands commands_;
    Cards cards_;
    CardList list_;
};

} // namespace gatehouse::uhppote
