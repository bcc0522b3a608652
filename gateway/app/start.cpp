#include "gateway/access/plate_text.hpp"
#include "gateway/app/acceptance_facts.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/version.hpp"
#include "gateway/rules/catalogue.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <iostream>
#include <stdexcept>
#include <unistd.h>

namespace gatehouse::app {
namespace {

using base::kv;
namespace log = base::log;

// Where the gateway remembers that it runs: empty after a stop.
constexpr auto own_memory = "gateway";
constexpr auto running_key = "running";

// As others call this box; empty when it has none.
std::string host_name()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// A step without which the gateway cannot serve.
void require(const base::Result<void>& done, const std::string& what)
{
    if (!done) throw std::runtime_error(what + ": " + done.error().message());
}

std::string rows_lost(const store::StartReport& report)
{
    return report.lost_rows ? std::to_string(*report.lost_rows) + " lost"
                            : std::string("how many are lost is not known");
}

// What upstream is told of a start.
std::vector<model::Body> start_notices(const store::StartReport& report)
{
    std::vector<model::Body> notices;
    notices.emplace_back(model::SystemNotice{"started", true, "version " + std::string(base::version())});
    if (report.skipped_to > 0)
        notices.emplace_back(model::SystemNotice{"sequence_skipped", true,
                                                 std::to_string(report.skipped_from) + " to " +
                                                     std::to_string(report.skipped_to)});
    // No alert: whoever sent what that write held was never told that it is kept, and sends it again.
    if (report.write_torn)
        notices.emplace_back(
            model::SystemNotice{"write_torn", true,
                                "the unfinished last write was discarded; it may hold events that were "
                                "never acknowledged to their device"});
    if (!report.damage.empty())
        notices.emplace_back(model::SystemNotice{"store_damaged", false,
                                                 report.damage + "; " + std::to_string(report.salvaged_rows) +
                                                     " rows salvaged, " + rows_lost(report)});
    return notices;
}

} // namespace

void Parts::open_store()
{
    store::StoreOptions options;
    options.directory = site.data_dir;
    options.boot_id = boot_id;
    options.utc_offset = site.utc_offset;
    options.retention = site.retention;
    auto opened = ports.open_store(ports.executor, ports.clock, metrics, std::move(options), readers());
    store = std::move(opened.store);
    start_report = opened.report;
}

void Parts::make_services()
{
    health::ClockWatch::Options watch;
    watch.kernel_synced = ports.kernel_synced;
    watch.on_change = [this](bool synced, std::string why) {
        model::SystemNotice notice;
        notice.what = "clock";
        notice.ok = synced;
        notice.detail = std::move(why);
        emit(std::move(notice));
    };
    clock_watch = std::make_unique<health::ClockWatch>(*store, ports.clock, metrics, std::move(watch));
    probe = std::make_unique<health::Probe>(*store, ports.clock, metrics);
    directory = std::make_unique<access::Directory>(site.utc_offset);
    lists = std::make_unique<access::Lists>(*store, *directory, ports.clock, site, worker_executor());
    make_alerts();
    make_passages();
    make_commands();
    make_fire();
    make_intake();
    make_eyes();
    make_supervisor();
    make_neighbour_watch();
    make_audit();
    make_config_editor();
    make_proving();
    make_rule_preview();
    make_accounts();
}

void Parts::make_audit()
{
    audit::Watch::Ports needs{
        .clock = ports.clock,
        .verify = [this] { return store->check_audit(std::nullopt); },
        .note_head = [this] { return store->note_audit_head(); },
        .tell =
            [this](std::vector<model::Body> notices, std::vector<audit::Record> records) {
                store::Change beside;
                beside.audit = std::move(records);
                return intake->emit_together(std::move(notices), std::move(beside));
            },
        .utc_offset = site.utc_offset};
    audit_watch = std::make_unique<audit::Watch>(std::move(needs));
}

void Parts::make_proving()
{
    device::Prober::Ports needs{
        .executor = ports.executor,
        .clock = ports.clock,
        .random = ports.random,
        .connector = ports.connector,
        .metrics = probe_metrics,
        .datagrams = ports.datagrams,
        .buses = ports.buses,
        .eyes = eyes.get(),
        .make =
            [this](const config::DeviceConfig& device, config::Table table, device::DriverContext context) {
                return ports.registry.make(device, std::move(table), std::move(context));
            },
        .utc_offset = site.utc_offset,
        .listener_host = site.listener.address,
        .listener_port = site.listener.port,
    };
    prober = std::make_unique<device::Prober>(std::move(needs));
    proving = std::make_unique<device::Proving>(*store, ports.clock, *supervisor);
    sheets = std::make_unique<acceptance::Sheets>(
        acceptance::Sheets::Ports{.store = *store,
                                  .clock = ports.clock,
                                  .ids = ids,
                                  .facts = [this] { return acceptance_facts(*this); },
                                  .site = [this]() -> const config::SiteConfig& { return site; }});
}

void Parts::make_config_editor()
{
    ConfigEditor::Ports needs{
        .executor = ports.executor,
        .worker = worker_executor(),
        .clock = ports.clock,
        .registry = ports.registry,
        .site = [this]() -> const config::SiteConfig& { return site; },
        .reload = [this] { return reload(); },
        .record = [this](audit::Record what) { return record_beside(std::move(what)); }};
    config_editor = std::make_unique<ConfigEditor>(std::move(needs),
                                                   std::filesystem::path(site.data_dir) / "config-history");
}

void Parts::make_accounts()
{
    hasher = std::make_unique<account::Hasher>(worker_executor());
    account::Accounts::Ports needs{
        .clock = ports.clock,
        .metrics = metrics,
        .ids = ids,
        .store = *store,
        .hasher = *hasher,
        .note = [this](audit::Record what) { record_refusal(std::move(what)); },
        .note_lock_out =
            [this](std::string detail) {
                emit(model::SystemNotice{"lock_out", false, std::move(detail)});
            },
    };
    accounts = std::make_unique<account::Accounts>(std::move(needs));
    accounts->use(site.api_sessions);
}

// Not in the log: a log is kept and carried about, and this is for whoever stands before the box now.
void Parts::tell_setup_code() const
{
    if (accounts->is_set_up() || !ports.doors) return;
    std::cerr << "set-up code: " << accounts->setup_code() << std::endl;
}

void Parts::make_alerts()
{
    alert::Alerts::Ports needs{.executor = ports.executor,
                               .clock = ports.clock,
                               .ids = ids,
                               .metrics = metrics,
                               .store = *store,
                               .clock_synced = [this] { return clock_watch->synced(); }};
    alerts = std::make_unique<alert::Alerts>(std::move(needs), make_rules(), alert::Alerts::Options{});
    alerts->use(site);
    alerts->use([this](const model::Alert& alert) {
        return rules::is_while_armed(alert.kind) && !arming->armed(alert.device, alert.lane);
    });
}

rules::Site Parts::known_to_rules() const
{
    return {
        .place = [this](const std::string& device,
                        const std::string& lane_id) { return place(device, lane_id); },
        .kind_of = [this](const std::string& device) { return kind_of(device); },
        .barrier_of = [this](const std::string& lane_id) -> std::optional<rules::Output> {
            const auto* found = lane(lane_id);
            if (found == nullptr || found->barrier_device.empty()) return std::nullopt;
            return rules::Output(found->barrier_device, found->barrier_output);
        },
        .welfare = site.welfare,
    };
}

alert::Alerts::Rules Parts::make_rules()
{
    return rules::make_rules(site.rules, known_to_rules(), metrics);
}

void Parts::make_rule_preview()
{
    RulePreview::Ports needs{.store = *store,
                             .clock = ports.clock,
                             .registry = ports.registry,
                             .now = [this] { return site.rules; },
                             .make =
                                 [this](const std::vector<config::RuleConfig>& wanted) {
                                     return rules::make_rules(wanted, known_to_rules(), probe_metrics);
                                 }};
    rule_preview = std::make_unique<RulePreview>(std::move(needs));
}

void Parts::make_passages()
{
    passage::Passages::Ports needs{
        .executor = ports.executor, .clock = ports.clock, .ids = ids, .metrics = metrics, .store = *store};
    passages =
        std::make_unique<passage::Passages>(std::move(needs), site.lanes, passage::Passages::Options{});
    lane_board = std::make_unique<passage::LaneBoard>(*store, site.lanes);
    if (!ports.search) return;
    const auto file = std::filesystem::path(site.data_dir) / "passages.db";
    passage_index = std::make_unique<store::PassageIndex>(ports.executor, file, site.utc_offset);
    passage_register =
        std::make_unique<passage::Register>(passage::Register::Ports{.executor = ports.executor,
                                                                     .clock = ports.clock,
                                                                     .metrics = metrics,
                                                                     .store = *store,
                                                                     .index = *passage_index});
}

void Parts::make_commands()
{
    command::CommandPorts needs{
        .executor = ports.executor,
        .clock = ports.clock,
        .metrics = metrics,
        .store = *store,
        .ids = ids,
        .device_known = [this](const std::string& device) { return supervisor->status(device).has_value(); },
        .lane_target = [this](const std::string& id) -> std::optional<command::Target> {
            const auto* found = lane(id);
            if (found == nullptr || found->barrier_device.empty()) return std::nullopt;
            return command::Target{found->barrier_device, found->barrier_output};
        },
        .execute = [this](model::Command order) { return supervisor->execute(std::move(order)); },
        .allowed = {},
        .clock_quality =
            [this] {
                return clock_watch->synced() ? model::ClockQuality::synced : model::ClockQuality::unsynced;
            },
        .fire_permits = [this](model::Command& order) { return fire->permits(order); },
    };
    commands = std::make_unique<command::CommandService>(std::move(needs));
    arming = std::make_unique<command::Arming>(*store, ports.clock);
    register_handlers();
}

void Parts::make_fire()
{
    fire::FireWatch::Ports needs{
        .executor = ports.executor,
        .clock = ports.clock,
        .ids = ids,
        .metrics = metrics,
        .store = *store,
        .config = [this]() -> const config::FireConfig& { return site.fire; },
        .run = [this](model::Command order) { return commands->run(std::move(order)); },
        .run_unrecorded = [this](model::Command order) { return commands->open_now(std::move(order), true); },
        .reachable =
            [this](const std::string& device) {
                const auto status = supervisor->status(device);
                return status &&
                       (status->link == model::LinkState::up || status->link == model::LinkState::silent);
            },
        .clock_synced = [this] { return clock_watch->synced(); },
    };
    fire = std::make_unique<fire::FireWatch>(std::move(needs));
}

void Parts::make_intake()
{
    pipeline::IntakePorts needs{
        .executor = ports.executor,
        .store = *store,
        .clock = ports.clock,
        .ids = ids,
        .metrics = metrics,
        .decide = [this](const config::LaneConfig& lane_config,
                         const model::Event& event) { return decide(lane_config, event); },
        .open =
            [this](const config::LaneConfig& lane_config, const model::Event& event,
                   const model::Decision& decision,
                   std::function<void()> sent) { open_for(lane_config, event, decision, std::move(sent)); },
        .canonical_plate = [](std::string_view text) { return access::canonical_plate(text); },
        .clock_synced = [this] { return clock_watch->synced(); },
        .seen =
            [this](const model::Event& event) {
                fire->notice(event);
                look_closer(event);
                check_plate(event);
            },
        .passed =
            [this](const config::LaneConfig& lane_config, const model::Event& event) {
                if (auto used = directory->note_entry(lane_config.id, event))
                    background.spawn("visitor's entry", keep_entry(std::move(*used)));
            },
    };
    intake = std::make_unique<pipeline::Intake>(std::move(needs), site.lanes);
}

void Parts::make_neighbour_watch()
{
    neighbour_watch = std::make_unique<health::NeighbourWatch>(health::NeighbourWatch::Ports{
        .clock = ports.clock,
        .store = *store,
        .read = ports.neighbours,
        .devices = [this] { return device_hosts(); },
        .report =
            [this](std::string device, std::string change) {
                return supervisor->report_health(std::move(device), "mac", false, std::move(change));
            },
    });
}

void Parts::make_eyes()
{
    if (!ports.spawn_vision) return;
    references =
        std::make_unique<ReferenceFiles>(worker_executor(), std::filesystem::path(site.data_dir) / "vision");
    vision::RemoteEyes::Ports needs{.executor = ports.executor,
                                    .clock = ports.clock,
                                    .random = ports.random,
                                    .metrics = metrics,
                                    .spawn = [this] { return ports.spawn_vision(site.vision); },
                                    .shelf = references.get(),
                                    .tell =
                                        [this](bool ok, std::string why) {
                                            emit(model::SystemNotice{"vision", ok, std::move(why)});
                                        }};
    vision::RemoteEyes::Options options;
    options.resident_max = static_cast<std::uint64_t>(site.vision.memory_max_bytes);
    eyes = std::make_unique<vision::RemoteEyes>(std::move(needs), options);
    plate_checks = std::make_unique<PlateChecks>(PlateChecks::Ports{
        .executor = ports.executor,
        .eyes = *eyes,
        .metrics = metrics,
        .sink_for = [this](std::string device) { return intake->sink_for(std::move(device)); }});
}

void Parts::make_supervisor()
{
    device::Supervisor::Ports needs{
        .executor = ports.executor,
        .clock = ports.clock,
        .random = ports.random,
        .connector = ports.connector,
        .metrics = metrics,
        .store = *store,
        .sink_for = [this](std::string device) { return intake->sink_for(std::move(device)); },
        .early_for = [this](std::string device) { return intake->early_for(std::move(device)); },
        .taken = [this](const std::string& command_id) { note_taken(command_id); },
        .clock_synced = [this] { return clock_watch->synced(); },
        .datagrams = ports.datagrams,
        .buses = ports.buses,
        .eyes = eyes.get(),
        .make =
            [this](const config::DeviceConfig& device, config::Table table, device::DriverContext context) {
                return ports.registry.make(device, std::move(table), std::move(context));
            },
        .on_change =
            [this](const std::string& device, const device::DeviceStatus& status) {
                for (auto& outlet : outlets)
                    outlet->sink().device_changed(device, status);
                if (status.link == model::LinkState::up) list_sync->device_came(device);
            }};
    device::Supervisor::Options options;
    options.utc_offset = site.utc_offset;
    options.listener_host = site.listener.address;
    options.listener_port = site.listener.port;
    supervisor = std::make_unique<device::Supervisor>(std::move(needs), options);
    list_sync = std::make_unique<access::ListSync>(access::ListSync::Ports{
        .executor = ports.executor,
        .clock = ports.clock,
        .store = *store,
        .metrics = metrics,
        .worker = worker_executor(),
        .lists_of = [this](const std::string& device) { return supervisor->lists(device); },
        .site = [this]() -> const config::SiteConfig& { return site; },
        .report =
            [this](std::string device, bool ok, std::string detail) {
                return supervisor->report_health(std::move(device), "list removals", ok, std::move(detail));
            },
        .notice = [this](model::SystemNotice notice) { return append(std::move(notice)); }});
    consents = std::make_unique<access::ConsentBook>(*store, ports.clock, site.utc_offset,
                                                     [this] { return face_terminals(); });
    std::vector<const device::FindMethod*> methods;
    for (const auto& protocol : ports.registry.devices)
        if (protocol.find != nullptr) methods.push_back(protocol.find);
    finder = std::make_unique<device::Finder>(device::Finder::Ports{.executor = ports.executor,
                                                                    .clock = ports.clock,
                                                                    .random = ports.random,
                                                                    .interfaces = ports.interfaces,
                                                                    .open = ports.search_port},
                                              std::move(methods));
}

asio::awaitable<void> Parts::start_services()
{
    const auto floor = co_await clock_watch->load();
    require(floor, "the store cannot be read");
    const auto loaded = co_await lists->load();
    require(loaded, "the lists cannot be read");
    const auto taken_up = co_await alerts->load();
    require(taken_up, "the alerts cannot be read");
    const auto burning = co_await fire->load();
    require(burning, "whether it burns cannot be read");
    const auto known = co_await accounts->load();
    require(known, "the accounts cannot be read");
    const auto remembered = co_await arming->load();
    require(remembered, "what is disarmed cannot be read");
    const auto followed = co_await passages->load();
    require(followed, "the passages cannot be read");
    const auto shown = co_await lane_board->load();
    require(shown, "the newest passages cannot be read");
    log_start_report();
    co_await look_back();
    co_await report_start();
    const auto settled = co_await commands->settle_interrupted();
    if (!settled) throw std::runtime_error("open commands cannot be read: " + settled.error().message());
    if (*settled > 0)
        log::warn("commands were interrupted by the last stop; their outcome is unknown",
                  kv("count", *settled));
    alert_task.spawn("alerts", alerts->run());
    alert_task.spawn("passages", passages->run());
    background.spawn("clock watch", clock_watch->run());
    background.spawn("lane board", lane_board->run());
    if (passage_register) background.spawn("index of passages", passage_register->run());
    if (eyes) start_eyes();
}

void Parts::start_eyes()
{
    background.spawn("vision", eyes->run());
    std::vector<std::string> known_devices;
    for (const auto& device : site.devices)
        known_devices.push_back(device.id);
    background.spawn("references", references->tidy(std::move(known_devices)));
}

void Parts::log_start_report() const
{
    if (start_report.write_torn) log::warn("the last write before this start was cut off and is discarded");
    if (start_report.damage.empty()) return;
    log::error("the store was damaged and has been mended", kv("damage", start_report.damage),
               kv("moved_to", start_report.moved_to.string()),
               kv("salvaged_rows", start_report.salvaged_rows), kv("lost", rows_lost(start_report)));
}

// Before anything else is appended, and all of it or nothing: once the journal goes on, no later start can
// see which numbers were skipped.
// A process that ended without a stop may have opened a gate for a read that it never acknowledged: the
// device sends it again, to this one.
asio::awaitable<void> Parts::look_back()
{
    const auto memory = co_await store->memory(own_memory);
    if (!memory) throw std::runtime_error("the store cannot be read: " + memory.error().message());
    const auto running = memory->find(running_key);
    if (running != memory->end() && !running->second.empty()) intake->expect_repeats();
}

// With the notices the run itself is noted, until note_stop().
asio::awaitable<void> Parts::report_start()
{
    auto notices = start_notices(start_report);
    store::Change beside;
    beside.memory = start_report.told;
    beside.memory.push_back({own_memory, running_key, boot_id});
    beside.audit.push_back(own_record("start", "version " + std::string(base::version()) +
                                                   ", configuration " + config_digest()));
    const auto kept = co_await intake->emit_together(std::move(notices), std::move(beside));
    told_start = kept.has_value();
}

asio::awaitable<void> Parts::note_stop()
{
    store::Change change;
    change.memory.push_back({own_memory, running_key, ""});
    change.audit.push_back(own_record("stop", ""));
    const auto kept = co_await store->commit(std::move(change));
    if (!kept)
        log::warn("the stop is not noted: the next start takes it for a crash", kv("why", kept.error()));
    co_await audit_watch->note();
}

Outlet::Surroundings Parts::surroundings()
{
    return Outlet::Surroundings{
        .executor = ports.executor,
        .clock = ports.clock,
        .random = ports.random,
        .metrics = metrics,
        .store = *store,
        .names = names(),
        .boot_id = boot_id,
        .presence = {.version = std::string(base::version()),
                     .since = started,
                     .devices = [this] { return supervisor->all(); },
                     .stats = [this] { return figures(); }},
        .on_command = [this](model::Command order) { return commands->run(std::move(order)); },
        .on_refused = [this](const model::Command& order,
                             const model::Outcome& outcome) { commands->note_refused(order, outcome); },
        .clock_synced = [this] { return clock_watch->synced(); },
        .ids = ids,
        .on_link =
            [this](const std::string& upstream, bool up, const std::string& why) {
                model::SystemNotice notice;
                notice.what = "upstream";
                notice.ok = up;
                notice.detail = upstream + (up ? ": connected" : ": " + why);
                emit(std::move(notice));
            },
        .on_notice = [this](model::SystemNotice notice) { emit(std::move(notice)); },
    };
}

asio::awaitable<void> Parts::start_upstream(config::UpstreamConfig upstream)
{
    const auto* protocol = ports.registry.upstream(upstream.protocol);
    if (protocol == nullptr)
        throw std::runtime_error("upstream protocol " + upstream.protocol + " is not known");
    auto table = site.upstream_tables.at(upstream.name);
    auto outlet = std::make_shared<Outlet>(std::move(upstream), std::move(table), *protocol, surroundings());
    co_await outlet->start();
    // Only now: what is on the list has its sink and its dispatcher.
    outlets.push_back(std::move(outlet));
}

asio::awaitable<void> Parts::start_upstreams()
{
    for (const auto& upstream : site.upstreams)
        co_await start_upstream(upstream);
}

void Parts::start_channel(const config::NotifyConfig& notify)
{
    const auto* protocol = ports.registry.notify(notify.protocol);
    if (protocol == nullptr)
        throw std::runtime_error("staff channel protocol " + notify.protocol + " is not known");
    notify::ChannelContext context{.executor = ports.executor,
                                   .clock = ports.clock,
                                   .random = ports.random,
                                   .connector = ports.connector,
                                   .names = names()};
    auto made = std::make_shared<StaffChannel>(
        notify, site.notify_tables.at(notify.name), *protocol, std::move(context), metrics, *store,
        [this]() -> const std::vector<config::RosterConfig>& { return site.rosters; },
        [this](const std::string& name, bool ok, const std::string& why) { note_channel(name, ok, why); },
        [this](const std::string& name, const std::string& alert, const std::string& whom) {
            background.spawn("dispatched", note_dispatched(alert, name, whom));
        });
    made->start();
    channels.push_back(std::move(made));
}

// Somebody may have answered, or rejected it, before the channel did.
asio::awaitable<void> Parts::note_dispatched(std::string alert, std::string channel, std::string whom)
{
    const auto noted =
        co_await alerts->note_dispatched(std::move(alert), std::move(channel), std::move(whom));
    const bool late = noted.has_error() &&
                      (noted.error() == base::Errc::conflict || noted.error() == base::Errc::not_found);
    if (!noted && !late) log::warn("that an alert was delivered is not noted", kv("why", noted.error()));
}

void Parts::start_channels()
{
    for (const auto& notify : site.notifies)
        start_channel(notify);
}

asio::awaitable<void> Parts::start_devices()
{
    co_await supervisor->apply(site.devices, site.device_tables);
    fire->resume();
}

void Parts::start_doors()
{
    net::PushListenerOptions options;
    options.host = site.listener.address;
    options.port = site.listener.port;
    options.device_of = [this](const std::string& remote) { return device_at(remote); };
    options.claimed_by = [this](const device::PushRequest& request) { return supervisor->claimant(request); };
    listener = std::make_unique<net::PushListener>(ports.executor, ports.clock, metrics, std::move(options),
                                                   [this](std::string device, device::PushRequest request) {
                                                       return supervisor->push(std::move(device),
                                                                               std::move(request));
                                                   });
    require(listener->start(),
            "listener.listen = \"" + site.listener.address + ":" + std::to_string(site.listener.port) + "\"");

    server = std::make_unique<api::Server>(ports.executor, ports.clock, metrics, door_options(), services());
    require(server->start(), "api.listen = \"" + site.api.address + ":" + std::to_string(site.api.port) +
                                 "\" or gateway.control_socket = \"" + site.control_socket + "\"");
}

api::ServerOptions Parts::door_options()
{
    api::ServerOptions options;
    options.host = site.api.address;
    options.port = site.api.port;
    options.control_socket = site.control_socket;
    options.console = ports.console;
    options.names = site.api_names;
    options.names.push_back(host_name());
    options.worker = worker_executor();
    options.tell_certificate = [this](bool ok, std::string detail) {
        emit(model::SystemNotice{"certificate", ok, std::move(detail)});
    };
    if (site.api_tls.self_signed)
        options.tls = self_made_certificate(options.names);
    else if (site.api_tls.enabled())
        options.tls = api::CertificateFiles{site.api_tls.certificate, site.api_tls.key};
    return options;
}

api::CertificateFiles Parts::self_made_certificate(std::vector<std::string> names)
{
    for (const auto& own : ports.interfaces())
        names.push_back(own.address);
    const auto files = api::own_certificate(site.data_dir, names, ports.clock.wall());
    if (!files) throw std::runtime_error("api.tls = \"self-signed\": " + files.error().message());
    return *files;
}

void Parts::start_housekeeping()
{
    background.spawn("watchdog", feed_watchdog());
    background.spawn("housekeeping", keep_house());
    background.spawn("list sync", list_sync->run());
    background.spawn("neighbour watch", neighbour_watch->run());
    background.spawn("audit", audit_watch->run());
}

} // namespace gatehouse::app
