#pragma once
#include "gateway/passage/watch.hpp"

namespace gatehouse::passage {

// Persons at one door: attempts at its terminals, orders, and what the door tells of itself. With a contact
// somebody has passed when the door is shut again; without one some seconds after being let in. Pure.
class DoorWatch final : public Watch {
public:
    using Watch::Watch;

private:
    void handle(const model::Event& event, std::vector<Told>& told) override;
    [[nodiscard]] End end_of(const Movement& movement) const override;
    void seal(Movement& movement) override;
    [[nodiscard]] std::string save_lane() const override { return has_contact_ ? "1" : "0"; }
    void load_lane(std::string_view line) override { has_contact_ = line == "1"; }

    void attempt(const model::Event& event, const model::AccessAttempt& seen, std::vector<Told>& told);
    [[nodiscard]] Movement* owner_of(const model::AccessAttempt& seen);
    void door(const model::Event& event, model::DoorPosition position, std::vector<Told>& told);
    void opened(const model::Event& event, std::vector<Told>& told);
    void forced(const model::Event& event, std::vector<Told>& told);
    void shut(const model::Event& event, bool by_contact);

    bool has_contact_ = false; // the door was seen open or shut, not only locked or unlocked
};

} // namespace gatehouse::passage
