#pragma once
#include "tests/process/makes.hpp"
#include "tests/process/world.hpp"

#include <map>
#include <set>

namespace gatehouse::proof {

// One device of each make, all in one estate, and one gateway. A scenario happens to all of them at the same
// time. How each make came through is written to a file, too: quality.py makes a table of marks from it.
class MakesWorld : public World {
protected:
    MakesWorld();
    ~MakesWorld() override;

    using Names = std::set<std::string>;
    // Starts everything; link up everywhere, or the make is out with the reason.
    void begin(const std::string& scenario);
    // One line to the simulator, {} is the device. Makes that say they have no such thing are out as "none".
    void order(const std::string& line);
    // Makes for which this does not hold within `limit` are out as "failed".
    void demand(const std::string& what, const std::function<bool(const Make&)>& holds, Milliseconds limit);
    // Every record that the simulator has made since begin() has reached the centre, once.
    [[nodiscard]] bool delivered(const Make& make);
    void demand_delivery(Milliseconds limit = 30s);
    // From here on the devices count their records from one again: a number no longer stands for one record,
    // so that as many further events are demanded as the next order asks for.
    void counted_anew() { counted_anew_ = true; }
    [[nodiscard]] std::string link(const Make& make);
    // Leaves out makes of which this does not hold: the scenario has no meaning for them.
    void only(const std::function<bool(const Make&)>& with, const std::string& why);
    // Those still in.
    [[nodiscard]] std::vector<const Make*> still_in() const;
    // Everybody still in has come through.
    void end();

    [[nodiscard]] std::int64_t stat(const Make& make, const std::string& name) const;
    // A document of the API on the control socket, of this device.
    [[nodiscard]] boost::json::value device(const Make& make) const;
    // Orders that have reached it, and those of them that it carried out.
    [[nodiscard]] std::size_t orders_to(const Make& make) const;
    [[nodiscard]] std::size_t moves(const Make& make) const;
    // Has the gate or door of its lane opened; the words that the command line prints.
    [[nodiscard]] std::string open(const Make& make) const;

private:
    // Events that tell of more than the device's link.
    [[nodiscard]] std::size_t told(const Make& make) const;
    struct Verdict {
        std::string result; // passed | failed | none
        std::string why;
    };
    void out(const Make& make, std::string result, std::string why);

    std::string scenario_;
    std::map<std::string, Verdict, std::less<>> verdicts_;
    std::map<std::string, std::size_t, std::less<>>
        told_;              // by make, what had been told before the last order
    std::size_t asked_ = 1; // events that the last order asks for
    bool counted_anew_ = false;
};

} // namespace gatehouse::proof
