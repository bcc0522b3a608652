#include "gateway/app/plate_checks.hpp"

#include "gateway/base/log.hpp"
#include "gateway/model/json_writer.hpp"
#include "vision/link/plate_verdict.hpp"

namespace gatehouse::app {
namespace {

constexpr std::size_t checks_max = 2; // at once; questions of people come first
constexpr std::chrono::seconds check_limit{15};

// The picture with the most around the plate.
const model::Picture* picture_of(const model::Event& event)
{
    const model::Picture* best = nullptr;
    for (const auto& picture : event.pictures)
        if (picture.bytes && (best == nullptr || picture.bytes->size() > best->bytes->size()))
            best = &picture;
    return best;
}

} // namespace

PlateChecks::PlateChecks(Ports ports)
    : ports_(std::move(ports)),
      checked_(ports_.metrics.counter("gatehouse_plate_checks_total", "Reads compared with their picture")),
      passed_over_(ports_.metrics.counter("gatehouse_plate_checks_passed_over_total",
                                          "Reads that were not compared: the worker was busy or away")),
      differing_(ports_.metrics.counter("gatehouse_plate_checks_differing_total",
                                        "Reads of which the picture says something else")),
      tasks_(ports_.executor)
{
}

void PlateChecks::look_at(const model::Event& event)
{
    const auto* passage = std::get_if<model::VehiclePassage>(&event.body);
    if (passage == nullptr || passage->plate.text.empty() || event.history) return;
    const auto* picture = picture_of(event);
    if (picture == nullptr) return;
    if (tasks_.size() >= checks_max) return passed_over_.add();
    tasks_.spawn("plate check", check(event, *picture));
}

asio::awaitable<void> PlateChecks::stop()
{
    tasks_.cancel();
    co_await tasks_.join();
}

asio::awaitable<void> PlateChecks::check(model::Event event, model::Picture picture)
{
    std::string order;
    model::JsonWriter(order)
        .begin_object()
        .member("text", std::get<model::VehiclePassage>(event.body).plate.text)
        .end_object();
    const auto answer = co_await ports_.eyes.ask(vision::Question::plate_check, std::move(order),
                                                 std::string(*picture.bytes), check_limit);
    const auto verdict = answer ? vision::parse_verdict(answer->result) : answer.error();
    if (!verdict) co_return passed_over_.add();
    checked_.add();
    if (verdict->verdict != "differs") co_return;
    differing_.add();
    co_await tell(std::move(event), std::move(picture), verdict->text);
}

asio::awaitable<void> PlateChecks::tell(model::Event about, model::Picture picture, std::string seen)
{
    const auto& read = std::get<model::VehiclePassage>(about.body).plate.text;
    model::Event event;
    event.occurred_at = about.occurred_at;
    event.device_record = about.device_record;
    event.body =
        model::DeviceHealth{"plate_differs", false, "device says " + read + ", picture says " + seen};
    event.pictures.push_back(std::move(picture));
    const auto sink = ports_.sink_for(about.device);
    const auto kept = co_await sink(std::move(event));
    if (!kept) base::log::warn("a plate that differs is not recorded", base::kv("why", kept.error()));
}

} // namespace gatehouse::app
