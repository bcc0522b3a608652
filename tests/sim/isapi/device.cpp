#include "tests/sim/isapi/device.hpp"

#include "tests/sim/isapi/endpoints.hpp"
#include "tests/sim/text.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>
#include <utility>

namespace gatehouse::sim::isapi {

using namespace std::chrono_literals;

Device::Device(const Ground& ground, DeviceConfig given)
    : config(std::move(given)), switches(config.switches), random(config.seed), log(config.log_size),
      guard(ground.clock, random, switches, config.username, config.password, "IP Camera"), payloads(config),
      streams(ground.executor, switches, payloads), executor_(ground.executor), clock_(ground.clock),
      oracle_(ground.oracle), group_(ground.executor), acceptor_(ground.executor),
      outputs(config.id, switches, moods, ground.oracle, group_,
              [this](Happening what) { emit(std::move(what)); })
{
    if (const auto host = parse_host(config.push)) hosts.set(0, *host);
}

void Device::start()
{
    port_ = config.port;
    open_port();
    follow_hosts();
}

void Device::open_port()
{
    const Tcp::endpoint endpoint(asio::ip::make_address(config.host), port_);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(Tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    group_.spawn("accept " + config.id, accept());
}

void Device::follow_network()
{
    const bool reachable = !down_ && !moods.cut;
    for (auto& pusher : pushers_)
        pusher->follow_network();
    if (reachable == acceptor_.is_open()) return;
    if (reachable) {
        open_port();
        return;
    }
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    drop_connections();
}

void Device::cancel()
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (auto& pusher : pushers_)
        pusher->cancel();
    drop_connections();
    group_.cancel();
}

asio::awaitable<void> Device::join()
{
    co_await group_.join();
    for (auto& pusher : pushers_)
        co_await pusher->join();
    for (auto& pusher : leaving_)
        co_await pusher->join();
}

void Device::drop_connections()
{
    boost::system::error_code ignored;
    for (const auto& socket : sockets_)
        socket->close(ignored);
}

RecordPtr Device::remember(Happening what, int post_count)
{
    auto record = std::make_shared<Record>();
    const bool access = config.kind == Kind::face;
    record->type = what.type;
    record->index = ++index_;
    // One after another, however fast they are ordered.
    last_at_ = std::max(last_at_ + 1ms, clock_.wall());
    record->at = last_at_;
    record->port = what.port;
    record->active = what.active;
    record->post_count = post_count;
    record->text = what.text.empty() ? random_text(what.type) : std::move(what.text);
    record->believe = std::move(what.believe);
    record->serial = ++serial_;
    record->after_junk = std::exchange(moods.garbage, false);
    record->cut_off = std::exchange(moods.truncate, false);
    // Cameras' alarms carry no identifier at all; access events their serialNo; plates a UUID.
    record->keyed = (access && acs_code(what.type)) || (what.type == Type::plate && !switches.no_uuid);
    if (access && acs_code(what.type))
        record->key = std::to_string(record->serial);
    else
        record->key =
            fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", random.next() >> 32U, random.next() >> 48U,
                        random.next() >> 52U, random.next() >> 52U, random.next() >> 16U);
    log.add(record);
    ++seen.created;
    if (what.type == Type::plate)
        record->picture_name =
            fmt::format("{}{:06d}", Payloads::absolute_time(record->at, switches), record->index % 1'000'000);
    if (what.type == Type::plate && switches.device_opens) outputs.raise(1);
    oracle_.created(config.id, record->key, name_of(record->type), record->keyed, record->picture_name);
    return record;
}

void Device::tell(const RecordPtr& record)
{
    if (switches.mute) return;
    for (int n = 0; n < (moods.duplicate ? 2 : 1); ++n) {
        streams.tell(*record);
        if (on_told) on_told(*record);
        for (auto& pusher : pushers_)
            pusher->offer(record);
    }
}

void Device::emit_lasting(Happening what, Span lasts)
{
    group_.spawn("lasting event", last(std::move(what), lasts));
}

