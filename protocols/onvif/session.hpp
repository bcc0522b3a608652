#pragma once
#include "protocols/net/auth_guard.hpp"
#include "protocols/net/device_session.hpp"
#include "protocols/onvif/conditions.hpp"
#include "protocols/onvif/config.hpp"
#include "protocols/onvif/device_clock.hpp"
#include "protocols/onvif/event_map.hpp"
#include "protocols/onvif/messages.hpp"
#include "protocols/onvif/recorder.hpp"
#include "protocols/onvif/web.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace gatehouse::onvif {

// How a device answered one request.
struct Answer {
    base::error_code error; // there was no answer
    unsigned status = 0;    // of HTTP
    std::shared_ptr<Reply> reply;

    [[nodiscard]] bool ok() const { return !error && reply && reply->readable() && !reply->fault; }
    [[nodiscard]] pugi::xml_node body() const { return reply ? reply->body : pugi::xml_node(); }
    // The log-in was refused, in whatever way.
    [[nodiscard]] bool refused() const;
    // Nothing can have reached the device.
    [[nodiscard]] bool not_sent() const;
    // One plain sentence why it is not ok.
    [[nodiscard]] std::string why() const;
};

// What the parts of one device's conversation share: asking it with the log-in that it wants, the way to the
// journal, its clock, what was told, and what status() shows. Knows no part; each part gets a reference. io
// thread only.
class Session : public net::DeviceSession {
public:
    Session(Config config, device::DriverContext context);

    // ---- asking the device ----
    // A question to a service; asked once more when the device had closed the connection.
    asio::awaitable<Answer> ask(std::string_view service, Message message);
    // Moves or changes something: sent once, unless the device refused the log-in and so did nothing.
    asio::awaitable<Answer> order(std::string_view service, Message message);
    // To the address of a subscription.
    asio::awaitable<Answer> ask_at(Place place, Message message, bool patient);
    // The device's time, for which it wants no log-in; notes the offset. Nothing when it tells none.
    asio::awaitable<std::optional<DeviceTime>> measure_clock();
    // Why the device cannot be reached at all; empty after an answer of any kind.
    [[nodiscard]] const std::string& unreachable() const { return unreachable_; }
    [[nodiscard]] bool offers(std::string_view service) const { return services.contains(service); }
    [[nodiscard]] std::string new_id();

    // ---- what the device says ----
    struct Brought {
        std::size_t messages = 0;
        std::size_t states = 0; // of them, how things stand
    };
    asio::awaitable<Brought> bring(pugi::xml_node body);
    // What was told is another device's, or the device was set back.
    asio::awaitable<void> forget();

    // ---- what we observe ourselves ----
    asio::awaitable<void> report_clock(bool corrected);
    void start() { open(); }

    Config config;
    Web web;
    DeviceClock clock;
    Recorder recorder;
    Services services; // where they are; empty before the device told
    Names names;

    // What was last seen to move, by token; moved is notified at each.
    std::map<std::string, base::MonoTime> relay_seen; // active
    std::map<int, base::MonoTime> door_seen;          // unlocked or open
    base::Wakeup moved;

private:
    enum class Login { none, token, digest, both };
    [[nodiscard]] static Login login_of(Form form);
    [[nodiscard]] Place place_of_service(std::string_view service) const;
    [[nodiscard]] Token make_token();
    asio::awaitable<Answer> call(Place place, Message message, bool patient, bool question);
    asio::awaitable<Answer> exchange(Place place, Message message, Login login, bool patient);
    asio::awaitable<Answer> try_other_forms(Place place, Message message, Answer refused);
    asio::awaitable<bool> clock_has_moved();
    [[nodiscard]] bool jumped_since_last_run() const;
    asio::awaitable<void> accepted();
    asio::awaitable<void> note_clock(DeviceTime time, base::WallTime sent, base::WallTime answered);
    asio::awaitable<void> deliver(Mapped mapped);
    void stamp(model::Event& event, bool found_so);
    void observe(const Mapped& mapped);
    void note_refusal(const Notification& notification, const Mapped& mapped);

    net::AuthGuard guard_;
    Form form_;
    bool tried_forms_ = false;
    std::string unreachable_;
    Conditions conditions_;
    unsigned epoch_ = 1; // of the device's clock: the same time in another one is another moment
    bool offset_kept_ = false;
    std::map<std::string, std::uint64_t> unknown_; // topics and the names of their items; bounded
};

} // namespace gatehouse::onvif
