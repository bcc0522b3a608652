#pragma once
#include "protocols/uhppote/push_proof.hpp"
#include "protocols/uhppote/session.hpp"

#include <map>
#include <optional>
#include <string>

namespace gatehouse::uhppote {

// How far the board's event store has been taken. The numbering begins anew when the store was cleared.
struct LogPosition {
    unsigned epoch = 0;
    std::uint32_t index = 0;       // the last record taken, with all before it
    std::optional<LocalTime> time; // what that record says; another one under its number is another store
};

// Every record of the board's event store once and in order, whichever way it comes first: pushed, in a
// status answer, or fetched (sheet §5). What the board has overwritten becomes a Gap. The position is kept in
// the driver's memory and moves only when all records up to there are on disk. io thread only.
class EventLog {
public:
    explicit EventLog(Session& session);

    // Fetches what is missing whenever something says that there is news, and asks for the store's end every
    // backfill_every. Ends with the reason when the board does not answer. A child of the conversation.
    asio::awaitable<std::string> run();
    // Writes the position down as it moves; for ever.
    asio::awaitable<void> keep_position();

    // The newest record as a status answer shows it. Never waits.
    void note_newest(const EventRecord& record);
    // The board pushed it.
    asio::awaitable<void> pushed(EventRecord record);
    // Another board answers: its numbering is another one, and what it holds is read as at the first contact.
    asio::awaitable<void> other_board(std::string why);
    // One pass to the end of the store; why not, or empty. For device-sync.
    asio::awaitable<std::string> catch_up();

    // Whether the record is one of a few that are about to be fetched.
    [[nodiscard]] bool is_awaited(std::uint32_t index) const;
    // Whether everything was read once since the conversation began.
    [[nodiscard]] bool complete() const { return complete_; }
    asio::awaitable<void> wait_complete();
    [[nodiscard]] const LogPosition& position() const { return position_; }
    [[nodiscard]] PushProof& proof() { return proof_; }

private:
    struct Fetched {
        std::string why; // no answer
        EventRecord record;
    };
    // A record on its way to the journal; free again when that is cancelled.
    class Claim;

    asio::awaitable<std::string> pass(bool to_the_end);
    asio::awaitable<std::string> read_on();
    asio::awaitable<std::string> look_at_end();
    asio::awaitable<std::string> begin(std::uint32_t last);
    asio::awaitable<std::string> check_numbering();
    void doubt_numbering(const EventRecord& record);
    asio::awaitable<std::string> skip_lost(std::uint32_t next, std::uint32_t last);
    asio::awaitable<void> new_epoch(std::string why);
    [[nodiscard]] bool has_news() const;
    asio::awaitable<Fetched> fetch(std::uint32_t index);
    // Hands over and moves on.
    asio::awaitable<void> take(EventRecord record, bool was_pushed);
    void move_on(std::uint32_t index, std::optional<LocalTime> time);
    void absorb();
    [[nodiscard]] bool too_old(const EventRecord& record) const;
    asio::awaitable<void> save(LogPosition position);

    Session& session_;
    PushProof proof_;
    LogPosition position_;
    bool begun_ = false;    // there is a position
    bool checked_ = false;  // the numbering was compared in this conversation, and nothing casts doubt on it
    bool complete_ = false; // the end was reached in this conversation
    bool look_due_ = false; // the end of the store has to be looked at
    std::optional<EventRecord> newest_;
    base::WallTime not_before_{};         // first contact: older records are not wanted ...
    std::uint32_t first_contact_end_ = 0; // ... up to this one
    // Records ahead of the position: false while being handed over, true once they are.
    struct Ahead {
        bool handed = false;
        std::optional<LocalTime> time;
    };
    std::map<std::uint32_t, Ahead> ahead_; // bounded
    struct Unsaved {
        LogPosition position;
        std::uint64_t number = 0; // of the delivery
    };
    std::optional<Unsaved> unsaved_;
    bool passing_ = false;
    base::Wakeup news_;
    base::Wakeup progress_;
    base::Wakeup unsaved_changed_;
};

} // namespace gatehouse::uhppote
