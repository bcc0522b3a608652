#pragma once
#include "gateway/model/event.hpp"
#include "protocols/modbus/contact.hpp"
#include "protocols/modbus/passages.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::modbus {

// What the contacts of one gate say: where the boom stands, who is on the loops, what is wrong (sheet §4),
// and which of that is news. Never infers a position from an order. Pure: polls go in, events come out.
class Gate {
public:
    Gate(GateConfig gate, const Config& config);

    // One poll of the board's inputs.
    void sample(const std::vector<bool>& inputs, base::MonoTime now);
    // After it: the inputs that had pulses which no poll shows (see PulseCounts).
    void pulsed(const std::vector<bool>& inputs, base::MonoTime now);
    // What has changed since it was told last. May wait for several samples: the changes then add up.
    std::vector<model::Body> tell(base::MonoTime now);
    // The link is down: nothing is known from now on, and of the position that is news.
    std::vector<model::Body> lose();

    // ---- orders ----
    void opened(base::MonoTime now); // the open button was pressed for us
    void hold(bool on) { held_ = on; }
    // The boom did not rise in time; over once it is seen up.
    void did_not_rise() { late_ = true; }

    [[nodiscard]] model::BarrierPosition position() const { return position_; }
    [[nodiscard]] bool wiring_fault() const;
    [[nodiscard]] const Contact& up() const { return up_; }
    [[nodiscard]] const Contact& down() const { return down_; }
    [[nodiscard]] const Contact& safety() const { return safety_; }
    [[nodiscard]] const GateConfig& config() const { return gate_; }
    // "closed; nobody under the boom"
    [[nodiscard]] std::string describe() const;

    // What was told last, for the time after a restart.
    [[nodiscard]] std::string save() const;
    void load(std::string_view text);

private:
    void find_position(base::MonoTime now);
    void between_limits(base::MonoTime now);
    void tell_position(std::vector<model::Body>& news);
    void tell_input(const Contact& contact, std::optional<bool>& told, std::vector<model::Body>& news) const;
    void tell_pulses(std::vector<model::Body>& news);
    void tell_faults(std::vector<model::Body>& news);
    void tell_passages(std::vector<model::Body>& news, base::MonoTime now);

    GateConfig gate_;
    milliseconds stuck_after_;
    Contact up_;
    Contact down_;
    Contact entry_;
    Contact safety_;
    Contact fault_;
    Contact manual_;
    Passages passages_;

    model::BarrierPosition position_ = model::BarrierPosition::unknown; // of the last sample
    std::optional<base::MonoTime> between_since_;
    bool stuck_ = false;
    bool late_ = false;
    bool held_ = false;
    bool followed_ = false;
    std::set<int> pulses_; // inputs whose pulse is still to be told

    model::BarrierPosition told_position_ = model::BarrierPosition::unknown;
    std::optional<bool> told_entry_;
    std::optional<bool> told_safety_;
    std::optional<bool> told_manual_;
    std::set<std::string, std::less<>> told_faults_;
};

} // namespace gatehouse::modbus
