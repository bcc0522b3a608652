#include "protocols/isapi/commands.hpp"

#include "protocols/net/still_picture.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::isapi {

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

bool unknown_there(Verdict verdict)
{
    return verdict == Verdict::unknown_url || verdict == Verdict::not_supported;
}

} // namespace

const std::array<Commands::Variant, 4> Commands::variants{{
    {"parking", "/ISAPI/Parking/channels/{0}/barrierGate"},
    {"traffic", "/ISAPI/Traffic/channels/{0}/barrierControl"},
    {"entrance", "/ISAPI/Traffic/channels/{2}/entranceAndExit/barrierGate/{1}/control"},
    {"itc", "/ISAPI/ITC/Entrance/barrierGateCtrl"},
}};

Commands::Commands(Session& session, Capabilities& capabilities)
    : session_(session), capabilities_(capabilities)
{
    const auto remembered = session.context.memory.find("barrier/variant");
    for (std::size_t i = 0; remembered && i < variants.size(); ++i)
        if (variants[i].name == *remembered) variant_ = i;
}

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

std::optional<model::Outcome> Commands::not_done(const Answer& answer, base::MonoTime begun) const
{
    if (answer.ok()) return std::nullopt;
    if (answer.error) {
        if (answer.error == base::Errc::unauthorised || answer.error == base::Errc::locked_out)
            return outcome(Status::failed, "unauthorised", answer.why());
        if (never_sent(answer.error)) return outcome(Status::failed, "unreachable", answer.why());
        return outcome(Status::unknown, "no_answer",
                       "the command was sent but the device's answer did not come; it is not repeated",
                       begun);
    }
    switch (answer.judgement.verdict) {
    case Verdict::busy:
    case Verdict::sessions_full: return outcome(Status::failed, "device_busy", answer.judgement.text);
    case Verdict::unknown_url:
    case Verdict::not_supported:
        return outcome(Status::rejected, "unsupported",
                       "the device has no such command: " + answer.judgement.text);
    case Verdict::low_privilege:
    case Verdict::unauthorised:
        return outcome(Status::failed, "unauthorised",
                       "the device's user may not do this: " + answer.judgement.text);
    default: return outcome(Status::failed, "device_refused", answer.judgement.text);
    }
}

// ---- barrier ----

asio::awaitable<model::Outcome> Commands::barrier(std::string id, int output, bool open)
{
    const auto begun = session_.context.clock.now();
    std::string mode = open ? "open" : "close";
    const auto answer = co_await send_barrier(output, std::move(mode));
    if (auto failed = not_done(answer, begun)) co_return std::move(*failed);
    if (session_.context.taken) session_.context.taken(id);
    const auto wanted = open ? model::BarrierPosition::open : model::BarrierPosition::closed;
    const bool moved = co_await barrier_confirmed(output, wanted, begun);
    co_return moved
        ? outcome(Status::confirmed, "", open ? "the barrier is open" : "the barrier is closed", begun)
        : outcome(Status::accepted, "", "accepted but not confirmed", begun);
}

// The next spelling is tried only when the device said that it does not know this one; what worked is
// remembered. A spelling that names no output means the first one, so no other barrier is commanded by it.
asio::awaitable<Answer> Commands::send_barrier(int output, std::string mode)
{
    Answer answer;
    const auto first = variant_;
    for (std::size_t i = 0; i < variants.size(); ++i) {
        const auto at = (first + i) % variants.size();
        if (output != 1 && !variants[at].names_output()) continue;
        auto target = fmt::format(fmt::runtime(variants[at].target), channel_of(output), output,
                                  session_.config.channel);
        auto body = barrier_body(mode);
        answer = co_await session_.send("PUT", std::move(target), std::move(body), "application/xml");
        if (answer.error || !unknown_there(answer.judgement.verdict)) {
            const bool found =
                answer.ok() && session_.context.memory.find("barrier/variant") != variants[at].name;
            variant_ = answer.ok() ? at : variant_;
            if (answer.ok()) session_.fact("barrier command", std::string(variants[at].name));
            if (found) {
                const auto saved =
                    co_await session_.context.memory.put("barrier/variant", std::string(variants[at].name));
                if (!saved)
                    session_.tell_once("variant", "barrier command variant not saved",
                                       saved.error().message());
            }
            co_return answer;
        }
    }
    co_return answer;
}

