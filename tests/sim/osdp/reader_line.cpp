#include "tests/sim/osdp/reader_line.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>

namespace gatehouse::sim::osdp {

ReaderLine::ReaderLine(const Ground& ground, LineConfig config)
    : config_(std::move(config)), clock_(ground.clock), oracle_(ground.oracle), random_(config_.seed),
      group_(ground.executor),
      tcp_(group_, config_.id, [this](Connection connection) { return serve(std::move(connection)); })
{
    for (const int address : config_.addresses)
        readers_.emplace_back(address, config_.key, config_.strict, config_.channels);
}

void ReaderLine::cancel()
{
    tcp_.close();
    group_.cancel();
}

void ReaderLine::follow_network()
{
    const bool reachable = !down_ && !moods_.cut;
    if (reachable == tcp_.is_open()) return;
    if (reachable)
        tcp_.open_again();
    else
        tcp_.close();
}

asio::awaitable<void> ReaderLine::serve(Connection connection)
{
    boost::system::error_code failure;
    const auto endpoint = connection->remote_endpoint(failure);
    const auto peer = fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
    std::string buffer;
    std::array<char, 512> chunk{};
    while (connection->is_open()) {
        while (moods_.half_open && connection->is_open())
            co_await pause(std::chrono::milliseconds(100));
        const auto size = co_await connection->async_read_some(
            asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
        buffer.append(chunk.data(), size);
        while (auto question = take_question(buffer)) {
            ++seen_.requests;
            Span after{0};
            for (auto& bytes : said_to(*question, peer, after)) {
                if (after.count() > 0)
                    group_.spawn("late answer", say(connection, std::move(bytes), after));
                else
                    co_await say(connection, std::move(bytes), after);
            }
        }
    }
}

// A late answer goes out beside the others, as on a line where somebody was slow.
asio::awaitable<void> ReaderLine::say(Connection connection, std::string bytes, Span after)
{
    if (after.count() > 0) co_await pause(after);
    if (moods_.half_open) co_return;
    boost::system::error_code failure;
    co_await asio::async_write(*connection, asio::buffer(bytes),
                               asio::redirect_error(asio::use_awaitable, failure));
}

std::vector<std::string> ReaderLine::said_to(const Question& question, const std::string& peer, Span& after)
{
    for (auto& reader : readers_) {
        if (reader.address() != question.address && question.address != 0x7f) continue;
        auto said = reader.hear(question, moods_, clock_.now());
        for (const auto& record : said.acked) {
            ++seen_.acked;
            oracle_.acked(config_.id, record);
        }
        if (said.output) note(reader, said, peer);
        after = said.after;
        if (said.output && moods_.command == CommandMood::silent) return {};
        if (said.output && moods_.command == CommandMood::late) after = late_answer;
        if (said.bytes.empty()) return {};
        return mangled(moods_, std::move(said.bytes));
    }
    return {};
}

void ReaderLine::note(const Reader& reader, const Said& said, const std::string& peer)
{
    Oracle::Command command;
    command.device = config_.id;
    command.output = fmt::format("door/{}", &reader - readers_.data() + 1);
    command.action = said.output_code == 1 ? "close" : "open";
    command.moved = said.moved;
    command.peer = peer;
    command.path = fmt::format("OUT {} {}", *said.output, said.output_code);
    oracle_.command(command);
    if (said.moved) ++seen_.moves;
}

void ReaderLine::reboot(Span down)
{
    down_ = true;
    follow_network();
    group_.spawn("restart " + config_.id, restart(down));
}

asio::awaitable<void> ReaderLine::restart(Span down)
{
    const int mine = ++reboots_;
    for (auto& reader : readers_)
        reader.reboot();
    co_await pause(down);
    if (mine != reboots_) co_return;
    down_ = false;
    follow_network();
}

Counts ReaderLine::counts() const
{
    auto counts = seen_;
    for (const auto& reader : readers_)
        counts.pending += reader.pending();
    counts.streams = tcp_.connections();
    return counts;
}

} // namespace gatehouse::sim::osdp
