#include "tests/process/camera_world.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::proof {

CameraWorld::CameraWorld()
{
    gateway.more =
        fmt::format("[[lane]]\nid = \"east-in\"\nname = \"east\"\nkind = \"vehicle\"\ndirection = \"in\"\n"
                    "readers = [\"{}\"]\nbarrier = \"{}/1\"\ndecide = \"gateway\"\n\n",
                    gate_camera, boom);
}

void CameraWorld::use_models(const std::string& folder)
{
    gateway.more += fmt::format("[vision]\nmodels = \"{}\"\n\n", folder);
}

void CameraWorld::start_gate(double rate, const std::string& switches, const std::string& keys)
{
    constexpr auto login = "username = \"admin\"\npassword = \"secret\"\n";
    plan({{gate_camera, "plain", false, 0, login + switches,
           fmt::format("{}vision = [\"health\", \"plates\"]\n{}\n", login, keys)},
          {boom, "plate", true, rate, "picture_bytes = 20000\nbarrier_travel = \"100ms\"", ""},
          {"face-1", "face", false, rate, "", ""}});
    ASSERT_NO_FATAL_FAILURE(start());
    ASSERT_TRUE(worker_becomes("up", 30s)) << read_text(gateway.log_file());
    ASSERT_TRUE(link_becomes("up", 30s)) << read_text(gateway.log_file());
}

void CameraWorld::list(const std::string& plate)
{
    write_file(scratch.file("plates.csv"), "plate,name\n" + plate + ",proof\n");
    ASSERT_EQ(gateway.cli({"list", "import", scratch.file("plates.csv")}).code, 0);
}

std::string CameraWorld::tell_camera(const std::string& verb, const std::string& words)
{
    return estate->tell(fmt::format("{} {} {}", verb, gate_camera, words));
}

bool CameraWorld::link_becomes(const std::string& state, Milliseconds limit)
{
    return until([&] { return device_link(gateway.status(), gate_camera) == state; }, limit);
}

std::size_t CameraWorld::openings() const
{
    const auto commands = truth().commands;
    return static_cast<std::size_t>(std::count_if(commands.begin(), commands.end(), [](const auto& command) {
        return command.device == boom && command.action == "open" && command.moved;
    }));
}

bool CameraWorld::told_of(const std::string& device, const std::string& type,
                          const std::vector<std::string>& words) const
{
    const auto& all = centre.deliveries();
    return std::any_of(all.begin(), all.end(), [&](const Delivery& delivery) {
        return delivery.source == device && delivery.type == "cn.gatehouse." + type + ".v1" &&
               std::all_of(words.begin(), words.end(), [&](const std::string& word) {
                   return delivery.data.find(word) != std::string::npos;
               });
    });
}

boost::json::value CameraWorld::vision() const
{
    const auto status = gateway.status();
    const auto* document = status.if_object();
    const auto* seen = document == nullptr ? nullptr : document->if_contains("vision");
    return seen == nullptr ? boost::json::value() : *seen;
}

bool CameraWorld::worker_becomes(const std::string& state, Milliseconds limit)
{
    return until(
        [&] {
            const auto seen = vision();
            return seen.is_object() && seen.at("state").as_string() == state;
        },
        limit);
}

} // namespace gatehouse::proof
