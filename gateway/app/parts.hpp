#pragma once
#include "gateway/acceptance/sheets.hpp"
#include "gateway/access/consent_book.hpp"
#include "gateway/access/directory.hpp"
#include "gateway/access/list_push.hpp"
#include "gateway/access/list_sync.hpp"
#include "gateway/access/lists.hpp"
#include "gateway/account/accounts.hpp"
#include "gateway/alert/alerts.hpp"
#include "gateway/alert/kpi.hpp"
#include "gateway/api/server.hpp"
#include "gateway/app/app.hpp"
#include "gateway/app/config_editor.hpp"
#include "gateway/app/outlet.hpp"
#include "gateway/app/plate_checks.hpp"
#include "gateway/app/reference_files.hpp"
#include "gateway/app/rule_preview.hpp"
#include "gateway/app/staff_channel.hpp"
#include "gateway/audit/refusals.hpp"
#include "gateway/audit/watch.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/command/arming.hpp"
#include "gateway/command/command_service.hpp"
#include "gateway/device/finder.hpp"
#include "gateway/device/prober.hpp"
#include "gateway/device/proving.hpp"
#include "gateway/device/supervisor.hpp"
#include "gateway/fire/fire_watch.hpp"
#include "gateway/health/clock_watch.hpp"
#include "gateway/health/neighbour_watch.hpp"
#include "gateway/health/probe.hpp"
#include "gateway/health/registry.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/passage/echo_guard.hpp"
#include "gateway/passage/lane_board.hpp"
#include "gateway/passage/passages.hpp"
#include "gateway/passage/register.hpp"
#include "gateway/pipeline/intake.hpp"
#include "gateway/rules/site.hpp"
#include "gateway/store/store.hpp"
#include "protocols/net/push_listener.hpp"
#include "vision/link/remote_eyes.hpp"

#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <set>
#include <vector>

namespace gatehouse::app {

// The time an upstream has to finish its window and to say goodbye, each.
inline constexpr std::chrono::seconds outlet_limit{5};

// owns: every room of the running gateway, in the order in which they depend on each other. Members that need
// the open store are made by start().
struct Parts {
    Parts(App::Ports app_ports, config::SiteConfig config);

    // ---- app.cpp ----
    asio::awaitable<void> start();
    asio::awaitable<void> stop();

    // ---- start.cpp: the steps of a start, in this order ----
    void open_store();
    void make_services();
    void make_alerts();
    [[nodiscard]] alert::Alerts::Rules make_rules();
    [[nodiscard]] rules::Site known_to_rules() const;
    void make_passages();
    void make_commands();
    void make_fire();
    void make_intake();
    void make_eyes();
    void start_eyes();
    void make_supervisor();
    void make_neighbour_watch();
    void make_audit();
    void make_config_editor();
    void make_proving();
    void make_rule_preview();
    void make_accounts();
    void tell_setup_code() const;
    asio::awaitable<void> start_services();
    void log_start_report() const;
    asio::awaitable<void> look_back();
    asio::awaitable<void> report_start();
    asio::awaitable<void> note_stop();
    asio::awaitable<void> start_upstreams();
    asio::awaitable<void> start_upstream(config::UpstreamConfig upstream);
    void start_channels();
    void start_channel(const config::NotifyConfig& notify);
    asio::awaitable<void> note_dispatched(std::string alert, std::string channel, std::string whom);
    asio::awaitable<void> start_devices();
    void start_doors();
    [[nodiscard]] api::ServerOptions door_options();
    [[nodiscard]] api::CertificateFiles self_made_certificate(std::vector<std::string> names);
    void start_housekeeping();

    // ---- reload.cpp ----
    asio::awaitable<api::ReloadOutcome> reload();
    asio::awaitable<void> take_turn_to_reload(std::shared_ptr<std::optional<api::ReloadOutcome>> answer);
    asio::awaitable<api::ReloadOutcome> reload_from_file();
    void use(config::SiteConfig wanted);
    asio::awaitable<void> stop_unwanted_upstreams();
    void note_gone(const std::string& upstream);
    asio::awaitable<void> start_missing_upstreams(api::ReloadOutcome& outcome);
    asio::awaitable<void> change_channels();

