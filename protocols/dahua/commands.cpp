#include "protocols/dahua/commands.hpp"

#include "protocols/net/still_picture.hpp"
#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

namespace gatehouse::dahua {

using namespace std::chrono_literals;
using model::Status;

namespace {

constexpr auto confirm_max = 3s;
constexpr auto confirm_step = 300ms;

// Errors after which the request certainly did not reach the device.
bool never_sent(base::error_code error)
{
    return error == base::Errc::unreachable || error == base::Errc::not_found ||
           error == base::Errc::unauthorised || error == base::Errc::locked_out ||
           error == base::Errc::untrusted || error == asio::error::connection_refused ||
           error == asio::error::host_unreachable || error == asio::error::network_unreachable;
}

bool is_open(model::DoorPosition position)
{
    return position == model::DoorPosition::opened || position == model::DoorPosition::unlocked ||
           position == model::DoorPosition::remain_open;
}

bool is_closed(model::DoorPosition position)
{
    return position == model::DoorPosition::closed || position == model::DoorPosition::locked ||
           position == model::DoorPosition::remain_closed;
}

} // namespace

model::Outcome Commands::outcome(Status status, std::string code, std::string text,
                                 base::MonoTime begun) const
{
    model::Outcome out;
    out.status = status;
    out.code = std::move(code);
    out.text = std::move(text);
    out.at = session_.context.clock.wall();
    if (begun != base::MonoTime{})
        out.took_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(session_.context.clock.now() - begun)
                .count();
    return out;
}

model::Outcome Commands::not_done(const Answer& answer, base::MonoTime begun) const
{
    if (answer.error == base::Errc::unauthorised || answer.error == base::Errc::locked_out)
        return outcome(Status::failed, "unauthorised", answer.why());
    if (answer.error && never_sent(answer.error)) return outcome(Status::failed, "unreachable", answer.why());
    if (answer.error)
        return outcome(Status::unknown, "no_answer",
                       "the command was sent but the device's answer did not come; it is not repeated",
                       begun);
    switch (answer.verdict) {
    case Verdict::busy: return outcome(Status::failed, "device_busy", answer.text);
    case Verdict::unknown_there: return outcome(Status::rejected, "unsupported", answer.text);
    case Verdict::forbidden: return outcome(Status::failed, "unauthorised", answer.text);
    default: return outcome(Status::failed, "device_refused", answer.text);
    }
}

// The device has asked whether to open and waits: the answer opens, so no request is needed, and behind
// address translation none could reach it.
bool Commands::answers_question(const std::string& id, int output, bool open)
{
    auto* question = session_.question;
    // Whoever asks has one barrier or door; a second is opened by a request.
    if (!open || output != 1 || question == nullptr || question->open) return false;
    question->open = true;
    question->changed.notify();
    if (session_.context.taken) session_.context.taken(id);
    return true;
}

// ---- barrier ----

asio::awaitable<model::Outcome> Commands::barrier(std::string id, int output, bool open, std::string plate)
{
    const auto begun = session_.context.clock.now();
    if (answers_question(id, output, open))
        co_return outcome(Status::accepted, "", "the device is told so in the answer to its question", begun);
    Answer answer;
    if (open) {
        auto target = fmt::format(
            "/cgi-bin/trafficSnap.cgi?action=openStrobe&channel={}&info.openType=Normal&info.plateNumber={}",
            session_.config.channel + output - 1, escaped(plate));
        answer = co_await session_.change(std::move(target));
    } else {
        auto body = fmt::format(R"({{"info":{{"location":{}}}}})", output - 1);
        answer = co_await session_.post("/cgi-bin/api/trafficSnap/closeStrobe", std::move(body));
    }
    if (!answer.ok()) co_return not_done(answer, begun);
    if (session_.context.taken) session_.context.taken(id);
    const bool seen = co_await barrier_confirmed(output, open, begun);
    co_return seen ? outcome(Status::confirmed, "",
                             open ? "the barrier was seen to open" : "the barrier was seen to close", begun)
                   : outcome(Status::accepted, "", "accepted but not confirmed", begun);
}

// Only an alarm that the camera posts (ITSAPI, types 14 and 16) shows the barrier; nothing can be asked.
asio::awaitable<bool> Commands::barrier_confirmed(int output, bool open, base::MonoTime begun)
{
    const auto wanted = open ? model::BarrierPosition::open : model::BarrierPosition::closed;
    // Devices that never told of a barrier will not do so now.
    if (!session_.seen_barriers.contains(output)) co_return false;
    const auto until = session_.context.clock.now() + confirm_max;
    for (;;) {
        const auto& seen = session_.seen_barriers[output];
        if (seen.at >= begun && seen.position == wanted) co_return true;
        if (session_.context.clock.now() >= until) co_return false;
        co_await session_.context.clock.wait(session_.moved, until);
    }
}

// ---- door ----

asio::awaitable<model::Outcome> Commands::door(std::string id, int number, bool open)
{
    const auto begun = session_.context.clock.now();
    if (answers_question(id, number, open))
        co_return outcome(Status::accepted, "", "the device is told so in the answer to its question", begun);
    const auto& config = session_.config;
    auto target = fmt::format("/cgi-bin/accessControl.cgi?action={}&channel={}&UserID={}&Type=Remote",
                              open ? "openDoor" : "closeDoor", config.door_base + number - 1,
                              escaped(config.remote_user));
    const auto answer = co_await session_.change(std::move(target));
    if (!answer.ok()) co_return not_done(answer, begun);
    if (session_.context.taken) session_.context.taken(id);
    const bool seen = co_await door_confirmed(number, open, begun);
    co_return seen ? outcome(Status::confirmed, "",
                             open ? "the door was seen to open" : "the door was seen to close", begun)
                   : outcome(Status::accepted, "", "accepted but not confirmed", begun);
}

asio::awaitable<bool> Commands::door_confirmed(int number, bool open, base::MonoTime begun)
{
    const auto until = session_.context.clock.now() + confirm_max;
    while (session_.context.clock.now() < until) {
        const auto seen = session_.seen_doors.find(number);
        if (seen != session_.seen_doors.end() && seen->second.at >= begun &&
            (open ? is_open(seen->second.position) : is_closed(seen->second.position)))
            co_return true;
        if (state_readable_ && !session_.port_blocked) {
            const auto position = co_await door_position(number);
            co_await session_.found_door(number, position);
            if (open ? is_open(position) : is_closed(position)) co_return true;
        }
        co_await session_.context.clock.wait(session_.moved, session_.context.clock.now() + confirm_step);
    }
    co_return false;
}

asio::awaitable<model::DoorPosition> Commands::door_position(int number)
{
    const auto channel = session_.config.door_base + number - 1;
    auto target = fmt::format("/cgi-bin/accessControl.cgi?action=getDoorStatus&channel={}", channel);
    const auto answer = co_await session_.get(std::move(target));
    // Many have no contact and some no such question; 400 is the word for both.
    if (!answer.error && !answer.ok()) state_readable_ = false;
    if (!answer.ok()) co_return model::DoorPosition::unknown;
    const auto word = text_at(*read_lines(answer.body), "Info.status");
    if (wire::ascii::same_word(word, "Open")) co_return model::DoorPosition::opened;
    if (wire::ascii::same_word(word, "Close")) co_return model::DoorPosition::closed;
    if (wire::ascii::same_word(word, "Break")) co_return model::DoorPosition::forced_open;
    co_return model::DoorPosition::unknown;
}

asio::awaitable<model::Outcome> Commands::snapshot(model::Command order)
{
    auto target = fmt::format("/cgi-bin/snapshot.cgi?channel={}", session_.config.channel + order.output - 1);
    auto answer = co_await session_.get(std::move(target));
    if (answer.ok())
        co_return co_await net::keep_still_picture(session_.context, std::move(order),
                                                   std::move(answer.body));
    if (!answer.error && session_.config.has_barrier()) co_return co_await trigger(std::move(order.id));
    if (!answer.error && answer.verdict == Verdict::unknown_there)
        co_return outcome(Status::rejected, "unsupported", answer.text);
    co_return outcome(Status::failed, "no_picture", answer.why());
}

asio::awaitable<model::Outcome> Commands::trigger(std::string id)
{
    const auto begun = session_.context.clock.now();
    auto target = fmt::format("/cgi-bin/trafficSnap.cgi?action=manSnap&channel={}", session_.config.channel);
    const auto answer = co_await session_.change(std::move(target));
    if (!answer.ok()) co_return not_done(answer, begun);
    if (session_.context.taken) session_.context.taken(id);
    co_return outcome(Status::accepted, "", "the picture comes as an event", begun);
}

} // namespace gatehouse::dahua
