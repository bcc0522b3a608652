#pragma once
#include "protocols/dahua/answer.hpp"
#include "protocols/dahua/config.hpp"
#include "protocols/dahua/device_clock.hpp"
#include "protocols/dahua/event_map.hpp"
#include "protocols/net/device_session.hpp"
#include "protocols/net/http_client.hpp"
#include "protocols/net/recorder.hpp"
#include "protocols/wire/recent_keys.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::dahua {

// What the parts of one device's conversation share: the HTTP client, the way to the journal, the clock, what
// goes on at the device, and what status() shows. Knows no part; each part gets a reference. io thread only.
class Session : public net::DeviceSession {
public:
    Session(Config config, device::DriverContext context);

    // ---- asking the device ----
    // A question; may be asked again by the client.
    asio::awaitable<Answer> get(std::string target);
    // Changes something: sent once. When the device takes no connection while a stream is open (sheet §4),
    // the stream gives way and the request goes out, which it had not done before.
    asio::awaitable<Answer> change(std::string target);
    asio::awaitable<Answer> post(std::string target, std::string body);

    // ---- what the device says ----
    // Never waits. Counts what is refused; gives what is news, and announces a live plate or person.
    std::vector<Mapped> translate(std::string_view text);
    // The same for one that was mapped already.
    [[nodiscard]] bool is_news(Mapped& mapped);
    // Another device: its numbers have nothing to do with those before.
    void forget_records() { last_record_.reset(); }
    // The end of the way for everything that is not a push.
    asio::awaitable<void> deliver(Mapped mapped);
    // The same with one try, whose answer is given.
    asio::awaitable<base::Result<void>> offer(Mapped mapped);
    void stamp(Mapped& mapped);
    // Two passages of one person within one second tell the same; their record numbers tell them apart, and
    // live events may lack theirs (sheet §4). So the first has the key of what it tells, each further one its
    // number besides, whichever way it comes.
    void tell_apart(Mapped& mapped);
    // Whether a record with this key came already.
    [[nodiscard]] bool came(const std::string& device_key) const
    {
        return !device_key.empty() && brought_.contains(device_key);
    }

    // ---- what we observe ourselves ----
    // A live record of the kind that the log holds arrived: the way for events works.
    void proven();
    void heard();

    void start() { open(); }
    // What waits for the rest of its group, at the end.
    asio::awaitable<void> offer_held();
    // A conversation begins: what the device did while we were away is not known.
    void begin_conversation();

    [[nodiscard]] MapContext map_context(bool history = false) const;

    Config config;
    net::HttpClient http;
    DeviceClock clock;
    net::Recorder recorder;

    std::function<bool(std::string why)> give_way; // closes the open streams; false: none is open
    bool port_blocked = false;                     // the device takes no connection while a stream is open
    bool both_streams = false;                     // two streams tell the same, one of them with pictures

    // What doors and barriers were last seen doing, live, by number; moved is notified at each.
    template <class Position>
    struct Seen {
        Position position{};
        base::MonoTime at{};
    };
    std::map<int, Seen<model::DoorPosition>> seen_doors; // both bounded
    std::map<int, Seen<model::BarrierPosition>> seen_barriers;
    // A position that was read, for whatever reason; reported where it is news.
    asio::awaitable<void> found_door(int door, model::DoorPosition position);
    base::Wakeup moved;
    base::Wakeup clock_doubted;
    base::MonoTime heard_at{};

    // A post of the device that waits for our decision: the barrier or door opens by its answer (sheet §6).
    struct Question {
        explicit Question(const asio::any_io_executor& executor) : changed(executor) {}
        bool open = false;
        base::Wakeup changed;
    };
    Question* question = nullptr;

private:
    // What comes in several messages: the pictures of one car, by GroupID (sheet §4), or one event on two
    // streams, by its key.
    struct Group {
        Mapped mapped;
        std::set<int> told; // places in the group
    };

    asio::awaitable<Answer> send(net::HttpRequest request);
    asio::awaitable<Answer> send_once(net::HttpRequest request);
    [[nodiscard]] bool condition(const Mapped& mapped);
    void count_refusal(const Mapped& mapped);
    void announce(const Mapped& mapped);
    void observe(const model::Event& event);
    void note_record(const Mapped& mapped);
    asio::awaitable<void> join_group(Mapped mapped);
    asio::awaitable<void> expire_group(std::string name);
    [[nodiscard]] Mapped take_group(std::map<std::string, Group>::iterator group);
    asio::awaitable<void> hand_over(Mapped mapped);

    // What goes on; unsure: it went on when the last conversation ended.
    enum class Condition { active, over, unsure };
    std::map<std::string, Condition> conditions_; // by lifecycle; bounded
    std::map<std::string, Group> groups_;         // bounded
    std::map<std::string, base::MonoTime> gone_;  // groups handed over a while ago
    wire::RecentKeys announced_{256};
    wire::RecentKeys brought_{4096};
    wire::RecentKeys firsts_{8192};            // keys, and keys with the number of the first that had them
    std::optional<std::uint64_t> last_record_; // of a plate
    bool was_away_ = false;                    // no plate came yet in this conversation
};

} // namespace gatehouse::dahua
