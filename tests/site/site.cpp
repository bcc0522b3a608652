#include "tests/site/site.hpp"

#include "gateway/app/check.hpp"
#include "gateway/base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace gatehouse::site {
namespace {

constexpr auto whole_site = R"(
[site]
id = "site-1"
name = "Site 1"

[gateway]
id = "gw1"

[[device]]
id = "lpr-in"
name = "东门进口相机"
protocol = "isapi"
kind = "plate"
address = "http://192.0.2.21"
username = "gatehouse"
password = "right"

[[device]]
id = "face-1"
name = "3栋门口"
protocol = "isapi"
kind = "face"
address = "http://192.0.2.22"
username = "gatehouse"
password = "right"

[[device]]
id = "probe-1"
name = "周界"
protocol = "scripted"
kind = "camera"
address = "http://192.0.2.30"

[[lane]]
id = "east-in"
name = "东门进口"
kind = "vehicle"
direction = "in"
readers = ["lpr-in"]
barrier = "lpr-in/1"
decide = "gateway"

[[upstream]]
name = "centre"
protocol = "centre"
)";

store::Credential resident(const std::string& plate)
{
    store::Credential credential;
    credential.value = plate;
    credential.list = "resident";
    credential.name = "测试";
    return credential;
}

void no_keys(const config::DeviceConfig&, config::Table&) {}
void no_upstream_keys(const config::UpstreamConfig&, config::Table&) {}

} // namespace

// A relay board is looked at ten times a second: here the scripted device stands for it, and the centre for
// the broker, under a configuration that is theirs.
Site::Site(std::string configuration, base::WallTime begins, std::uint64_t seed)
    : toml(std::move(configuration)), clock(begins), random(seed), network(io.get_executor(), clock, random),
      centre(clock, random), disk(io.get_executor()),
      scripted(io.get_executor()), devices_{*app::Registry{}.device("isapi"),
                                            app::DeviceProtocol{"scripted", &no_keys,
                                                                ScriptedDevice::maker(scripted)},
                                            app::DeviceProtocol{"modbus",
                                                                app::Registry{}.device("modbus")->check,
                                                                ScriptedDevice::maker(scripted)}},
      upstreams_{
          app::UpstreamProtocol{"centre", &no_upstream_keys, Centre::maker(centre)},
          app::UpstreamProtocol{"mqtt", app::Registry{}.upstream("mqtt")->check, Centre::maker(centre)}},
      file_(testing::TempDir() + fmt::format("gatehouse-site-{}.toml", ::getpid())),
      gateway_random_(seed ^ 0x5deece66dULL)
{
    base::log::set_level(base::log::Level::error);
}

Site::Site(std::uint64_t seed) : Site(whole_site, fakes::ManualClock().wall(), seed)
{
    for (const auto* host : {face_host, plate_host})
        network.add(host).has_alert_stream = true;
    network.device(plate_host).on_request = [this](const fakes::FakeIsapi::Request& request) {
        note(request);
    };
    disk.platters.credential_table.push_back(resident(listed_plate));
}

Site::~Site()
{
    if (app_) stop();
    inside([this] { network.stop(); });
    std::remove(file_.c_str());
}

void Site::note(const fakes::FakeIsapi::Request& request)
{
    if (!request.with_credentials || request.method != "PUT") return;
    if (request.target.find("barrierGate") == std::string::npos) return;
    if (request.body.find("open") == std::string::npos) return;
    openings.push_back(Opening{clock.now()});
}

// ---- the gateway ----

void Site::write_config() const
{
    std::ofstream(file_, std::ios::binary) << toml;
}

// Runs one coroutine to its end; time passes while it waits.
void Site::run(asio::awaitable<void> work)
{
    bool done = false;
    std::exception_ptr failure;
    asio::co_spawn(io, std::move(work), [&](std::exception_ptr why) {
        done = true;
        failure = std::move(why);
    });
    settle();
    for (int i = 0; !done && i < 1000; ++i)
        pass(100ms);
    if (failure) std::rethrow_exception(failure);
    if (!done) throw std::logic_error("the gateway neither starts nor stops within 100 s");
}