asio::awaitable<bool> Commands::barrier_confirmed(int output, model::BarrierPosition wanted,
                                                  base::MonoTime begun)
{
    const auto until = session_.context.clock.now() + confirm_max;
    while (session_.context.clock.now() < until) {
        const auto seen = session_.seen_barriers.find(output);
        if (seen != session_.seen_barriers.end() && seen->second.at >= begun &&
            seen->second.position == wanted)
            co_return true;
        if (state_readable_) {
            const auto position = co_await barrier_position(output);
            co_await session_.found_barrier(output, position);
            if (position == wanted) co_return true;
        }
        co_await session_.context.clock.wait(session_.moved, session_.context.clock.now() + confirm_step);
    }
    co_return false;
}

asio::awaitable<model::BarrierPosition> Commands::barrier_position(int output)
{
    auto target = fmt::format("/ISAPI/Parking/channels/{}/barrierGate/barrierGateStatus", channel_of(output));
    const auto answer = co_await session_.get(std::move(target));
    if (!answer.error && unknown_there(answer.judgement.verdict)) state_readable_ = false;
    if (!answer.ok()) co_return model::BarrierPosition::unknown;
    const auto state = parse_gate_state(answer.body);
    if (!state) co_return model::BarrierPosition::unknown;
    // "No signal": the position is not wired, as on most sites.
    if (*state == GateState::open) co_return model::BarrierPosition::open;
    co_return *state == GateState::closed ? model::BarrierPosition::closed : model::BarrierPosition::unknown;
}

// ---- picture ----

asio::awaitable<model::Outcome> Commands::snapshot(model::Command order)
{
    auto target = fmt::format("/ISAPI/Streaming/channels/{}01/picture", channel_of(order.output));
    auto answer = co_await session_.get(std::move(target));
    if (!answer.error && unknown_there(answer.judgement.verdict))
        co_return outcome(Status::rejected, "unsupported", "this device gives no pictures: " + answer.why());
    if (!answer.ok()) co_return outcome(Status::failed, "no_picture", answer.why());
    co_return co_await net::keep_still_picture(session_.context, std::move(order), std::move(answer.body));
}

// ---- door ----

asio::awaitable<model::Outcome> Commands::door(std::string id, int number, std::string word)
{
    const auto begun = session_.context.clock.now();
    const bool open = word != "close";
    // Opening never waits for this question.
    if (!open) co_await capabilities_.doors();
    const auto& known = capabilities_.known_doors();
    // A door that cannot be told to close again is not held open: nobody but the vendor's software could end
    // it.
    const bool endless = known && word == "alwaysOpen" && !known->allows("close");
    if (endless || (known && !known->allows(word)))
        co_return outcome(Status::rejected, "unsupported",
                          "this device's doors do not know the command " + word);
    auto target = fmt::format("/ISAPI/AccessControl/RemoteControl/door/{}", number);
    auto body = door_body(word);
    const auto answer = co_await session_.send("PUT", std::move(target), std::move(body), "application/xml");
    if (auto failed = not_done(answer, begun)) co_return std::move(*failed);
    if (session_.context.taken) session_.context.taken(id);
    auto seen = [this, number, open, begun] {
        const auto at = session_.seen_doors.find(number);
        if (at == session_.seen_doors.end() || at->second.at < begun) return false;
        const auto position = at->second.position;
        const bool opened = position == model::DoorPosition::unlocked ||
                            position == model::DoorPosition::opened ||
                            position == model::DoorPosition::remain_open;
        const bool closed =
            position == model::DoorPosition::locked || position == model::DoorPosition::closed;
        return open ? opened : closed;
    };
    std::function<bool()> check = seen;
    const bool moved = co_await confirmed(std::move(check));
    co_return moved ? outcome(Status::confirmed, "",
                              open ? "the door was seen to open" : "the door was seen to close", begun)
                    : outcome(Status::accepted, "", "accepted but not confirmed", begun);
}

asio::awaitable<bool> Commands::confirmed(std::function<bool()> seen)
{
    const auto until = session_.context.clock.now() + confirm_max;
    for (;;) {
        if (seen()) co_return true;
        if (session_.context.clock.now() >= until) co_return false;
        co_await session_.context.clock.wait(session_.moved, until);
    }
}

} // namespace gatehouse::isapi
