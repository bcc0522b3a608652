#include "tests/site/centre.hpp"

#include <algorithm>

namespace gatehouse::site {

using upstream::Delivery;
using upstream::Verdict;

// One gateway's end.
class CentreSink final : public upstream::Sink {
public:
    CentreSink(Centre& centre, upstream::SinkContext context)
        : centre_(centre), context_(std::move(context)), changed_(context_.executor),
          tasks_(context_.executor)
    {
        centre_.sink_ = this;
        centre_.order = context_.on_command;
    }
    ~CentreSink() override
    {
        if (centre_.sink_ != this) return;
        centre_.sink_ = nullptr;
        centre_.order = nullptr;
    }

    asio::awaitable<void> run() override
    {
        std::exception_ptr ended;
        try {
            for (;;) {
                context_.on_link(ready(), ready() ? "" : "the centre does not answer");
                co_await changed_.wait();
            }
        } catch (...) {
            ended = std::current_exception();
        }
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        tasks_.cancel();
        co_await tasks_.join();
        std::rethrow_exception(ended);
    }

    [[nodiscard]] bool ready() const override { return !orphaned_ && !centre_.away_; }
    [[nodiscard]] std::size_t window() const override { return 16; }
    [[nodiscard]] double backlog_rate() const override { return centre_.rate_max; }

    void deliver(model::EntryPtr entry, bool replay, OnVerdict done) override
    {
        ++open_;
        centre_.open_max = std::max(centre_.open_max, open_);
        tasks_.spawn("delivery", carry(std::move(entry), replay, std::move(done)));
    }

    void device_changed(const std::string&, const device::DeviceStatus&) override {}

    void link_changed() { changed_.notify(); }
    void orphan()
    {
        orphaned_ = true;
        changed_.notify();
    }

private:
    asio::awaitable<void> carry(model::EntryPtr entry, bool replay, OnVerdict done)
    {
        Verdict verdict;
        std::exception_ptr ended;
        try {
            co_await centre_.clock_.sleep_for(centre_.latency);
            verdict = take(entry, replay);
        } catch (...) {
            ended = std::current_exception();
        }
        --open_;
        done(std::move(verdict));
        if (ended) std::rethrow_exception(ended);
    }

    Verdict take(const model::EntryPtr& entry, bool replay)
    {
        if (!ready() || centre_.random_.uniform() < centre_.later_rate)
            return Verdict{Delivery::later, "not now"};
        centre_.receipts.push_back(Centre::Receipt{entry, replay, centre_.clock_.now()});
        centre_.by_id.emplace(entry->event.id, entry->seq);
        if (centre_.random_.uniform() < centre_.lost_ack_rate)
            return Verdict{Delivery::later, "the answer was lost"};
        return Verdict{Delivery::accepted, ""};
    }

    Centre& centre_;
    upstream::SinkContext context_;
    base::Wakeup changed_;
    base::TaskGroup tasks_;
    std::size_t open_ = 0;
    bool orphaned_ = false;
};

namespace {

// A row of the registry holds a plain function, so the centre of the running test is found here.
Centre* current = nullptr;

std::unique_ptr<upstream::Sink> make_sink(const config::UpstreamConfig&, config::Table,
                                          upstream::SinkContext context)
{
    return std::make_unique<CentreSink>(*current, std::move(context));
}

} // namespace

Centre::~Centre()
{
    if (current == this) current = nullptr;
}

upstream::MakeSink Centre::maker(Centre& centre)
{
    current = &centre;
    return &make_sink;
}

void Centre::go_away()
{
    away_ = true;
    if (sink_ != nullptr) sink_->link_changed();
}

void Centre::come_back()
{
    away_ = false;
    if (sink_ != nullptr) sink_->link_changed();
}

void Centre::forget_gateway()
{
    if (sink_ != nullptr) sink_->orphan();
    sink_ = nullptr;
}

} // namespace gatehouse::site
