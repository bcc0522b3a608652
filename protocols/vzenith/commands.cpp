#include "protocols/vzenith/commands.hpp"

#include "protocols/wire/advice.hpp"

#include <fmt/format.h>

namespace gatehouse::vzenith {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using model::Outcome;
using model::Status;
using End = PushDesk::Held::End;

namespace {

constexpr int pulse_value = 2;
constexpr auto frame_pause = 400ms; // boards lose what comes sooner (sheet §6)
constexpr auto look_every = 500ms;
constexpr int readable_inputs = 2; // get_gpio_value knows 0 and 1
constexpr wire::Advice port_not_opened{
    "the camera does not open its serial port; check that nothing else uses it",
    "相机打不开串口；请确认没有其他设备或软件占用该串口"};

std::string text_of(const model::Command& command, const std::string& name)
{
    const auto at = command.args.find(name);
    return at == command.args.end() ? std::string() : at->second;
}

} // namespace

bool Commands::has_words(const model::Command& command)
{
    return !text_of(command, "display").empty() || !text_of(command, "voice").empty();
}

std::string Commands::words_of(const model::Command& command, ReplyOrder& order) const
{
    const auto add = [&](const std::string& text) {
        auto frame = board_frame(session_.config.board_address, text);
        if (frame) order.frames.push_back(std::move(*frame));
        return frame.has_value();
    };
    const auto display = text_of(command, "display");
    const auto voice = text_of(command, "voice");
    const std::string why = "the text is too long for the board or has characters that GBK does not know";
    if (!display.empty() && !add(display)) return why;
    if (voice.empty()) return {};
    if (session_.config.camera_speaks)
        order.voice = voice;
    else if (!add(voice))
        return why;
    return {};
}

// ---- opening ----

asio::awaitable<Outcome> Commands::open(model::Command command)
{
    const auto begun = session_.context.clock.now();
    if (command.output < 1 || command.output > session_.config.outputs)
        co_return session_.outcome(Status::rejected, "bad_arguments",
                                   fmt::format("the camera has no output {}", command.output));
    ReplyOrder order;
    order.output = command.output;
    const auto why = words_of(command, order);
    if (!why.empty()) co_return session_.outcome(Status::rejected, "bad_arguments", why);
    const bool own = text_of(command, "reader") == session_.config.id;
    const auto record = own ? text_of(command, "record") : std::string();
    if (!record.empty() && session_.just_opened_for(record))
        co_return session_.outcome(Status::accepted, "",
                                   "the gate was just opened for this car; not opened again", begun);
    const bool over_line = session_.line.connected();
    auto held = desk_.claim(command, order, false);
    if (!held && !over_line) held = desk_.claim(command, order, true);
    if (held) {
        if (session_.context.taken) session_.context.taken(command.id);
        const auto end = co_await desk_.end_of(held);
        auto put =
            session_.outcome(Status::accepted, "",
                             "put into the answer to the camera, which tells nothing of the boom", begun);
        if (end == End::opened) co_return co_await confirmed(std::move(put), begun);
        // The camera hung up before its answer: nothing was sent.
    }
    if (!session_.line.connected())
        co_return session_.outcome(
            Status::failed, "unreachable",
            "not sent: no connection to TCP 8131, and no report of the camera is waiting");
    if (!record.empty()) session_.opened_for(record);
    if (!order.frames.empty()) session_.spawn("board", send_frames(std::move(order.frames)));
    auto outcome = co_await by_line(std::move(command.id), command.output, begun);
    const bool moved = outcome.status != Status::failed && outcome.status != Status::rejected;
    if (!record.empty() && !moved) session_.opened_for(record, false);
    co_return outcome;
}

asio::awaitable<Outcome> Commands::close(model::Command command)
{
    const auto begun = session_.context.clock.now();
    if (session_.config.close_output == 0)
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "no output lowers this boom: it closes by itself (close_output)");
    if (!session_.line.connected())
        co_return session_.outcome(Status::failed, "unreachable", "not sent: no connection to TCP 8131");
    co_return co_await by_line(std::move(command.id), session_.config.close_output, begun);
}

