#pragma once
#include "protocols/vzenith/session.hpp"
#include "protocols/vzenith/words.hpp"

#include <list>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::vzenith {

// What an opening order wants put into an answer.
struct ReplyOrder {
    int output = 1;
    std::vector<std::string> frames; // for the board
    std::string voice;
};

// Takes what a camera posts (sheet §3). The answer is also the way to open: a live report is held until the
// decision is there, and an opening order that comes meanwhile goes out as the answer. A report opens at most
// once.
class PushDesk {
public:
    // An exchange in which the camera waits for our answer.
    struct Held {
        explicit Held(const asio::any_io_executor& executor) : changed(executor) {}
        enum class End { none, opened, answered, gone };
        model::Event event; // empty for a poll
        std::string record;
        bool is_poll = false;
        bool barred = false; // opened for it before
        std::optional<ReplyOrder> order;
        base::MonoTime ordered_at{};
        std::optional<base::Result<void>> stored;
        End end = End::none;
        base::Wakeup changed;
    };
    using HeldPtr = std::shared_ptr<Held>;

    explicit PushDesk(Session& session) : session_(session) {}

    asio::awaitable<device::PushReply> take(device::PushRequest request);
    // Of the paths that cameras come with: whether the post is this camera's.
    [[nodiscard]] bool claims(const device::PushRequest& request) const;

    // Puts the order into the answer of a held report that it may open for, or null when there is none. A
    // poll is taken only when asked for.
    [[nodiscard]] HeldPtr claim(const model::Command& command, const ReplyOrder& order, bool poll);
    // Resumes when the answer goes out. A caller who is cancelled takes his order back.
    asio::awaitable<Held::End> end_of(HeldPtr held);

private:
    class Place;
    asio::awaitable<device::PushReply> answer(PlateReport report);
    asio::awaitable<device::PushReply> answer(InputReport report);
    asio::awaitable<device::PushReply> answer_poll();
    asio::awaitable<device::PushReply> answer_live(model::Event event, ReplyWords words);
    asio::awaitable<void> wait_for_answer(HeldPtr held);
    asio::awaitable<void> keep(HeldPtr held);
    asio::awaitable<void> hand_over(model::Event event);
    device::PushReply opening(const HeldPtr& held, ReplyWords words);
    device::PushReply refuse(const std::string& why);
    void say(ReplyWords& words, const ReplyOrder& order) const;
    [[nodiscard]] bool from_camera(const std::string& remote) const;
    [[nodiscard]] bool other_serial(const std::string& serial);
    [[nodiscard]] bool is_for(const Held& held, const model::Command& command) const;

    Session& session_;
    std::list<HeldPtr> held_;           // bounded by the listener's connections
    wire::RecentKeys opened_keys_{256}; // reports whose answer opened
    base::MonoTime polled_at_{};
    int quick_polls_ = 0;
    int refusals_ = 0; // in a row
};

} // namespace gatehouse::vzenith
