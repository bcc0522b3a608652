#pragma once
#include "gateway/config/site.hpp"
#include "gateway/passage/movement.hpp"

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::passage {

// Something to journal, and when it was due: after that no part can join it any more.
struct Told {
    WallTime due{};
    model::Event event; // body: Passage or SystemNotice; without an id
};

// The movements of one lane from their first sign to their end. What vehicles and persons have in common; the
// two kinds of lanes differ in what a sign means. Pure: no I/O, and its only clock is what it is told; how
// long something lasts is judged when a later time is known, so that it does not matter when we were asked.
class Watch {
public:
    explicit Watch(config::LaneConfig lane) : lane_(std::move(lane)) {}
    virtual ~Watch() = default;

    // Time has come this far: ends what is due.
    void advance(WallTime now, std::vector<Told>& told);
    // What happened in the lane at the time that was last told. Live events only.
    void observe(const model::Event& event, std::vector<Told>& told);
    // Something is at the gate and has not ended.
    [[nodiscard]] bool is_busy() const;

    // All that is remembered; load() of it restores it, of anything else nothing.
    [[nodiscard]] std::string save() const;
    void load(std::string_view text);
    // Whether save() may say something else than at the last call.
    [[nodiscard]] bool take_changed() { return std::exchange(changed_, false); }
    void use(config::LaneConfig lane) { lane_ = std::move(lane); }

protected:
    // How a movement ends if nothing more comes.
    struct End {
        WallTime due{};
        State state = State::timed_out;
        WallTime at{}; // what its end is called
        std::string_view proof{};
    };
    using Movements = std::deque<Movement>;

    virtual void handle(const model::Event& event, std::vector<Told>& told) = 0;
    [[nodiscard]] virtual End end_of(const Movement& movement) const = 0;
    // What is known only now that all parts are there.
    virtual void seal(Movement& movement) = 0;
    // Told that it waits, when it has not been let in for so long; zero: never.
    [[nodiscard]] virtual std::chrono::milliseconds waits_after() const { return {}; }
    [[nodiscard]] virtual std::string save_lane() const = 0;
    virtual void load_lane(std::string_view line) = 0;

    // At the end of the line. What is too much for the bound ends.
    Movement& start(const model::Event& first, std::string_view role, std::vector<Told>& told);
    // An order of ours or of a person that the device carried out.
    void note_opening(const model::Event& event, const model::CommandDone& done, std::vector<Told>& told);
    // `by` empty: not known yet.
    void let_in(Movement& movement, std::string_view by, std::vector<Told>& told);
    void pass(Movement& movement, std::string_view proof);
    // Neither by a person's order nor by hand.
    [[nodiscard]] static bool is_opened_by_itself(const model::Passage& passage);
    // The first that fits, or null.
    template <class Fits>
    [[nodiscard]] Movement* first(Fits fits)
    {
        for (auto& movement : movements_)
            if (fits(movement)) return &movement;
        return nullptr;
    }

    config::LaneConfig lane_;
    Movements movements_; // the one nearest to the gate first; bounded
    WallTime now_{};
    WallTime opened_at_{}; // when the gate was last opened for anybody

private:
    [[nodiscard]] static std::chrono::milliseconds lingers(const Movement& movement);
    void tell(Movement& movement, WallTime due, std::vector<Told>& told);
    void tell_waiting(Movement& movement, std::vector<Told>& told);
    void note_waiting(Movement& movement, bool waits, WallTime at, std::vector<Told>& told);

    bool changed_ = false;
};

} // namespace gatehouse::passage
