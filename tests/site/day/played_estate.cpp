#include "tests/site/day/played_estate.hpp"

#include "tests/site/day/played_board.hpp"
#include "tests/site/day/played_camera.hpp"

#include <stdexcept>

namespace gatehouse::site::day {
namespace {

// The machine as what it is; it stays where it was when it is something else.
template <class Kind>
std::unique_ptr<Kind> taken_as(std::unique_ptr<sim::Machine>& machine)
{
    auto* kind = dynamic_cast<Kind*>(machine.get());
    if (kind == nullptr) return nullptr;
    (void)machine.release(); // the new owner has it
    return std::unique_ptr<Kind>(kind);
}

} // namespace

PlayedEstate::PlayedEstate(const std::string& file, Site& site) : site_(site), estate_(sim::load_estate(file))
{
    const sim::Ground ground{site.io.get_executor(), site.clock, unwritten_};
    for (const auto& make : estate_.machines)
        add(make(ground));
}

PlayedEstate::~PlayedEstate()
{
    site_.inside([this] {
        for (auto& [id, machine] : machines_)
            machine->cancel();
    });
}

void PlayedEstate::add(std::unique_ptr<sim::Machine> machine)
{
    const auto id = machine->id();
    if (auto camera = taken_as<sim::isapi::Device>(machine)) {
        auto& wire = site_.network.add(camera->config.host);
        wire.serial = "DS-" + id;
        machines_[id] = std::make_unique<PlayedCamera>(std::move(camera), wire);
    } else if (auto board = taken_as<sim::modbus::RelayBoard>(machine)) {
        machines_[id] = std::make_unique<PlayedBoard>(std::move(board), site_.scripted,
                                                      site_.io.get_executor(), site_.clock);
    } else {
        throw std::runtime_error("only cameras and one relay board can be played: " + id);
    }
}

void PlayedEstate::tell(const sim::ScriptedEvent& event, std::size_t n)
{
    const auto machine = machines_.find(event.device);
    if (machine == machines_.end())
        throw std::runtime_error("the script names no device of its own: " + event.device);
    std::string answer;
    site_.inside([&] { answer = machine->second->obey(event.verb, event.words_of(n)); });
    if (answer != "ok") throw std::runtime_error("the script for " + event.device + ": " + answer);
}

} // namespace gatehouse::site::day
