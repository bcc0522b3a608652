#pragma once
#include "protocols/isapi/active_events.hpp"
#include "protocols/isapi/config.hpp"
#include "protocols/isapi/device_clock.hpp"
#include "protocols/isapi/event_map.hpp"
#include "protocols/isapi/record_log.hpp"
#include "protocols/isapi/recorder.hpp"
#include "protocols/isapi/status.hpp"
#include "protocols/net/device_session.hpp"
#include "protocols/net/http_client.hpp"

#include <map>
#include <string>

namespace gatehouse::isapi {

// How a device answered one request; `error` when there was no answer at all.
struct Answer {
    base::error_code error;
    Judgement judgement;
    std::string content_type;
    std::string body;
    [[nodiscard]] bool ok() const { return !error && judgement.ok(); }
    // One plain sentence why it is not ok.
    [[nodiscard]] std::string why() const;
};

// What one document of a device came to.
struct Translation {
    enum class Outcome { event, repeat, sign_of_life, unwanted, unparsable };
    Outcome outcome = Outcome::unwanted;
    Mapped mapped;    // with event.device_key and times, when there is an event
    std::string text; // why it is no event
};

// What the parts of one device's conversation share: the HTTP client, the way to the journal, the clock, the
// state of active events and of the record numbering, and what status() shows. Knows no part; each part gets
// a reference. io thread only.
class Session : public net::DeviceSession {
public:
    Session(Config config, device::DriverContext context);

    // ---- asking the device ----
    asio::awaitable<Answer> get(std::string target);
    asio::awaitable<Answer> send(std::string method, std::string target, std::string body,
                                 std::string content_type);

    // ---- what the device says ----
    // Never waits. Counts what is refused; a live plate or person is announced to context.early. `history`:
    // whatever it says, it did not happen just now.
    Translation translate(std::string_view document, bool history = false);
    // A row of the device's record log.
    Translation translate_row(const Alert& row);
    // To be called before the event is offered: a later poll then knows it by its other name.
    void link_passage(const Mapped& mapped);
    // The event could be kept: later rows of the record log with the same number are no news.
    void mark_brought(const Mapped& mapped);
    // Marks and hands over: the end of the way for everything that is not a push.
    asio::awaitable<void> deliver(Mapped mapped);
    // The same with one try, whose answer is given.
    asio::awaitable<base::Result<void>> offer(Mapped mapped);
    // The event could not be kept and the device will send it again.
    void forget(const Mapped& mapped);
    // The record numbers start anew: the counter fell, or the device was exchanged.
    asio::awaitable<void> new_epoch(std::string why);

    // ---- what we observe ourselves ----
    void start();

    // Bytes of the device arrived.
    void heard();
    // A live record of the kind that the record log holds arrived: the way for events works.
    void proven();
    [[nodiscard]] base::WallTime last_proof() const { return last_proof_; }
    void count_flaws(std::uint64_t flaws);

    Config config;
    net::HttpClient http;
    DeviceClock clock;
    ActiveEvents active;
    RecordLog records;
    Recorder recorder;
    DeviceInfo info;

    // What doors and barriers were last seen doing, live, by number; moved is notified at each, and when one
    // is about to move.
    template <class Position>
    struct Seen {
        Position position{};
        base::MonoTime at{};
    };
    std::map<int, Seen<model::DoorPosition>> seen_doors; // both bounded
    std::map<int, Seen<model::BarrierPosition>> seen_barriers;
    std::optional<base::MonoTime> let_through_at; // the last car for which the device may open by itself
    // A position that was read, for whatever reason; reported where it is news. Without a link none is known.
    asio::awaitable<void> found_barrier(int output, model::BarrierPosition position);
    base::Wakeup moved;
    base::Wakeup clock_doubted; // a live stamp does not fit the measured offset: measure again

private:
    void link_is_up() override;
    void stamp(Mapped& mapped);
    Translation::Outcome live(Mapped& mapped);
    Translation::Outcome condition(const Mapped& mapped);
    void doubt_clock();
    void number(const Mapped& mapped);
    void announce(const model::Event& event);
    void observe(const model::Event& event);
    asio::awaitable<void> save_passages();
    void watch_conditions();
    asio::awaitable<void> sweep_active();
    void keep_conditions();
    asio::awaitable<void> save_conditions();

    bool sweeping_ = false;
    bool saving_conditions_ = false; // a save is about to begin
    base::MonoTime heard_at_{};      // last byte of the device
    std::optional<base::MonoTime> doubted_at_;
    base::WallTime last_proof_{};
    wire::RecentKeys announced_{256}; // device keys, so that nobody is announced twice
    bool saving_passages_ = false;    // a save is on its way
};

} // namespace gatehouse::isapi
