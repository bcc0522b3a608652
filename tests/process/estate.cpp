#include "tests/process/estate.hpp"

#include "tests/process/http.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <thread>

namespace gatehouse::proof {

Estate::Estate(const Scratch& scratch, std::vector<DevicePlan> plans, std::uint16_t listener)
    : plans_(std::move(plans)), file_(scratch.file("estate.toml")), oracle_(scratch.file("oracle.jsonl")),
      log_(scratch.file("sim.log"))
{
    std::string text;
    int seed = 1;
    for (const auto& plan : plans_) {
        ports_[plan.id] = free_port();
        const bool plain = plan.kind == "plain";
        text += fmt::format("[[{}]]\nid = \"{}\"\nlisten = \"127.0.0.1:{}\"\nseed = {}\nrate = \"{}/s\"\n",
                            plain ? "rtsp" : "camera", plan.id, ports_[plan.id], seed++, plan.rate);
        if (!plain)
            text += fmt::format(
                "kind = \"{}\"\nretry_delay = \"50ms\"\nheartbeat = \"1s\"\nlog_size = 20000\n", plan.kind);
        if (plan.push) text += fmt::format("push = \"http://127.0.0.1:{}/push/{}\"\n", listener, plan.id);
        text += plan.switches + "\n";
    }
    write_file(file_, text);
}

Estate::Estate(const Scratch& scratch, const std::string& text, std::map<std::string, std::uint16_t> ports)
    : file_(scratch.file("estate.toml")), oracle_(scratch.file("oracle.jsonl")),
      log_(scratch.file("sim.log")), ports_(std::move(ports))
{
    write_file(file_, text);
}

void Estate::start()
{
    child_ =
        Child({program("gatehouse-sim"), "--estate", file_, "--oracle", oracle_, "--control", "0"}, log_);
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (read_text(log_).find("\"ready\"") == std::string::npos) {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error("the estate does not start: " + read_text(log_));
        std::this_thread::sleep_for(2ms);
    }
    std::istringstream lines(read_text(log_));
    for (std::string line; std::getline(lines, line);) {
        const auto parsed = boost::json::parse(line);
        if (const auto* port = parsed.as_object().if_contains("control"))
            control_ = static_cast<std::uint16_t>(port->to_number<int>());
    }
}

std::string Estate::tell(const std::string& line) const
{
    return ask_line(control_, line);
}

std::size_t Estate::pending() const
{
    const auto parsed = boost::json::parse(tell("stats"));
    return parsed.at("pending").to_number<std::size_t>();
}

} // namespace gatehouse::proof
