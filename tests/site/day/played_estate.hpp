#pragma once
#include "tests/sim/estate.hpp"
#include "tests/site/day/played_machine.hpp"
#include "tests/site/site.hpp"

#include <map>
#include <memory>
#include <string>

namespace gatehouse::site::day {

// The machines of an estate file of gatehouse-sim at a site: the script says what they are to tell, and when.
class PlayedEstate {
public:
    PlayedEstate(const std::string& file, Site& site);
    ~PlayedEstate();
    PlayedEstate(const PlayedEstate&) = delete;
    PlayedEstate& operator=(const PlayedEstate&) = delete;

    [[nodiscard]] const std::vector<sim::ScriptedEvent>& script() const { return estate_.script; }
    // The telling number n of one of the script's events, now.
    void tell(const sim::ScriptedEvent& event, std::size_t n);

private:
    void add(std::unique_ptr<sim::Machine> machine);

    Site& site_;
    sim::Estate estate_;
    sim::Oracle unwritten_;
    std::map<std::string, std::unique_ptr<PlayedMachine>> machines_;
};

} // namespace gatehouse::site::day
