#pragma once
#include "gateway/base/wakeup.hpp"
#include "gateway/device/driver.hpp"
#include "protocols/zkteco/records.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace gatehouse::zkteco {

// What became of a command.
struct Answer {
    enum class Fate {
        not_fetched, // it was never handed over, and is withdrawn
        no_answer,   // handed over once; no result came
        done         // `code` is the device's result
    };
    Fate fate = Fate::not_fetched;
    int code = 0;
    std::vector<Fields> rows; // what a query brought
    bool complete = true;     // false: packets of a query are missing

    [[nodiscard]] bool ok() const { return fate == Fate::done && code >= 0; }
    // Why it is not ok, one plain sentence.
    [[nodiscard]] std::string why() const;
};

// Commands on their way to a device that fetches them itself: handed over once, in order, with the result
// that comes by a request of its own. io thread only.
class CommandQueue {
public:
    // One command. Withdrawn when nobody waits for it any more and it has not been handed over.
    class Order {
    public:
        Order(CommandQueue& queue, std::string text, std::string id);
        ~Order();
        Order(const Order&) = delete;
        Order& operator=(const Order&) = delete;

    private:
        friend class CommandQueue;
        CommandQueue& queue_;
        std::string text_;
        std::string id_;
        base::Wakeup changed_;
        bool fetched_ = false;
        bool query_ = false;
        bool answered_ = false;
        int code_ = 0;
        std::vector<Fields> rows_;
        std::set<std::int64_t> packets_;
        std::int64_t packets_expected_ = -1;
    };
    using OrderPtr = std::shared_ptr<Order>;

    CommandQueue(const device::DriverContext& context, const std::string& device);

    // Puts a command into the queue; nothing when too many wait already.
    [[nodiscard]] OrderPtr post(std::string text, bool query = false);
    // Waits until it has been fetched, at most `fetch_max`, and then for its result, at most `answer_max`.
    asio::awaitable<Answer> answer(OrderPtr order, std::chrono::milliseconds fetch_max,
                                   std::chrono::milliseconds answer_max);

    // What the device gets for its next question: command lines, or empty. What was handed over is never
    // handed over again.
    [[nodiscard]] std::string hand_over();
    // False: nobody asked for this result (any more).
    bool settle(const CommandResult& result);
    // One packet of a query's answer; packets are counted from wherever the device begins.
    bool packet(std::string_view id, std::vector<Fields> rows, std::int64_t index, std::int64_t packets);

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

private:
    static bool finished(const Order& order);
    [[nodiscard]] std::shared_ptr<Order> find(std::string_view id) const;

    asio::any_io_executor executor_;
    base::Clock& clock_;
    base::Counter& sent_;
    base::Counter& withdrawn_;
    base::Counter& unanswered_;
    std::int64_t next_id_;
    std::deque<std::weak_ptr<Order>> waiting_;                             // not fetched
    std::map<std::string, std::weak_ptr<Order>, std::less<>> handed_over_; // no result yet
};

} // namespace gatehouse::zkteco
