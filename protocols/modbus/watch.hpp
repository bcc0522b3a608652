#pragma once
#include "protocols/modbus/board.hpp"
#include "protocols/modbus/gate.hpp"
#include "protocols/modbus/pulse_counts.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::modbus {

// Polls the inputs of one board and tells what its gates say (sheet §5). The first poll after the link came
// is compared with what was told before it went, also over a restart of ours. io thread only.
class Watch {
public:
    Watch(Session& session, Board& board);

    // Polls until the board is given up; why, in one sentence.
    asio::awaitable<std::string> run();
    // One poll, also between the others: what it shows is told too.
    asio::awaitable<Answer> look();
    // The link is down: nothing is known from now on.
    void lose();

    [[nodiscard]] Gate* gate(int output);
    [[nodiscard]] const std::vector<std::unique_ptr<Gate>>& gates() const { return gates_; }
    // Notified at each poll, also at one that failed.
    [[nodiscard]] base::Wakeup& polled() { return polled_; }

private:
    asio::awaitable<std::vector<std::uint16_t>> counters();
    void take(const std::vector<bool>& inputs, const std::vector<bool>& pulses, base::MonoTime asked_at);
    void tell();
    void tell_cabinet();
    void report(std::vector<model::Body> news);
    void keep();
    asio::awaitable<void> save();
    [[nodiscard]] std::string text() const;
    void load(const std::string& text);
    // The reason when it was one failure too many.
    std::string judge(const Answer& answer);

    Session& session_;
    Board& board_;
    std::vector<std::unique_ptr<Gate>> gates_;
    Contact cabinet_;
    PulseCounts pulses_;
    bool told_cabinet_ = false;
    bool measured_ = false; // the poll before this one was just before
    int failures_ = 0;
    bool saving_ = false;
    std::string saved_;
    base::Wakeup polled_;
};

} // namespace gatehouse::modbus