void Site::start()
{
    write_config();
    const app::Registry registry{devices_, upstreams_};
    config::Issues issues;
    auto site = app::load_config(file_, issues, registry);
    for (const auto& issue : issues)
        if (!issue.warning) throw std::logic_error(config::to_string(issue));
    app::App::Ports ports{io.get_executor(), clock, gateway_random_, network};
    ports.registry = registry;
    ports.open_store = [this](asio::any_io_executor, base::Clock&, base::Metrics&, store::StoreOptions,
                              std::vector<std::string>) {
        store::OpenedStore opened;
        opened.store = disk.lend();
        opened.report = start_report;
        return opened;
    };
    ports.kernel_synced = [] { return true; };
    ports.worker = io.get_executor();
    ports.doors = false;
    ports.search = false;
    app_ = std::make_unique<app::App>(std::move(ports), std::move(site));
    run(app_->start());
}

void Site::stop()
{
    run(app_->stop());
    app_.reset();
    settle();
}

void Site::kill()
{
    disk.cut_power();
    network.unplug_all();
    centre.forget_gateway();
    // What is left of the process can do nothing any more; it only has to be cleared away.
    stop();
    network.plug_in_all();
}

api::ReloadOutcome Site::reload()
{
    write_config();
    api::ReloadOutcome outcome;
    const auto work = [](app::App& app, api::ReloadOutcome& out) -> asio::awaitable<void> {
        out = co_await app.reload();
    };
    run(work(*app_, outcome));
    return outcome;
}

model::Outcome Site::order(model::Command command)
{
    model::Outcome outcome;
    const auto work = [](upstream::CommandHandler& handler, model::Command given,
                         model::Outcome& out) -> asio::awaitable<void> {
        out = co_await handler(std::move(given));
    };
    run(work(centre.order, std::move(command), outcome));
    return outcome;
}

api::Response Site::ask(api::Request request)
{
    request.control = true;
    request.peer = "uid 0";
    api::Response response;
    const auto work = [](app::App& app, api::Request asked, api::Response& out) -> asio::awaitable<void> {
        out = co_await app.answer(std::move(asked));
    };
    run(work(*app_, std::move(request), response));
    return response;
}

// ---- time ----

void Site::settle()
{
    io.restart();
    while (io.poll() > 0) {
    }
}

void Site::breathe()
{
    if (!heartbeats) return;
    for (auto* device : network.devices())
        if (device->present) device->send_document(device->heartbeat());
    settle();
}

void Site::pass(std::chrono::milliseconds span)
{
    settle();
    const auto end = clock.now() + span;
    while (clock.now() < end) {
        if (breath_due_ <= clock.now()) {
            breath_due_ = clock.now() + heartbeat_every;
            breathe();
        }
        const auto due = clock.next_due();
        const auto next = std::min({end, breath_due_, due.value_or(end)});
        clock.advance(std::max(stride, std::chrono::ceil<std::chrono::milliseconds>(next - clock.now())));
        settle();
    }
}

void Site::leap(std::chrono::milliseconds span, std::chrono::milliseconds step)
{
    for (; span > 0ms; span -= step) {
        clock.advance(step);
        settle();
    }
}

void Site::step_wall(std::chrono::milliseconds span)
{
    clock.step_wall(span);
    for (auto* device : network.devices())
        device->clock_skew -= span;
}

void Site::inside(std::function<void()> work)
{
    asio::post(io, std::move(work));
    settle();
}

// ---- what happens at the gates ----

void Site::person()
{
    const auto serial = face_records.size() + 1;
    face_records.push_back(serial);
    inside([this, serial] { network.device(face_host).happen(serial); });
}

void Site::car(const std::string& uuid, const std::string& plate)
{
    reads.push_back(Read{uuid, plate, clock.now()});
    inside([this, uuid, plate] {
        auto& camera = network.device(plate_host);
        camera.send_document(camera.plate(uuid, plate, 0));
    });
}

// ---- what was seen ----

std::vector<model::EntryPtr> Site::entries(const std::string& type_prefix) const
{
    std::vector<model::EntryPtr> found;
    for (const auto& entry : disk.platters.journal)
        if (entry->type.starts_with(type_prefix)) found.push_back(entry);
    return found;
}

std::vector<model::EntryPtr> Site::records(const std::string& type_prefix) const
{
    auto found = entries(type_prefix);
    std::erase_if(found, [](const model::EntryPtr& entry) {
        return std::holds_alternative<model::Passage>(entry->event.body);
    });
    return found;
}

std::vector<model::Alert> Site::alerts(const std::string& kind) const
{
    std::vector<model::Alert> found;
    for (const auto& [id, alert] : disk.platters.alert_table)
        if (alert.kind == kind) found.push_back(alert);
    return found;
}

} // namespace gatehouse::site
