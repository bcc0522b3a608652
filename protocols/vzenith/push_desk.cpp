#include "protocols/vzenith/push_desk.hpp"

#include "protocols/net/push_source.hpp"

#include <algorithm>

namespace gatehouse::vzenith {

using namespace std::chrono_literals;
using base::Errc;

namespace {

constexpr int refusals_max = 3;     // then 200, or it is repeated for ever
constexpr auto decision_min = 20ms; // a decision that is made at once reaches us within this
constexpr auto quick = 500ms;       // after an answer: nobody registers so soon, only a poll does
constexpr int quick_min = 3;

device::PushReply reply(unsigned status)
{
    device::PushReply out;
    out.status = status;
    return out;
}

device::PushReply reply(const ReplyWords& words)
{
    device::PushReply out;
    out.content_type = "application/json; charset=utf-8";
    out.body = reply_text(words);
    return out;
}

// Cut off before the path ends: /devicemanagement/php/plateresult.php and its like.
bool is_vendor_path(std::string_view target)
{
    return target.starts_with("/devicemanagement/php/");
}

} // namespace

// A held report, for as long as the camera waits.
class PushDesk::Place {
public:
    Place(std::list<HeldPtr>& all, HeldPtr mine) : all_(all), mine_(std::move(mine))
    {
        all_.push_back(mine_);
    }
    ~Place()
    {
        all_.remove(mine_);
        if (mine_->end == Held::End::none) mine_->end = Held::End::gone; // nobody will hear an answer
        mine_->changed.notify();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::list<HeldPtr>& all_;
    HeldPtr mine_;
};

asio::awaitable<device::PushReply> PushDesk::take(device::PushRequest request)
{
    if (!session_.config.accept) {
        session_.counter("gatehouse_vzenith_pushes_unwanted_total", "Posts of a camera whose mode is tcp")
            .add();
        co_return reply(200);
    }
    if (!from_camera(request.remote)) {
        session_.tell_once("foreign", "post in a camera's name from another address refused", request.remote);
        session_.counter("gatehouse_vzenith_pushes_foreign_total", "Posts in a camera's name from elsewhere")
            .add();
        co_return reply(403);
    }
    auto push = read_push(request.body);
    std::string serial;
    if (const auto* report = std::get_if<PlateReport>(&push)) serial = report->serial;
    if (const auto* report = std::get_if<InputReport>(&push)) serial = report->serial;
    if (const auto* sign = std::get_if<SignOfLife>(&push)) serial = sign->serial;
    if (other_serial(serial)) co_return reply(403);
    session_.heard();
    session_.recorder.take(request.body);
    if (const auto* wrong = std::get_if<Unreadable>(&push)) co_return refuse(wrong->why);
    refusals_ = 0;
    session_.pushed_at = session_.context.clock.now();
    session_.pushed.notify();
    if (!serial.empty() && session_.status.serial.empty()) session_.status.serial = serial;
    if (auto* report = std::get_if<PlateReport>(&push)) co_return co_await answer(std::move(*report));
    if (auto* report = std::get_if<InputReport>(&push)) co_return co_await answer(std::move(*report));
    if (std::holds_alternative<SignOfLife>(push)) co_return co_await answer_poll();
    session_.refuse(refusal_of(std::get<Unwanted>(push)));
    co_return reply(ReplyWords());
}

// ---- what came ----

asio::awaitable<device::PushReply> PushDesk::answer(PlateReport report)
{
    auto mapped = map(report, session_.context.utc_offset);
    ReplyWords words;
    words.plate_id = report.plate_id;
    if (mapped.refused()) {
        session_.refuse(mapped);
        co_return reply(words);
    }
    session_.stamp(mapped.event);
    const bool history = mapped.event.history;
    if (!history && std::holds_alternative<model::VehiclePassage>(mapped.event.body))
        co_return co_await answer_live(std::move(mapped.event), std::move(words));
    const auto kept = co_await session_.delivery.offer(std::move(mapped.event));
    if (!kept && kept.error() != Errc::bad_input) co_return reply(503);
    if (history && report.plate_id) words.next.emplace(*report.plate_id, true);
    co_return reply(words);
}

asio::awaitable<device::PushReply> PushDesk::answer(InputReport report)
{
    auto mapped = map(report, session_.config.inputs);
    if (mapped.refused()) {
        session_.refuse(mapped);
        co_return reply(ReplyWords());
    }
    session_.stamp(mapped.event);
    session_.observe(std::get<model::InputChanged>(mapped.event.body));
    const auto kept = co_await session_.delivery.offer(std::move(mapped.event));
    if (!kept && kept.error() != Errc::bad_input) co_return reply(503);
    co_return reply(ReplyWords());
}

// A camera that polls for orders comes again as soon as it is answered (sheet §3): its answer is kept back,
// or many of them do nothing else.
asio::awaitable<device::PushReply> PushDesk::answer_poll()
{
    auto& clock = session_.context.clock;
    quick_polls_ = clock.now() - polled_at_ <= quick ? quick_polls_ + 1 : 0;
    ReplyWords words;
    if (quick_polls_ >= quick_min && session_.config.poll_hold > 0ms) {
        const auto held = std::make_shared<Held>(session_.context.executor);
        held->is_poll = true;
        const Place place(held_, held);
        const auto until = clock.now() + session_.config.poll_hold;
        while (!held->order && clock.now() < until)
            co_await clock.wait(held->changed, until);
        held->end = held->order ? Held::End::opened : Held::End::answered;
        if (held->order) say(words, *held->order);
    }
    polled_at_ = clock.now();
    co_return reply(words);
}

// ---- a live report ----

asio::awaitable<device::PushReply> PushDesk::answer_live(model::Event event, ReplyWords words)
{
    if (!session_.running()) co_return reply(503);
    const auto held = std::make_shared<Held>(session_.context.executor);
    held->event = std::move(event);
    held->record = record_name(held->event);
    held->barred = opened_keys_.contains(held->event.device_key);
    if (held->barred)
        session_
            .counter("gatehouse_vzenith_repeats_after_opening_total",
                     "Reports sent again although their answer opened: it came too late for the camera")
            .add();
    const Place place(held_, held);
    session_.announce(held->event);
    session_.spawn("event", keep(held));
    co_await wait_for_answer(held);
    if (held->order) co_return opening(held, std::move(words));
    held->end = Held::End::answered;
    const bool kept = held->stored && (*held->stored || held->stored->error() == Errc::bad_input);
    co_return kept ? reply(words) : reply(503);
}

// Until there is an order and the record is on disk, or long enough for either.
asio::awaitable<void> PushDesk::wait_for_answer(HeldPtr held)
{
    auto& clock = session_.context.clock;
    const auto& config = session_.config;
    const auto begun = clock.now();
    const auto undecided_until = begun + std::max<milliseconds>(config.reply_wait, decision_min);
    for (;;) {
        auto until = begun + config.reply_max;
        if (held->order) until = std::min(until, held->ordered_at + config.disk_wait);
        if (held->order && held->stored) co_return;
        if (!held->order && held->stored) until = undecided_until;
        if (clock.now() >= until) co_return;
        co_await clock.wait(held->changed, until);
    }
}

// The answer that opens. Without the record's number while it is not on disk: a camera that keeps its records
// then sends it again, and is told so without opening.
device::PushReply PushDesk::opening(const HeldPtr& held, ReplyWords words)
{
    held->end = Held::End::opened;
    (void)opened_keys_.insert(held->event.device_key); // was not there, or nobody could have claimed it
    session_.opened_for(held->record);
    const bool on_disk = held->stored && *held->stored;
    if (!on_disk) words.plate_id.reset();
    // Others forget what was answered: then it is ours to bring.
    if (held->stored && !*held->stored && held->stored->error() != Errc::bad_input)
        session_.spawn("event", hand_over(held->event));
    say(words, *held->order);
    return reply(words);
}

asio::awaitable<void> PushDesk::keep(HeldPtr held)
{
    model::Event event = held->event;
    const auto kept = co_await session_.delivery.offer(std::move(event));
    held->stored = kept;
    held->changed.notify();
    if (held->end != Held::End::opened || kept || kept.error() == Errc::bad_input) co_return;
    model::Event again = held->event;
    co_await session_.delivery.hand_over(std::move(again));
}

asio::awaitable<void> PushDesk::hand_over(model::Event event)
{
    co_await session_.delivery.hand_over(std::move(event));
}

void PushDesk::say(ReplyWords& words, const ReplyOrder& order) const
{
    words.open = true;
    words.channel = order.output - 1;
    words.serial = order.frames;
    words.serial_channel = session_.config.board_port == "rs485-2" ? 1 : 0;
    words.voice = order.voice;
}

// ---- orders ----

// An order that access gave names the read; any other may use whatever answer is due.
bool PushDesk::is_for(const Held& held, const model::Command& command) const
{
    const auto reader = command.args.find("reader");
    const auto record = command.args.find("record");
    if (reader == command.args.end() || record == command.args.end()) return true;
    return reader->second != session_.config.id || record->second == held.record;
}

PushDesk::HeldPtr PushDesk::claim(const model::Command& command, const ReplyOrder& order, bool poll)
{
    for (auto at = held_.rbegin(); at != held_.rend(); ++at) {
        const auto& held = *at;
        if (held->is_poll != poll || held->barred || held->order || held->end != Held::End::none) continue;
        if (!poll && !is_for(*held, command)) continue;
        held->order = order;
        held->ordered_at = session_.context.clock.now();
        held->changed.notify();
        return held;
    }
    return nullptr;
}

asio::awaitable<PushDesk::Held::End> PushDesk::end_of(HeldPtr held)
{
    struct Withdraw {
        HeldPtr held;
        ~Withdraw()
        {
            if (held->end == Held::End::none) held->order.reset();
        }
    };
    const Withdraw withdraw{held};
    while (held->end == Held::End::none)
        co_await held->changed.wait();
    co_return held->end;
}

// ---- whose it is ----

bool PushDesk::from_camera(const std::string& remote) const
{
    const auto& config = session_.config;
    return net::is_push_source(remote, config.target.host, session_.line.peer(), config.push_from);
}

bool PushDesk::other_serial(const std::string& serial)
{
    if (session_.config.serial.empty() || serial.empty() || serial == session_.config.serial) return false;
    session_.tell_once("serial", "post of another camera refused",
                       "its serial number is not the configured one");
    session_.counter("gatehouse_vzenith_pushes_foreign_total", "Posts in a camera's name from elsewhere")
        .add();
    return true;
}

bool PushDesk::claims(const device::PushRequest& request) const
{
    if (!session_.config.accept || !is_vendor_path(request.target) || !from_camera(request.remote))
        return false;
    const auto& serial = session_.config.serial.empty() ? session_.status.serial : session_.config.serial;
    return serial.empty() || request.body.find(serial) != std::string::npos;
}

device::PushReply PushDesk::refuse(const std::string& why)
{
    session_.counter("gatehouse_vzenith_pushes_refused_total", "Posts of a camera that can never be taken")
        .add();
    session_.tell_once("push", "post of a camera refused", why);
    return reply(++refusals_ > refusals_max ? 200 : 400);
}

} // namespace gatehouse::vzenith
