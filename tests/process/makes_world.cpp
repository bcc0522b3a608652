#include "tests/process/makes_world.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace gatehouse::proof {
namespace {

std::string filled(std::string_view text, const std::map<std::string, std::string>& values)
{
    std::string out(text);
    for (const auto& [name, value] : values)
        for (auto at = out.find(name); at != std::string::npos; at = out.find(name, at + value.size()))
            out.replace(at, name.size(), value);
    return out;
}

std::filesystem::path results_folder()
{
    const char* folder = std::getenv("GATEHOUSE_SCENARIOS");
    return folder == nullptr ? std::filesystem::path(GATEHOUSE_BIN_DIR) / "../scenarios" : folder;
}

} // namespace

MakesWorld::MakesWorld()
{
    std::string estate_text;
    std::string devices;
    std::map<std::string, std::uint16_t> ports;
    for (const auto& make : makes()) {
        const std::string id(make.protocol);
        ports[id] = free_port();
        const std::map<std::string, std::string> values{{"{port}", std::to_string(ports[id])},
                                                        {"{port2}", std::to_string(free_port())},
                                                        {"{listener}", std::to_string(listener)},
                                                        {"{broker}", std::to_string(broker.port())}};
        estate_text += filled(make.estate, values) + "\n";
        devices += fmt::format("[[device]]\nid = \"{0}\"\nname = \"{0}\"\nprotocol = \"{0}\"\n", id) +
                   filled(make.device, values);
        if (!make.lists.empty()) devices += "lists = \"ours\"\n";
        devices += filled(make.tables, values) + "\n";
        if (make.kind.empty()) continue;
        devices +=
            fmt::format("[[lane]]\nid = \"lane-{0}\"\nname = \"{0}\"\nkind = \"{1}\"\nreaders = [\"{0}\"]\n"
                        "barrier = \"{0}/1\"\n\n",
                        id, make.kind);
    }
    estate = std::make_unique<Estate>(scratch, estate_text, std::move(ports));
    gateway.configure(devices);
}

MakesWorld::~MakesWorld()
{
    if (scenario_.empty()) return;
    boost::json::object results;
    for (const auto& [make, verdict] : verdicts_)
        results[make] = boost::json::object{{"result", verdict.result}, {"why", verdict.why}};
    std::filesystem::create_directories(results_folder());
    std::ofstream(results_folder() / (scenario_ + ".json")) << boost::json::serialize(results) << "\n";
}

void MakesWorld::begin(const std::string& scenario)
{
    scenario_ = scenario;
    for (const auto& make : makes())
        verdicts_[std::string(make.protocol)] = {};
    start();
    if (HasFatalFailure()) {
        for (const auto* make : still_in())
            out(*make, "failed", "the gateway does not start");
        return;
    }
    demand(
        "the link comes up", [this](const Make& make) { return link(make) == "up"; }, 40s);
}

std::vector<const Make*> MakesWorld::still_in() const
{
    std::vector<const Make*> in;
    for (const auto& make : makes())
        if (verdicts_.find(make.protocol)->second.result.empty()) in.push_back(&make);
    return in;
}

void MakesWorld::out(const Make& make, std::string result, std::string why)
{
    if (result == "failed") ADD_FAILURE() << make.protocol << ": " << why;
    verdicts_.find(make.protocol)->second = {std::move(result), std::move(why)};
}

void MakesWorld::only(const std::function<bool(const Make&)>& with, const std::string& why)
{
    for (const auto* make : still_in())
        if (!with(*make)) out(*make, "none", why);
}

void MakesWorld::order(const std::string& line)
{
    constexpr std::string_view no_such_thing = "error: not of this make";
    const auto count = line.find("count=");
    asked_ = count == std::string::npos ? 1 : std::stoul(line.substr(count + 6));
    for (const auto* make : still_in()) {
        told_[std::string(make->protocol)] = told(*make);
        const auto answer = estate->tell(
            filled(line, {{"{}", std::string(make->protocol)}, {"{pass}", std::string(make->pass)}}));
        if (answer.starts_with(no_such_thing))
            out(*make, "none", answer.substr(std::min(answer.size(), no_such_thing.size() + 2)));
        else if (answer.starts_with("error") || answer.empty())
            out(*make, "failed", "the simulator does not take \"" + line + "\": " + answer);
    }
}