    // ---- parts.cpp: what the rooms ask of each other ----
    void emit(model::Body body);
    asio::awaitable<void> append(model::Body body);
    [[nodiscard]] audit::Record own_record(std::string action, std::string detail) const;
    [[nodiscard]] std::string config_digest() const;
    asio::awaitable<base::Result<void>> record(audit::Record record);
    void record_refusal(audit::Record record);
    asio::awaitable<void> record_beside(audit::Record record);
    [[nodiscard]] model::Command opening_order(const config::LaneConfig& lane_config,
                                               const model::Event& event, const model::Decision& decision);
    [[nodiscard]] model::Decision decide(const config::LaneConfig& lane_config,
                                         const model::Event& event) const;
    void open_for(const config::LaneConfig& lane_config, const model::Event& event,
                  const model::Decision& decision, std::function<void()> sent);
    asio::awaitable<void> open_lane(model::Command order, bool open_when_unrecorded,
                                    std::function<void()> sent);
    void note_taken(const std::string& command_id);
    void look_closer(const model::Event& event);
    void check_plate(const model::Event& event);
    asio::awaitable<void> keep_entry(access::Directory::UsedEntry used);
    [[nodiscard]] const config::LaneConfig* lane(const std::string& id) const;
    [[nodiscard]] std::string place(const std::string& device, const std::string& lane_id) const;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> device_hosts() const;
    [[nodiscard]] std::string kind_of(const std::string& device) const;
    [[nodiscard]] std::string device_at(const std::string& remote) const;
    [[nodiscard]] model::Names names() const;
    [[nodiscard]] asio::any_io_executor worker_executor();
    [[nodiscard]] Outlet* outlet(const std::string& name);
    [[nodiscard]] StaffChannel* channel(const std::string& name);
    asio::awaitable<base::Result<notify::Verdict>> channel_test(std::string name, std::string who);
    void note_channel(const std::string& name, bool ok, const std::string& why);
    [[nodiscard]] std::vector<std::string> readers() const;
    [[nodiscard]] Outlet::Surroundings surroundings();

    // ---- orders.cpp: orders that the gateway carries out itself ----
    void register_handlers();
    [[nodiscard]] model::Outcome outcome(model::Status status, std::string code, std::string text) const;
    [[nodiscard]] std::optional<model::Outcome> unknown_target(const model::Command& order) const;
    asio::awaitable<model::Outcome> pong(model::Command order);
    asio::awaitable<model::Outcome> ack_by_order(model::Command order);
    asio::awaitable<model::Outcome> change_log_level(model::Command order);
    asio::awaitable<model::Outcome> arm_by_order(model::Command order);
    asio::awaitable<model::Outcome> take_picture(model::Command order);
    asio::awaitable<model::Outcome> push_list(model::Command order);
    asio::awaitable<model::Outcome> change_list(access::ListPush push, std::string actor);
    asio::awaitable<std::string> write_pushed(const access::ListPush& push,
                                              std::vector<store::Credential> entries, std::string actor);

    // ---- services.cpp: what the API reaches ----
    asio::awaitable<base::Result<alert::KpiReport>> kpi_report(std::string month);
    asio::awaitable<base::Result<api::ListOutcome>> import_list(api::ListOrder order);
    asio::awaitable<base::Result<api::ListOutcome>> undo_list(api::ListUndo undo);
    asio::awaitable<base::Result<access::ConsentReport>> import_consents(std::string csv, std::string actor,
                                                                         bool dry_run);
    asio::awaitable<base::Result<void>> withdraw_consent(std::string person, std::string purpose,
                                                         std::string actor);
    [[nodiscard]] std::vector<std::string> face_terminals() const;
    asio::awaitable<base::Result<api::ListPage>> list_entries(api::ListQuery query);
    asio::awaitable<base::Result<std::vector<access::ListState>>> sync_lists(api::SyncOrder order);
    asio::awaitable<base::Result<api::LongBody>> backup();
    asio::awaitable<std::string> queue_report();
    [[nodiscard]] std::string figures() const;
    [[nodiscard]] std::vector<api::DeviceView> device_views() const;
    asio::awaitable<base::Result<device::SearchReport>> find_devices(std::vector<std::string> interfaces,
                                                                     std::chrono::seconds span);
    [[nodiscard]] api::Occupied occupied() const;
    asio::awaitable<base::Result<api::Occupied>> set_occupancy(passage::Correction correction);
    asio::awaitable<base::Result<api::PassageTable>> export_passages(store::PassageQuery query);
    asio::awaitable<base::Result<api::ProbeOutcome>> probe_device(api::ProbeOrder order);
    [[nodiscard]] api::Verdict readiness();
    [[nodiscard]] api::Services services();

