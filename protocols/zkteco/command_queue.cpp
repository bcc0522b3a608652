#include "protocols/zkteco/command_queue.hpp"

#include "protocols/zkteco/event_map.hpp"

#include <algorithm>

namespace gatehouse::zkteco {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t waiting_max = 2'000;
// Sheet §2: at most 200 lines and 40 KB an answer; some way below, for small devices.
constexpr std::size_t lines_at_once = 50;
constexpr std::size_t bytes_max = 16U * 1024;
constexpr std::size_t rows_max = 200'000;

} // namespace

std::string Answer::why() const
{
    switch (fate) {
    case Fate::not_fetched:
        return "the device did not ask for commands in time: check its network and its server address";
    case Fate::no_answer:
        return "the device took the command but its result did not come; it is not repeated";
    case Fate::done: break;
    }
    return code < 0 ? explain_return(code) : std::string();
}

CommandQueue::Order::Order(CommandQueue& queue, std::string text, std::string id)
    : queue_(queue), text_(std::move(text)), id_(std::move(id)), changed_(queue.executor_)
{
}

CommandQueue::Order::~Order()
{
    queue_.handed_over_.erase(id_);
    if (fetched_) return;
    queue_.withdrawn_.add();
    std::erase_if(queue_.waiting_, [](const auto& one) { return one.expired(); });
}

CommandQueue::CommandQueue(const device::DriverContext& context, const std::string& device)
    : executor_(context.executor), clock_(context.clock),
      sent_(context.metrics.counter("gatehouse_zkteco_commands_total", "Commands a device fetched",
                                    {{"device", device}})),
      withdrawn_(context.metrics.counter("gatehouse_zkteco_commands_withdrawn_total",
                                         "Commands a device did not fetch in time", {{"device", device}})),
      unanswered_(context.metrics.counter("gatehouse_zkteco_commands_unanswered_total",
                                          "Commands whose result did not come", {{"device", device}})),
      // Not those of the last run: a late result must find nobody.
      next_id_(std::chrono::duration_cast<milliseconds>(context.clock.wall().time_since_epoch()).count())
{
}

CommandQueue::OrderPtr CommandQueue::post(std::string text, bool query)
{
    if (waiting_.size() >= waiting_max) return nullptr;
    auto order = std::make_shared<Order>(*this, std::move(text), std::to_string(next_id_++));
    order->query_ = query;
    waiting_.push_back(order);
    return order;
}

std::string CommandQueue::hand_over()
{
    std::string text;
    for (std::size_t lines = 0; lines < lines_at_once && !waiting_.empty(); ++lines) {
        const auto order = waiting_.front().lock();
        if (order && !text.empty() && text.size() + order->text_.size() > bytes_max) break;
        waiting_.pop_front();
        if (!order) continue;
        text += "C:" + order->id_ + ":" + order->text_ + "\n";
        order->fetched_ = true;
        handed_over_[order->id_] = order;
        sent_.add();
        order->changed_.notify();
    }
    return text;
}

std::shared_ptr<CommandQueue::Order> CommandQueue::find(std::string_view id) const
{
    const auto at = handed_over_.find(id);
    return at == handed_over_.end() ? nullptr : at->second.lock();
}

bool CommandQueue::settle(const CommandResult& result)
{
    const auto order = find(result.id);
    if (!order) return false;
    order->answered_ = true;
    order->code_ = result.code;
    order->changed_.notify();
    return true;
}

bool CommandQueue::packet(std::string_view id, std::vector<Fields> rows, std::int64_t index,
                          std::int64_t packets)
{
    const auto order = find(id);
    if (!order) return false;
    // A packet may come twice.
    if (!order->packets_.insert(index).second) return true;
    order->packets_expected_ = packets;
    if (order->rows_.size() + rows.size() <= rows_max)
        std::move(rows.begin(), rows.end(), std::back_inserter(order->rows_));
    order->changed_.notify();
    return true;
}

// A query is over with its last packet, or with a result that promises none.
bool CommandQueue::finished(const Order& order)
{
    const bool all = order.packets_expected_ >= 0 &&
                     static_cast<std::int64_t>(order.packets_.size()) >= order.packets_expected_;
    if (!order.query_) return order.answered_;
    return all || (order.answered_ && order.code_ <= 0);
}

asio::awaitable<Answer> CommandQueue::answer(OrderPtr order, milliseconds fetch_max, milliseconds answer_max)
{
    Answer out;
    if (!order) co_return out;
    const auto fetch_until = clock_.now() + fetch_max;
    while (!order->fetched_ && clock_.now() < fetch_until)
        co_await clock_.wait(order->changed_, fetch_until);
    if (!order->fetched_) {
        std::erase_if(waiting_, [&](const auto& one) { return one.lock() == order; });
        co_return out;
    }
    // Each packet of a query gives it time for the next.
    auto seen = order->packets_.size();
    auto until = clock_.now() + answer_max;
    while (!finished(*order) && clock_.now() < until) {
        co_await clock_.wait(order->changed_, until);
        if (order->packets_.size() != seen) until = clock_.now() + answer_max;
        seen = order->packets_.size();
    }
    out.rows = std::move(order->rows_);
    out.code = order->code_;
    out.complete = finished(*order);
    out.fate = order->answered_ || out.complete ? Answer::Fate::done : Answer::Fate::no_answer;
    if (!out.complete) unanswered_.add();
    co_return out;
}

} // namespace gatehouse::zkteco
