#include "tests/site/day/played_camera.hpp"

#include <iterator>

namespace gatehouse::site::day {

using sim::isapi::Record;

PlayedCamera::PlayedCamera(std::unique_ptr<sim::isapi::Device> machine, fakes::FakeIsapi& wire)
    : machine_(std::move(machine)), wire_(wire)
{
    machine_->on_told = [this](const Record& record) { tell(record); };
}

std::string PlayedCamera::obey(const std::string& verb, std::vector<std::string> words)
{
    // Its port is not open here; the cable is that of `wire_`.
    if (verb == "cut") {
        wire_.present = words.empty() || words.front() != "on";
        if (!wire_.present) wire_.cut();
        return "ok";
    }
    auto answer = machine_->obey(verb, std::move(words));
    keep_log(); // also what it tells nobody
    return answer;
}

void PlayedCamera::tell(const Record& record)
{
    keep_log();
    wire_.send_document(machine_->payloads.render(record, machine_->switches).text);
}

void PlayedCamera::keep_log()
{
    const auto& log = machine_->log.all();
    auto first = log.end();
    while (first != log.begin() && (*std::prev(first))->index > kept_)
        --first;
    for (; first != log.end(); ++first) {
        const auto& record = **first;
        kept_ = record.index;
        if (record.type == sim::isapi::Type::plate) {
            auto time = machine_->payloads.absolute_time(record.at, machine_->switches);
            time.insert(8, "T");
            wire_.plates.push_back({record.text, time + "0", record.picture_name});
        } else if (const auto code = sim::isapi::acs_code(record.type); code && record.keyed) {
            wire_.records.push_back({record.serial, record.at, code->second, record.text, "", code->first});
        }
    }
}

} // namespace gatehouse::site::day