asio::awaitable<void> Device::last(Happening what, Span lasts)
{
    streams.lasting(+1);
    const std::shared_ptr<void> over(nullptr, [this](void*) { streams.lasting(-1); });
    RecordPtr record = remember(what, 1);
    const auto end = clock_.now() + lasts;
    for (int count = 2;; ++count) {
        tell(record);
        if (clock_.now() >= end) break;
        co_await clock_.sleep_for(1s);
        auto repeat = std::make_shared<Record>(*record);
        repeat->post_count = count;
        repeat->at = clock_.wall();
        record = repeat;
    }
    if (switches.never_inactive) co_return;
    auto ended = std::make_shared<Record>(*record);
    ended->active = false;
    tell(ended);
}

Type Device::random_type()
{
    const auto draw = random.next() % 100;
    switch (config.kind) {
    case Kind::plate: return Type::plate;
    case Kind::barrier: return Type::io;
    case Kind::camera: return draw < 70 ? Type::motion : draw < 95 ? Type::intrusion : Type::io;
    case Kind::face: break;
    }
    if (draw < 70) return Type::face;
    if (draw < 80) return Type::stranger;
    if (draw < 90) return Type::card;
    return draw < 95 ? Type::button : Type::unlocked;
}

std::string Device::random_text(Type type)
{
    if (type == Type::plate) {
        if (switches.no_plate) return "unknown";
        if (!config.texts.empty()) return config.texts[random.next() % config.texts.size()];
        constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
        std::string plate = "沪";
        plate += letters[random.next() % 24];
        for (int i = 0; i < 5; ++i)
            plate += letters[random.next() % letters.size()];
        return plate;
    }
    if (type == Type::stranger) return "";
    if (type == Type::card_unknown || type == Type::card)
        return std::to_string(1'000'000'000 + random.next() % 1000);
    if (type != Type::face) return "";
    if (!config.texts.empty()) return config.texts[random.next() % config.texts.size()];
    return std::to_string(1000 + random.next() % 1000);
}

bool Device::emit_random()
{
    if (!switches.overflow_drops && pending() >= switches.pending_max) return false;
    Happening what;
    what.type = random_type();
    emit(std::move(what));
    return true;
}

void Device::reboot(Span down)
{
    down_ = true;
    follow_network();
    for (auto& pusher : pushers_)
        pusher->cancel();
    std::move(pushers_.begin(), pushers_.end(), std::back_inserter(leaving_));
    pushers_.clear();
    group_.spawn("restart " + config.id, restart(down));
}

asio::awaitable<void> Device::restart(Span down)
{
    asio::steady_timer timer(executor_);
    timer.expires_after(down);
    co_await timer.async_wait(asio::use_awaitable);
    guard.reset();
    if (switches.forget_hosts_on_reboot) hosts.forget();
    down_ = false;
    follow_network();
    follow_hosts();
    if (config.kind == Kind::face) emit({Type::power_on, "", 1, true});
}

void Device::follow_hosts()
{
    std::vector<std::unique_ptr<Pusher>> kept;
    for (const auto& host : hosts.all()) {
        if (!host.used()) continue;
        const auto same = std::find_if(pushers_.begin(), pushers_.end(),
                                       [&](const auto& p) { return p && p->host() == host; });
        if (same != pushers_.end()) {
            kept.push_back(std::move(*same));
            continue;
        }
        const Pusher::Parts parts{config, switches, payloads, oracle_, seen.push, moods};
        kept.push_back(std::make_unique<Pusher>(executor_, host, parts));
        kept.back()->start();
    }
    for (auto& pusher : pushers_) {
        if (!pusher) continue;
        pusher->cancel();
        leaving_.push_back(std::move(pusher));
    }
    pushers_ = std::move(kept);
}

void Device::sweep()
{
    const auto now = std::chrono::steady_clock::now();
    for (auto& pusher : pushers_)
        pusher->sweep(now);
    std::erase_if(leaving_, [](const auto& pusher) { return pusher->idle(); });
}

std::size_t Device::pending() const
{
    std::size_t sum = 0;
    for (const auto& pusher : pushers_)
        sum += pusher->pending();
    return sum;
}

Counts Device::counts() const
{
    Counts out;
    out.created = seen.created;
    out.acked = seen.push.acked;
    out.retried = seen.push.retried;
    out.refused = seen.push.refused;
    out.dropped = seen.push.dropped;
    out.pending = pending();
    out.streams = streams.clients();
    out.requests = seen.requests;
    out.unauthorised = seen.unauthorised;
    out.moves = outputs.moves();
    return out;
}

} // namespace gatehouse::sim::isapi