// The manual knows no answer to ioctl. Frames are read in order, so the answer to a question behind it shows
// that the camera took it; firmware that does answer has then done so.
asio::awaitable<Outcome> Commands::by_line(std::string id, int output, base::MonoTime begun)
{
    session_.ioctl_code.reset();
    const auto sent = session_.line.tell(ioctl_order(output, pulse_value, session_.config.pulse));
    const auto read = co_await read_by_camera();
    if (!*sent)
        co_return session_.outcome(Status::failed, "unreachable", "not sent: the connection was lost");
    const auto code = session_.ioctl_code.value_or(200);
    if (code != 200)
        co_return session_.outcome(code == 405 ? Status::rejected : Status::failed,
                                   code == 405 ? "unsupported" : "device_refused", sentence_of(code), begun);
    if (!read)
        co_return session_.outcome(
            Status::unknown, "no_answer",
            "sent, but the camera does not show that it read the order; it is not repeated", begun);
    if (session_.context.taken) session_.context.taken(id);
    auto taken = session_.outcome(Status::accepted, "",
                                  "the camera read the order and tells nothing of the boom", begun);
    const bool opens = output <= session_.config.outputs;
    if (!opens) co_return taken;
    co_return co_await confirmed(std::move(taken), begun);
}

asio::awaitable<base::Result<void>> Commands::read_by_camera()
{
    json::object question;
    question["cmd"] = "getsn";
    const auto answer = co_await session_.line.ask(std::move(question));
    if (!answer) co_return answer.error();
    co_return base::Result<void>();
}

asio::awaitable<Outcome> Commands::confirmed(Outcome otherwise, base::MonoTime begun)
{
    const auto input = session_.config.open_input;
    if (input == 0) co_return otherwise;
    const auto until = begun + session_.config.confirm_max;
    while (session_.context.clock.now() < until) {
        const auto told = session_.active_at.find(input);
        const bool seen = told != session_.active_at.end() && told->second >= begun;
        bool up = seen;
        if (!seen) up = co_await input_active();
        if (up) co_return session_.outcome(Status::confirmed, "", "the boom was seen up", begun);
        co_await session_.context.clock.wait(session_.moved, session_.context.clock.now() + look_every);
    }
    co_return otherwise;
}

asio::awaitable<bool> Commands::input_active()
{
    const auto input = session_.config.open_input;
    if (input > readable_inputs || !session_.line.connected()) co_return false;
    json::object question;
    question["cmd"] = "get_gpio_value";
    question["gpio"] = input - 1;
    const auto answer = co_await session_.line.ask(std::move(question));
    co_return answer&& number_member(*answer->body, "value") == 1;
}

// ---- the rest ----

asio::awaitable<Outcome> Commands::snapshot()
{
    const auto begun = session_.context.clock.now();
    if (!session_.line.connected())
        co_return session_.outcome(Status::failed, "unreachable", "not sent: no connection to TCP 8131");
    json::object order;
    order["cmd"] = "trigger";
    (void)session_.line.tell(order);
    const auto read = co_await read_by_camera();
    if (!read)
        co_return session_.outcome(Status::unknown, "no_answer", "sent, but the camera does not answer",
                                   begun);
    co_return session_.outcome(Status::accepted, "", "told; what it recognises comes as an event", begun);
}

asio::awaitable<Outcome> Commands::show(model::Command command)
{
    const auto begun = session_.context.clock.now();
    ReplyOrder order;
    auto why = words_of(command, order);
    if (!why.empty()) co_return session_.outcome(Status::rejected, "bad_arguments", why);
    if (order.frames.empty())
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "the camera itself speaks only in the answer that opens");
    if (!session_.line.connected())
        co_return session_.outcome(Status::failed, "unreachable", "not sent: no connection to TCP 8131");
    why = co_await prepare_board();
    if (!why.empty()) co_return session_.outcome(Status::failed, "device_refused", why, begun);
    co_await send_frames(std::move(order.frames));
    const auto read = co_await read_by_camera();
    if (!read)
        co_return session_.outcome(Status::unknown, "no_answer", "sent, but the camera does not answer",
                                   begun);
    co_return session_.outcome(Status::accepted, "", "sent to the board, which answers nothing", begun);
}

// Once for each connection; why not, or empty.
asio::awaitable<std::string> Commands::prepare_board()
{
    if (board_prepared_on_ == session_.line.connections()) co_return std::string();
    json::object question;
    question["cmd"] = "ttransmission";
    question["subcmd"] = "init";
    question["data"] = session_.config.board_port;
    const auto answer = co_await session_.line.ask(std::move(question));
    if (!answer) co_return "the camera's serial port cannot be opened: " + answer.error().message();
    if (text_member(*answer->body, "response") != "ok")
        co_return wire::in_both_languages(port_not_opened, session_.config.board_port);
    board_prepared_on_ = session_.line.connections();
    co_return std::string();
}

asio::awaitable<void> Commands::send_frames(std::vector<std::string> frames)
{
    const auto why = co_await prepare_board();
    if (!why.empty()) {
        session_.tell_once("board", "nothing shown on a camera's board", why);
        co_return;
    }
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (i > 0) co_await session_.context.clock.sleep_for(frame_pause);
        (void)session_.line.tell(serial_order(session_.config.board_port, frames[i]));
    }
}

} // namespace gatehouse::vzenith
