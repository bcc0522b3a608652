#pragma once
#include "gateway/base/wakeup.hpp"
#include "protocols/isapi/multipart.hpp"
#include "protocols/isapi/session.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::isapi {

// Takes what a device posts to us (HTTP listening, sheet §5). 200 means: on disk, or understood and not
// wanted. 503: the device keeps it and sends it again. 400 only for what can never be taken, and not for
// ever, because some devices repeat a refused post without end.
class PushDesk {
public:
    explicit PushDesk(Session& session) : session_(session) {}

    // Takes up the first posts that were acknowledged before a restart and wait for the journal. Once, after
    // the session has started.
    void restore();
    asio::awaitable<device::PushReply> take(device::PushRequest request);

private:
    // What became of one event of a post; repetitions of its condition get the same answer.
    struct Fate {
        explicit Fate(const asio::any_io_executor& executor) : changed(executor) {}
        base::Wakeup changed;
        bool known = false;
        base::Result<void> outcome;
    };
    using FatePtr = std::shared_ptr<Fate>;

    // One event of a post on its way to the disk. When it is given up (the device hung up) or not kept, its
    // condition is as before, so that the device's next try is news again.
    class Attempt {
    public:
        Attempt(PushDesk& desk, Mapped what, std::string text);
        ~Attempt();
        Attempt(const Attempt&) = delete;
        Attempt& operator=(const Attempt&) = delete;
        void finish(base::Result<void> outcome);

        Mapped mapped;
        std::string document; // of a first post
    private:
        PushDesk& desk_;
        FatePtr fate_;
    };

    // A first post that waits for its second (sheet §8). A device sends that only after an answer, so the
    // first is acknowledged as soon as its document lies in the driver's memory; from then on it is ours.
    struct Held {
        Held(const asio::any_io_executor& executor, Mapped what, std::string text)
            : mapped(std::move(what)), document(std::move(text)), changed(executor)
        {
        }
        Mapped mapped;
        std::string document;
        base::Wakeup changed;
        bool claimed = false; // its second is on the way to the journal
        bool settled = false; // and got there
    };
    using HeldPtr = std::shared_ptr<Held>;

    // What a post holds: the news, and the fates of what it repeats.
    struct Found {
        std::vector<std::unique_ptr<Attempt>> events;
        std::vector<FatePtr> repeated;
        bool repeats = false;
        bool understood = false;
        std::string why; // when it was not
    };

    Found read(const SplitPost& post);
    void note(Translation translation, const Part& part, Found& found);
    asio::awaitable<base::Result<void>> settle(Found found);
    asio::awaitable<base::Result<void>> outcome_of(FatePtr fate);
    asio::awaitable<base::Result<void>> keep(Mapped mapped, std::string document);
    asio::awaitable<base::Result<void>> hold(Mapped mapped, std::string document);
    asio::awaitable<base::Result<void>> complete(HeldPtr first, Mapped second);
    asio::awaitable<void> expire(HeldPtr held);
    asio::awaitable<base::Result<void>> release(HeldPtr held);
    asio::awaitable<base::Result<void>> save_held();
    void count_flaws(const SplitPost& post);
    device::PushReply refuse(const std::string& why);

    Session& session_;
    std::map<std::string, FatePtr> on_way_; // by lifecycle; bounded by the posts in progress
    std::map<std::string, HeldPtr> held_;   // by device_key; bounded
    std::string last_refusal_;
    int refusals_ = 0; // of the same kind in a row
};

} // namespace gatehouse::isapi
