#include "protocols/mqtt/mqtt_sink.hpp"

#include "gateway/base/log.hpp"
#include "protocols/mqtt/reason.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <charconv>

namespace gatehouse::mqtt {
namespace {

using namespace std::chrono_literals;
using upstream::Delivery;
using upstream::Verdict;

constexpr auto connect_limit = 10s;
constexpr auto answer_limit = 30s; // a PUBACK later than this: the link is dead (half-open connection)
constexpr auto goodbye_limit = 2s;
constexpr auto tick = 5s;
constexpr auto heartbeat_every = 60s;
constexpr auto certificates_every = 30s;
constexpr auto settled_after = 10s; // a link that lived this long was a good one: retry soon
constexpr auto takeover_span = 5min;
constexpr auto takeover_pause = 10min;
constexpr std::size_t takeovers_max = 3;
// A rival that backs off as we do is back within this time.
constexpr auto rival_back = 40s;
constexpr std::size_t cut_links_max = 5;

} // namespace

MqttSink::MqttSink(std::string name, Config config, upstream::SinkContext context)
    : name_(std::move(name)), config_(std::move(config)), context_(std::move(context)),
      topics_(context_.names), ids_(context_.clock, context_.random), backoff_(1s, 30s),
      changed_(context_.executor),
      reconnects_(context_.metrics.counter("gatehouse_upstream_reconnects_total", "links lost or refused",
                                           {{"upstream", name_}})),
      states_dropped_(context_.metrics.counter("gatehouse_upstream_states_dropped_total",
                                               "retained states refused by the broker or lost with the link",
                                               {{"upstream", name_}})),
      up_(context_.metrics.gauge("gatehouse_upstream_up", "1 while the link is up", {{"upstream", name_}})),
      use_v5_(config_.version != Version::v3),
      desk_(context_, config_, name_, ids_,
            [this](std::string topic, std::string payload, std::string correlation,
                   std::function<void(bool)> taken) {
                auto done = [taken = std::move(taken)](const Verdict& verdict) {
                    taken(verdict.delivery == Delivery::accepted);
                };
                send(std::move(topic), std::move(payload), false, std::move(correlation), std::move(done));
            })
{
}

MqttSink::~MqttSink()
{
    link_.reset();
    worker_.join(); // run() has already waited for the client's end; nothing is left to wait for
}

std::size_t MqttSink::window() const
{
    return std::min(config_.window, receive_maximum_);
}

asio::awaitable<void> MqttSink::run()
{
    std::exception_ptr ended;
    try {
        co_await serve();
    } catch (...) {
        ended = std::current_exception();
    }
    // From here on the cancellation that ended serve() must not cut the goodbye short.
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await desk_.stop(goodbye_limit);
    co_await goodbye("shutdown");
    if (ended) std::rethrow_exception(ended);
}

asio::awaitable<void> MqttSink::serve()
{
    co_await examine_certificates();
    for (;;) {
        const auto began = context_.clock.now();
        const auto ending = co_await converse();
        link_down(ending.why);
        const auto pause = pause_after(ending, context_.clock.now() - began);
        base::log::warn("upstream link lost", base::kv("upstream", name_), base::kv("why", ending.why),
                        base::kv("retry_ms", pause.count()));
        co_await context_.clock.sleep_for(pause);
    }
}

// One connection, from CONNECT to the reason that ends it.
asio::awaitable<MqttSink::Ending> MqttSink::converse()
{
    co_await count_session();
    greeting_.reset();
    subscribed_.reset();
    lost_.reset();
    goodbye_done_ = false;
    certificates_changed_ = false;
    link_ = std::make_unique<Link>(context_.executor, worker_, link_options(), link_handlers());
    auto refused = co_await introduce();
    if (!refused.why.empty()) co_return refused;

    ready_ = true;
    up_.set(1);
    base::log::info("upstream link up", base::kv("upstream", name_),
                    base::kv("mqtt", use_v5_ ? "5" : "3.1.1"), base::kv("session", session_),
                    base::kv("window", window()));
    if (context_.on_link) context_.on_link(true, "");
    desk_.link_up();
    auto ending = co_await watch();
    co_return ending;
}

// CONNECT, SUBSCRIBE, birth, info, device states - in this order, each confirmed before the next kind (§3,
// §9.2). An ending without a reason: all is well.
asio::awaitable<MqttSink::Ending> MqttSink::introduce()
{
    auto limit = context_.clock.now() + connect_limit + 5s;
    while (!greeting_ && !lost_ && context_.clock.now() < limit)
        co_await changed_or(limit);
    if (!greeting_) co_return lost_.value_or(Ending{End::lost, "no answer to CONNECT"});
    if (!greeting_->accepted) {
        const bool version = is_version_failure(*greeting_);
        const auto end = version ? End::bad_version : is_auth_failure(*greeting_) ? End::refused : End::lost;
        co_return Ending{end, greeting_->why.empty() ? "connection refused" : greeting_->why};
    }
    receive_maximum_ = greeting_->receive_maximum;
    packet_max_ = greeting_->packet_max;

    limit = context_.clock.now() + connect_limit;
    link_->subscribe(topics_.commands());
    while (!subscribed_ && !lost_ && context_.clock.now() < limit)
        co_await changed_or(limit);
    if (lost_) co_return *lost_;
    if (!subscribed_) co_return Ending{End::lost, "no answer to SUBSCRIBE"};
    if (*subscribed_ >= 0x80)
        co_return Ending{End::refused, "the broker refuses the subscription to " + topics_.commands()};

    limit = context_.clock.now() + answer_limit;
    birth_.reset();
    auto born = [this](Verdict verdict) {
        birth_ = std::move(verdict);
        changed_.notify();
    };
    publish_state(true, born);
    while (!birth_ && !lost_ && context_.clock.now() < limit)
        co_await changed_or(limit);
    if (lost_) co_return *lost_;
    if (!birth_) co_return Ending{End::lost, "no answer to the birth message"};
    if (birth_->delivery != Delivery::accepted)
        co_return Ending{End::refused, "the broker refuses the birth message: " + birth_->reason};
    info_synced_.reset();
    retained_ = context_.memory.find("mqtt/devices").value_or("");
    states_.begin(retained_);
    co_await refresh_states();
    co_return Ending{};
}

// Until the link is lost or must be replaced.
asio::awaitable<MqttSink::Ending> MqttSink::watch()
{
    heartbeat_due_ = context_.clock.now() + heartbeat_every;
    stat_due_ = context_.clock.now();
    while (!lost_) {
        co_await changed_or(context_.clock.now() + tick);
        const auto now = context_.clock.now();
        if (!open_.empty() && now - open_.begin()->second.since > answer_limit)
            co_return Ending{End::lost, "no PUBACK within 30 s"};
        if (!config_.retain && now >= heartbeat_due_) {
            heartbeat_due_ = now + heartbeat_every;
            publish_state(true, [](Verdict) {});
        }
        if (now >= stat_due_) publish_stat();
        co_await refresh_states();
        if (config_.tls && now >= certificates_due_) co_await examine_certificates();
        if (certificates_changed_) {
            co_await goodbye("certificate files changed");
            co_return Ending{End::certificates, "certificate files changed"};
        }
    }
    co_return *lost_;
}

asio::awaitable<void> MqttSink::changed_or(base::MonoTime when)
{
    co_await context_.clock.wait(changed_, when);
}

// online:false, its PUBACK, DISCONNECT, the client's end; bounded.
asio::awaitable<void> MqttSink::goodbye(std::string why)
{
    const auto limit = context_.clock.now() + goodbye_limit;
    if (link_ && greeting_ && greeting_->accepted && !lost_) {
        ready_ = false;
        bool told = false;
        auto done = [this, &told](Verdict) {
            told = true;
            changed_.notify();
        };
        publish_state(false, done);
        const auto farewell = next_id_ - 1;
        while (!told && !lost_ && context_.clock.now() < limit)
            co_await changed_or(limit);
        open_.erase(farewell); // its handler points into this frame
        if (!lost_) link_->say_goodbye();
        while (!goodbye_done_ && !lost_ && context_.clock.now() < limit)
            co_await changed_or(limit);
    }
    link_down(why);
    // The client is taken apart on the worker; resume when that is over so that nobody has to block for it.
    auto initiate = [this](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        asio::post(worker_, [this, shared] { asio::post(context_.executor, [shared] { (*shared)(); }); });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
}

void MqttSink::link_down(const std::string& why)
{
    ready_ = false;
    if (!link_) return; // it was told before
    link_.reset();
    up_.set(0);
    // A verdict may start the next delivery at once, which must find the link down: take the map first.
    auto open = std::exchange(open_, {});
    for (auto& [id, delivery] : open)
        delivery.done({Delivery::later, "link lost"});
    if (context_.on_link) context_.on_link(false, why);
}

std::chrono::milliseconds MqttSink::pause_after(const Ending& ending, std::chrono::nanoseconds lived)
{
    reconnects_.add();
    if (lived > settled_after) backoff_.reset();
    const std::chrono::milliseconds pause = backoff_.next(context_.random);
    if (fought_over(ending, lived)) return yield_to_rival();
    switch (ending.end) {
    case End::refused: return std::max<std::chrono::milliseconds>(pause, auth_pause);
    case End::certificates: return 0ms;
    case End::bad_version:
        if (config_.version != Version::automatic) return pause;
        use_v5_ = !use_v5_;
        return 100ms;
    case End::taken_over:
    case End::lost: break;
    }
    return pause;
}

// Whether another client and we keep taking the client id from each other (§4). Brokers say so with 0x8E;
// mosquitto before 2.0.15 just closes the older connection, so a row of links that were accepted and soon cut
// counts as well.
bool MqttSink::fought_over(const Ending& ending, std::chrono::nanoseconds lived)
{
    const auto now = context_.clock.now();
    if (ending.end == End::taken_over) takeovers_.push_back(now);
    while (!takeovers_.empty() && now - takeovers_.front() > takeover_span)
        takeovers_.pop_front();
    const bool cut =
        ending.end == End::lost && lost_ && greeting_ && greeting_->accepted && lived < rival_back;
    cut_links_ = cut ? cut_links_ + 1 : 0;
    return takeovers_.size() >= takeovers_max || cut_links_ >= cut_links_max;
}

std::chrono::milliseconds MqttSink::yield_to_rival()
{
    takeovers_.clear();
    cut_links_ = 0;
    const auto id = client_id_of(config_, context_.names);
    base::log::error("another client uses our client id; waiting before the next attempt",
                     base::kv("upstream", name_), base::kv("client_id", id),
                     base::kv("retry_ms", std::chrono::milliseconds(takeover_pause).count()));
    if (context_.on_link) context_.on_link(false, "another client uses the same client id, " + id);
    return takeover_pause;
}

// The session number that tells readers which birth and which Will belong together (§3).
asio::awaitable<void> MqttSink::count_session()
{
    const auto stored = context_.memory.find("mqtt/session");
    std::int64_t last = 0;
    if (stored) std::from_chars(stored->data(), stored->data() + stored->size(), last);
    session_ = std::max(last, session_) + 1;
    const auto kept = co_await context_.memory.put("mqtt/session", std::to_string(session_));
    if (!kept)
        base::log::warn("session number not stored", base::kv("upstream", name_),
                        base::kv("why", kept.error()));
}

asio::awaitable<void> MqttSink::examine_certificates()
{
    certificates_due_ = context_.clock.now() + certificates_every;
    if (!config_.tls || (config_.ca.empty() && config_.certificate.empty())) co_return;
    base::CertificateReport report;
    auto initiate = [this, &report](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        asio::post(worker_, [this, &report, shared, now = context_.clock.wall()] {
            report = base::read_certificates(config_.ca, config_.certificate, config_.key, now);
            asio::post(context_.executor, [shared] { (*shared)(); });
        });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
    certificates_changed_ = !certificates_.signature.empty() && report.signature != certificates_.signature;
    certificates_ = report;
    if (!report.days) co_return;
    context_.metrics
        .gauge("gatehouse_certificate_expiry_days", "days until the certificate expires",
               {{"upstream", name_}})
        .set(*report.days);
    warn_of_expiry(*report.days, report.first);
}

void MqttSink::warn_of_expiry(int days, const std::string& file)
{
    const auto say = expiry_.look(days);
    if (say == base::ExpiryWarning::Say::nothing) return;
    if (say == base::ExpiryWarning::Say::soon)
        base::log::warn("certificate expires soon", base::kv("upstream", name_), base::kv("file", file),
                        base::kv("days", days));
    if (!context_.on_notice) return;
    model::SystemNotice notice;
    notice.what = "certificate";
    notice.ok = say == base::ExpiryWarning::Say::renewed;
    notice.detail =
        name_ + ": " + file + (days < 0 ? " has expired" : " expires in " + std::to_string(days) + " days");
    context_.on_notice(std::move(notice));
}

} // namespace gatehouse::mqtt
