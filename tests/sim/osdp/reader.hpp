#pragma once
#include "gateway/base/clock.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/osdp/frames.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::sim::osdp {

// What one reader of the line does wrong; numbers are how often, from now on.
struct Faults {
    bool absent = false;
    int busy = 0;
    int nak = 0;    // reason given to the next command; 0: none
    int lost = 0;   // answers that are not sent
    int late = 0;   // answers that come after 350 ms
    int mac = 0;    // answers with a wrong one
    int plain = 0;  // answers without seal in a session
    int length = 0; // answers that say FFFF
};

// Something that a reader has to tell; one a poll.
struct Happening {
    std::string record;
    int code = 0x40;
    std::string data;
};

// What becomes of one frame of the panel.
struct Said {
    std::string bytes; // none: no answer
    Span after{0};
    std::vector<std::string> acked; // records whose receipt this frame shows
    std::optional<int> output;      // was ordered; and
    int output_code = 0;
    bool moved = false;
};

// One simulated reader: numbers and repeats, the secure session, its state and its queue, as sheet sections 2
// to 5 have it.
class Reader {
public:
    Reader(int address, std::string key, bool strict, std::size_t channels);

    [[nodiscard]] Said hear(const Question& question, Moods& moods, base::MonoTime now);
    void tell(Happening happening) { queue_.push_back(std::move(happening)); }
    // As after a power cut: no session, no number; what it had to tell is still there.
    void reboot();
    // The panel begins anew: outputs stay as they are.
    void restart();
    void set_key(std::string key);
    void set_input(std::size_t input, bool active);
    void set_local(bool tamper, bool power_fault);
    [[nodiscard]] std::string inputs() const { return inputs_; }
    [[nodiscard]] std::string local() const { return local_; }
    [[nodiscard]] std::size_t pending() const { return queue_.size() + (told_ ? 1U : 0U); }
    [[nodiscard]] int address() const { return address_; }
    [[nodiscard]] bool sealed() const { return sealed_; }

    Faults faults;

private:
    struct Reply {
        int code = 0x40;
        std::string data;
        std::string block;
    };
    [[nodiscard]] bool open(Question& question);
    [[nodiscard]] Reply answer(const Question& question, Said& said, Moods& moods, base::MonoTime now);
    [[nodiscard]] Reply poll();
    [[nodiscard]] Reply out(const Question& question, Said& said, const Moods& moods, base::MonoTime now);
    [[nodiscard]] Reply challenge(const Question& question);
    [[nodiscard]] Reply confirm(const Question& question);
    [[nodiscard]] Reply comset(const Question& question);
    [[nodiscard]] std::string outputs(base::MonoTime now);
    [[nodiscard]] std::string framed(const Question& question, const Reply& reply);
    [[nodiscard]] std::string mac(const std::string& covered, const std::string& start) const;

    int address_;
    std::string key_; // empty: the public one
    bool strict_;     // refuses all but ID and CAP in plain
    std::deque<Happening> queue_;
    std::optional<Happening> told_; // and not yet shown to have arrived
    std::string inputs_;
    std::string local_ = std::string(2, '\0');
    std::vector<std::optional<base::MonoTime>> on_until_;

    int sequence_ = -1;
    std::string last_question_;
    std::string last_answer_;
    bool sealed_ = false;
    std::string rnd_a_, rnd_b_, enc_, mac1_, mac2_, their_mac_, our_mac_;
    std::string new_key_;
    int new_address_ = -1;
};

} // namespace gatehouse::sim::osdp