void MakesWorld::demand(const std::string& what, const std::function<bool(const Make&)>& holds,
                        Milliseconds limit)
{
    std::set<const Make*> open;
    for (const auto* make : still_in())
        open.insert(make);
    (void)until(
        [&] {
            for (auto make = open.begin(); make != open.end();)
                make = holds(**make) ? open.erase(make) : std::next(make);
            return open.empty();
        },
        limit);
    for (const auto* make : open)
        out(*make, "failed",
            fmt::format("not within {} s: {}; {}", limit.count() / 1000, what,
                        boost::json::serialize(device(*make))));
}

bool MakesWorld::delivered(const Make& make)
{
    if (!make.keyed || counted_anew_) return told(make) >= told_.find(make.protocol)->second + asked_;
    std::set<std::string> seen;
    for (const auto& delivery : centre.deliveries())
        if (delivery.source == make.protocol) seen.insert(delivery.record);
    const auto known = truth();
    bool any = false;
    for (const auto& key : known.created) {
        if (key.first != make.protocol) continue;
        any = true;
        const auto logged = known.in_log.find(key);
        const bool fetched = logged != known.in_log.end() && seen.contains(logged->second);
        if (!fetched && !seen.contains(key.second)) return false;
    }
    return any;
}

void MakesWorld::demand_delivery(Milliseconds limit)
{
    demand(
        "every event is delivered", [this](const Make& make) { return delivered(make); }, limit);
    if (counted_anew_) return; // a record's number stands for two of them
    for (const auto* make : still_in()) {
        std::vector<Delivery> mine;
        for (const auto& delivery : centre.deliveries())
            if (delivery.source == make->protocol) mine.push_back(delivery);
        for (const auto& sentence : complaints(mine, {{}, false}))
            out(*make, "failed", sentence);
    }
}

std::size_t MakesWorld::told(const Make& make) const
{
    std::set<std::string_view> ids;
    for (const auto& delivery : centre.deliveries())
        if (delivery.source == make.protocol && delivery.type.find(".device.") == std::string::npos)
            ids.insert(delivery.id);
    return ids.size();
}

std::string MakesWorld::link(const Make& make)
{
    const auto shown = device(make);
    if (!shown.is_object() || !shown.as_object().contains("link")) return "";
    return std::string(shown.at("link").as_string());
}

std::string MakesWorld::open(const Make& make) const
{
    return gateway.cli({"gate", "open", "lane-" + std::string(make.protocol), "--reason", "proof"}).output;
}

std::int64_t MakesWorld::stat(const Make& make, const std::string& name) const
{
    boost::system::error_code failure;
    const auto parsed = boost::json::parse(estate->tell("stats " + std::string(make.protocol)), failure);
    if (failure || !parsed.is_object() || !parsed.as_object().contains(name)) return -1;
    return parsed.at(name).to_number<std::int64_t>();
}

boost::json::value MakesWorld::device(const Make& make) const
{
    return gateway.api("/api/v1/devices/" + std::string(make.protocol));
}

std::size_t MakesWorld::orders_to(const Make& make) const
{
    const auto commands = truth().commands;
    return static_cast<std::size_t>(std::count_if(commands.begin(), commands.end(), [&](const auto& command) {
        return command.device == make.protocol;
    }));
}

std::size_t MakesWorld::moves(const Make& make) const
{
    const auto commands = truth().commands;
    return static_cast<std::size_t>(std::count_if(commands.begin(), commands.end(), [&](const auto& command) {
        return command.device == make.protocol && command.moved;
    }));
}

void MakesWorld::end()
{
    for (const auto* make : still_in())
        out(*make, "passed", "");
}

} // namespace gatehouse::proof