    // ---- live_picture.cpp ----
    [[nodiscard]] model::Command picture_order(const std::string& device, const std::string& actor);
    asio::awaitable<base::Result<std::string>> live_picture(std::string device, std::string actor);
    asio::awaitable<base::Result<api::MadePicture>> make_evidence(std::string order, std::string picture);
    asio::awaitable<base::Result<std::string>> check_portrait(std::string picture);
    asio::awaitable<base::Result<void>> relearn_camera(std::string device);

    // ---- uptime_report.cpp ----
    asio::awaitable<base::Result<std::vector<health::Uptime>>> device_uptime(std::string month);

    // ---- housekeeping.cpp ----
    asio::awaitable<void> feed_watchdog();
    asio::awaitable<void> keep_house();
    asio::awaitable<void> tidy_passages();
    asio::awaitable<void> note_disk(const store::DiskReport& report);
    asio::awaitable<void> note_damage(std::string damage);

    App::Ports ports;
    config::SiteConfig site;
    base::WallTime started;
    health::Registry metrics;
    model::UlidSource ids;
    std::string boot_id;
    asio::thread_pool worker{1}; // what takes longer, unless ports name another executor
    std::unique_ptr<store::Store> store;
    store::StartReport start_report;
    std::unique_ptr<health::ClockWatch> clock_watch;
    std::unique_ptr<health::Probe> probe;
    std::unique_ptr<health::NeighbourWatch> neighbour_watch;
    std::unique_ptr<access::Directory> directory;
    std::unique_ptr<access::Lists> lists;
    std::unique_ptr<alert::Alerts> alerts;
    std::unique_ptr<passage::Passages> passages;
    std::unique_ptr<passage::LaneBoard> lane_board;
    std::unique_ptr<store::PassageIndex> passage_index; // null: passages are not searched
    std::unique_ptr<passage::Register> passage_register;
    std::optional<base::MonoTime> passages_tidied;
    passage::EchoGuard echo_guard;
    std::unique_ptr<ReferenceFiles> references;
    std::unique_ptr<vision::RemoteEyes> eyes;  // null: nobody looks at pictures
    std::unique_ptr<PlateChecks> plate_checks; // the same
    std::unique_ptr<device::Supervisor> supervisor;
    std::unique_ptr<device::Finder> finder;
    std::unique_ptr<access::ListSync> list_sync;
    std::unique_ptr<access::ConsentBook> consents;
    std::unique_ptr<audit::Watch> audit_watch;
    audit::Refusals refusals; // of the API
    std::unique_ptr<account::Hasher> hasher;
    std::unique_ptr<account::Accounts> accounts;
    std::unique_ptr<command::Arming> arming;
    std::unique_ptr<command::CommandService> commands;
    std::unique_ptr<fire::FireWatch> fire;
    bool exporting = false;               // a table of passages is being made
    std::set<std::string> pictures_taken; // devices that are asked for a live picture
    bool pushing_list = false;            // an order list-push is under way
    std::unique_ptr<pipeline::Intake> intake;
    // Only what has started. A reload changes the list: whoever awaits something goes through a copy.
    std::vector<std::shared_ptr<Outlet>> outlets;
    std::vector<std::shared_ptr<StaffChannel>> channels; // the same
    std::unique_ptr<net::PushListener> listener;
    std::unique_ptr<api::Server> server;
    base::TaskGroup alert_task; // the readers that append: alerts and passages
    base::TaskGroup background; // housekeeping and what rooms start on the side
    base::TaskGroup reloads;    // never cancelled: half a reload leaves devices stopped
    base::Wakeup reload_ended;
    bool reloading = false;
    // What a notice in the journal has told; until then housekeeping tells it again.
    bool told_start = false;
    std::optional<store::DiskState> seen_disk;
    std::optional<store::DiskState> told_disk;
    std::string told_damage;
    bool ready = false;
    // By command id: openings whose device has not acknowledged yet; bounded by the commands in flight.
    std::map<std::string, std::function<void()>> awaiting_taken;
    bool alive = true; // the last self-test went through
    std::unique_ptr<ConfigEditor> config_editor;
    health::Registry probe_metrics; // of devices and rules that are only looked at
    std::unique_ptr<device::Prober> prober;
    std::unique_ptr<device::Proving> proving;
    std::unique_ptr<acceptance::Sheets> sheets;
    std::unique_ptr<RulePreview> rule_preview;
};

} // namespace gatehouse::app
