#pragma once
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/osdp/reader.hpp"
#include "tests/sim/tcp_server.hpp"

#include <toml++/toml.h>

#include <vector>

namespace gatehouse::sim::osdp {

struct LineConfig {
    std::string id;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;        // 0: any free one
    std::vector<int> addresses{0}; // one a reader
    std::string key;               // of all readers, sixteen bytes; empty: the public one
    bool strict = false;           // they refuse to be asked in plain
    std::size_t channels = 2;      // inputs and outputs of each
    double rate = 0;
    std::uint64_t seed = 1;
    std::size_t events_max = 0;
    Span start{0};
    std::vector<std::string> texts; // cards
};

// A serial server and the readers behind it, to which somebody else is the panel. Readers are counted from 1
// as they stand in `addresses`. io thread only.
class ReaderLine final : public Machine {
public:
    ReaderLine(const Ground& ground, LineConfig config);

    [[nodiscard]] const std::string& id() const override { return config_.id; }
    [[nodiscard]] Traffic traffic() const override
    {
        return {config_.rate, config_.events_max, config_.start};
    }
    void start() override { tcp_.open(config_.host, config_.port); }
    void cancel() override;
    asio::awaitable<void> join() override { return group_.join(); }
    [[nodiscard]] std::uint16_t port() const override { return tcp_.port(); }
    bool emit_random() override;
    [[nodiscard]] Counts counts() const override;
    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> arguments) override;

private:
    asio::awaitable<void> serve(Connection connection);
    asio::awaitable<void> say(Connection connection, std::string bytes, Span after);
    std::vector<std::string> said_to(const Question& question, const std::string& peer, Span& after);
    void note(const Reader& reader, const Said& said, const std::string& peer);
    void follow_network();
    void reboot(Span down);
    asio::awaitable<void> restart(Span down);

    // line_words.cpp
    [[nodiscard]] std::string emit_words(const std::vector<std::string>& words);
    [[nodiscard]] std::string trouble(const std::string& word, const std::vector<std::string>& values);
    [[nodiscard]] Reader* reader(int number);
    void tell(Reader& reader, std::string_view type, int code, std::string data);
    asio::awaitable<void> end_later(Reader& reader, std::string type, Span lasts);

    LineConfig config_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::Random random_;
    base::TaskGroup group_;
    TcpServer tcp_;
    Moods moods_;
    std::vector<Reader> readers_;
    bool down_ = false;
    int reboots_ = 0;
    std::uint64_t records_ = 0;
    Counts seen_;
};

// One [[osdp]] of the estate file; `count` makes many, with ports that count up.
void add_lines(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::osdp
