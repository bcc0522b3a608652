#include "gateway/app/backup_copy.hpp"
#include "gateway/app/device_languages.hpp"
#include "gateway/app/explain.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/app/passage_csv.hpp"
#include "gateway/app/route_report.hpp"
#include "gateway/app/shift_report.hpp"
#include "gateway/app/status_report.hpp"

namespace gatehouse::app {
namespace {

constexpr std::size_t export_rows_max = 100'000;

std::optional<store::Credential::Type> credential_type(std::string_view text)
{
    if (text == "plate") return store::Credential::Type::plate;
    if (text == "person") return store::Credential::Type::person;
    if (text == "card") return store::Credential::Type::card;
    return std::nullopt;
}

access::EntryFilter filter_of(api::ListQuery query)
{
    access::EntryFilter filter;
    filter.type = credential_type(query.type);
    filter.list = std::move(query.list);
    filter.text = std::move(query.text);
    filter.offset = query.offset;
    filter.limit = query.limit;
    return filter;
}

api::ListOutcome outcome_of(access::ImportReport report)
{
    api::ListOutcome result;
    result.imported = report.imported;
    result.entries = report.entries;
    result.replaced = std::move(report.replaced);
    result.keep_out = std::move(report.keep_out);
    result.previews = std::move(report.previews);
    result.misreads = std::move(report.misreads);
    result.restored = report.restored;
    for (auto& error : report.errors)
        result.errors.push_back({error.line, std::move(error.text)});
    return result;
}

} // namespace

// Page by page: a month may hold more alerts than the loop should count at once.
asio::awaitable<base::Result<alert::KpiReport>> Parts::kpi_report(std::string month)
{
    const auto span = alert::month_span(month, ports.clock.wall(), site.utc_offset);
    if (!span) co_return span.error();
    alert::KpiTally tally(*span, site.report_by_filed ? alert::Denominator::filed : alert::Denominator::due);
    store::AlertSpan page;
    page.from = std::min(span->from, span->week());
    page.to = span->end();
    page.limit = 200;
    for (;;) {
        const auto lives = co_await store->alert_lives(page);
        if (!lives) co_return lives.error();
        for (const auto& life : *lives)
            tally.add(life);
        if (lives->size() < page.limit) break;
        page.after = lives->back().alert.id;
    }
    co_return tally.report();
}

asio::awaitable<base::Result<api::ListOutcome>> Parts::import_list(api::ListOrder order)
{
    access::ImportRequest request;
    request.csv = std::move(order.csv);
    request.actor = std::move(order.actor);
    request.type = credential_type(order.type);
    request.list = std::move(order.list);
    request.partial = order.partial;
    request.dry_run = order.dry_run;
    auto report = co_await lists->import(std::move(request));
    if (!report) co_return report.error();
    if (report->imported) list_sync->lists_changed();
    co_return outcome_of(std::move(*report));
}

asio::awaitable<base::Result<api::ListOutcome>> Parts::undo_list(api::ListUndo undo)
{
    access::UndoRequest request;
    request.type = credential_type(undo.type).value_or(store::Credential::Type::plate);
    request.list = std::move(undo.list);
    request.to = undo.to;
    request.actor = std::move(undo.actor);
    request.dry_run = undo.dry_run;
    auto report = co_await lists->undo(std::move(request));
    if (!report) co_return report.error();
    if (report->imported) list_sync->lists_changed();
    co_return outcome_of(std::move(*report));
}

// Where faces may be that the list sync is allowed to take away.
std::vector<std::string> Parts::face_terminals() const
{
    std::vector<std::string> found;
    for (const auto& device : site.devices)
        if (device.kind == "face" && device.lists != config::ListPolicy::off) found.push_back(device.id);
    return found;
}

asio::awaitable<base::Result<access::ConsentReport>> Parts::import_consents(std::string csv,
                                                                            std::string actor, bool dry_run)
{
    auto report = co_await consents->import(std::move(csv), std::move(actor), dry_run);
    if (report && report->imported) list_sync->lists_changed();
    co_return report;
}

asio::awaitable<base::Result<void>> Parts::withdraw_consent(std::string person, std::string purpose,
                                                            std::string actor)
{
    auto done = co_await consents->withdraw(std::move(person), std::move(purpose), std::move(actor));
    if (done) list_sync->lists_changed();
    co_return done;
}

asio::awaitable<base::Result<std::vector<access::ListState>>> Parts::sync_lists(api::SyncOrder order)
{
    std::vector<access::ListState> all;
    const auto devices = order.device.empty() ? list_sync->devices() : std::vector{order.device};
    for (const auto& device : devices) {
        auto states = co_await list_sync->sync(device, order.write, order.actor);
        const bool off = states.error() == base::Errc::conflict;
        if (off && order.device.empty()) continue; // nobody asked for this one
        if (!states) co_return states.error();
        for (auto& state : *states)
            all.push_back(std::move(state));
    }
    co_return all;
}

asio::awaitable<base::Result<api::ListPage>> Parts::list_entries(api::ListQuery query)
{
    auto page = co_await lists->select(filter_of(std::move(query)));
    if (!page) co_return page.error();
    co_return api::ListPage{std::move(page->entries), page->total};
}

asio::awaitable<base::Result<api::LongBody>> Parts::backup()
{
    auto target = std::filesystem::path(site.data_dir) / (std::string(store::backup_prefix) + ids.next());
    return backup_copy(*store, std::move(target), site.retention.disk_reserve_bytes, worker_executor());
}

asio::awaitable<std::string> Parts::queue_report()
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("upstreams").begin_array();
    const auto running = outlets;
    for (const auto& candidate : running) {
        const auto measured = co_await candidate->dispatcher().measure();
        write_upstream(json, *candidate, measured ? *measured : candidate->dispatcher().stats(),
                       site.utc_offset);
    }
    json.end_array().end_object();
    co_return text;
}

// What the centre charts: no names, no plates.
std::string Parts::figures() const
{
    std::size_t up = 0;
    for (const auto& [id, status] : supervisor->all())
        if (status.link == model::LinkState::up) ++up;
    const auto disk = store->disk();
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("devices", static_cast<std::int64_t>(site.devices.size()));
    json.member("devices_up", static_cast<std::int64_t>(up)).member("last_seq", store->last_seq());
    json.member("alerts_open", static_cast<std::int64_t>(alerts->alerts().size()));
    json.member("disk_free_bytes", disk.free_bytes).member("store_bytes", disk.store_bytes);
    json.member("media_bytes", disk.media_bytes);
    json.member("uptime_s",
                std::chrono::duration_cast<std::chrono::seconds>(ports.clock.wall() - started).count())
        .end_object();
    return text;
}

std::vector<api::DeviceView> Parts::device_views() const
{
    std::vector<api::DeviceView> views;
    for (const auto& device : site.devices) {
        const auto status = supervisor->status(device.id);
        views.push_back({device, status ? *status : device::DeviceStatus{}});
    }
    return views;
}

asio::awaitable<base::Result<device::SearchReport>> Parts::find_devices(std::vector<std::string> interfaces,
                                                                        std::chrono::seconds span)
{
    auto report = co_await finder->search(std::move(interfaces), span);
    if (!report) co_return report.error();
    std::map<std::string, std::string> serials;
    for (const auto& [id, status] : supervisor->all())
        serials[id] = status.serial;
    device::judge(report->findings, site.devices, serials);
    co_return report;
}

asio::awaitable<base::Result<api::ProbeOutcome>> Parts::probe_device(api::ProbeOrder order)
{
    api::ProbeOutcome outcome;
    const auto probed = site_of(order, ports.registry, outcome.issues);
    if (config::has_errors(outcome.issues) || probed.devices.size() != 1) co_return outcome;
    const auto& device = probed.devices.front();
    auto report = co_await prober->probe(device, probed.device_tables.at(device.id).silent());
    if (!report) co_return report.error();
    outcome.report = std::move(*report);
    co_return outcome;
}

api::Verdict Parts::readiness()
{
    api::Verdict verdict;
    verdict.ok = ready && store->disk().state != store::DiskState::full;
    if (!ready) verdict.reasons.emplace_back("not started or stopping");
    for (auto& reason : complaints(*this))
        verdict.reasons.push_back(std::move(reason));
    return verdict;
}

api::Occupied Parts::occupied() const
{
    return {passages->occupancy(), site.parking_spaces};
}

asio::awaitable<base::Result<api::Occupied>> Parts::set_occupancy(passage::Correction correction)
{
    const auto corrected = co_await passages->correct(std::move(correction));
    if (!corrected) co_return corrected.error();
    co_return occupied();
}

// It is made in memory: one at a time.
asio::awaitable<base::Result<api::PassageTable>> Parts::export_passages(store::PassageQuery query)
{
    if (exporting) co_return base::Errc::busy;
    struct Turn {
        bool& taken;
        ~Turn() { taken = false; }
    };
    exporting = true;
    const Turn turn{exporting};
    std::function<std::string(const std::string&)> name = [this](const std::string& person) {
        return directory->name_of_person(person);
    };
    co_return co_await passage_csv(*store, *passage_index, std::move(query), site, std::move(name),
                                   export_rows_max);
}

api::Services Parts::services()
{
    api::Services offered;
    offered.site = site.site_id;
    offered.utc_offset = site.utc_offset;
    offered.store = store.get();
    offered.accounts = accounts.get();
    offered.site_name = site.site_name;
    offered.status = [this] { return status_report(*this); };
    offered.health = [this] {
        return api::Verdict{
            .ok = alive,
            .reasons = alive ? std::vector<std::string>{}
                             : std::vector<std::string>{"the last self-test through loop and store failed"}};
    };
    offered.readiness = [this] { return readiness(); };
    offered.metrics = [this] { return metrics.text(); };
    offered.devices = [this] { return device_views(); };
    offered.device_test = [this](std::string id) { return supervisor->self_test(std::move(id)); };
    offered.device_capture = [this](std::string id, std::chrono::seconds span) {
        return supervisor->capture(std::move(id), span);
    };
    offered.device_replay = [this](std::string id, std::string bytes) {
        return supervisor->replay(std::move(id), std::move(bytes), worker_executor());
    };
    offered.device_replace = [this](std::string id, std::string actor) {
        return supervisor->replace(std::move(id), std::move(actor));
    };
    offered.interfaces = [this] { return finder->interfaces(); };
    offered.device_find = [this](std::vector<std::string> interfaces, std::chrono::seconds span) {
        return find_devices(std::move(interfaces), span);
    };
    offered.lanes = [this] { return site.lanes; };
    offered.occupancy = [this] { return occupied(); };
    offered.occupancy_set = [this](passage::Correction correction) {
        return set_occupancy(std::move(correction));
    };
    offered.explain = [this](const std::string& plate, const std::string& lane_id, base::WallTime at) {
        return explain_plate(site, *directory, plate, lane_id, at);
    };
    offered.lane_now = [this](const std::string& id) { return lane_board->at(id); };
    offered.passages = passage_index.get();
    offered.person_name = [this](const std::string& person) { return directory->name_of_person(person); };
    offered.weak_character = [this] { return directory->policy().weak_character(); };
    if (passage_index)
        offered.passage_table = [this](store::PassageQuery query) {
            return export_passages(std::move(query));
        };
    offered.live_picture = [this](std::string device, std::string actor) {
        return live_picture(std::move(device), std::move(actor));
    };
    if (eyes) {
        offered.evidence = [this](std::string order, std::string picture) {
            return make_evidence(std::move(order), std::move(picture));
        };
        offered.device_relearn = [this](std::string device) { return relearn_camera(std::move(device)); };
        offered.portrait_check = [this](std::string picture) { return check_portrait(std::move(picture)); };
    }
    offered.shift = [this](std::optional<base::WallTime> since,
                           std::function<bool(const std::string&)> sees_lane) {
        return shift_report(*this, since, std::move(sees_lane));
    };
    offered.device_uptime = [this](std::string month) { return device_uptime(std::move(month)); };
    offered.next_id = [this] { return ids.next(); };
    offered.run_command = [this](model::Command order) { return commands->run(std::move(order)); };
    offered.alert_order = [this](alert::Order order) { return alerts->carry_out(std::move(order)); };
    offered.silence = [this](model::Silence wanted) { return alerts->silence(std::move(wanted)); };
    offered.silence_end = [this](std::string id, std::string actor) {
        return alerts->end_silence(std::move(id), std::move(actor));
    };
    offered.hand_over = [this](std::string author, std::string text) {
        return alerts->hand_over(std::move(author), std::move(text));
    };
    offered.report = [this](std::string month) { return kpi_report(std::move(month)); };
    offered.fire = [this] { return fire_report(*fire, site.utc_offset); };
    offered.fire_clear = [this](std::string operator_name, std::string reason) {
        return fire->clear(std::move(operator_name), std::move(reason));
    };
    offered.alert_route = [this](const api::RouteQuestion& question) {
        return route_report(site, question, [this](const std::string& name) {
            const auto* found = channel(name);
            return found != nullptr && found->dispatcher().stopped() ? found->dispatcher().complaint() : "";
        });
    };
    offered.channel_test = [this](const std::string& name, const std::string& who) {
        return channel_test(name, who);
    };
    offered.list_import = [this](api::ListOrder order) { return import_list(std::move(order)); };
    offered.list_versions = [this] { return lists->versions(); };
    offered.list_undo = [this](api::ListUndo undo) { return undo_list(std::move(undo)); };
    offered.consent_import = [this](std::string csv, std::string actor, bool dry_run) {
        return import_consents(std::move(csv), std::move(actor), dry_run);
    };
    offered.consent_withdraw = [this](std::string person, std::string purpose, std::string actor) {
        return withdraw_consent(std::move(person), std::move(purpose), std::move(actor));
    };
    offered.face_enrol = [this](std::string person, std::string picture, std::string actor) {
        return list_sync->enrol(std::move(person), std::move(picture), std::move(actor));
    };
    offered.list_sync = [this](api::SyncOrder order) { return sync_lists(std::move(order)); };
    offered.list_entries = [this](api::ListQuery query) { return list_entries(std::move(query)); };
    offered.list_export = [this](api::ListQuery query) {
        return lists->export_csv(filter_of(std::move(query)));
    };
    offered.upstreams = [this] {
        std::vector<std::string> found;
        for (const auto& upstream : site.upstreams)
            found.push_back(upstream.name);
        return found;
    };
    offered.queue = [this] { return queue_report(); };
    offered.queue_drain = [this](const std::string& name) -> base::Result<void> {
        auto* found = outlet(name);
        if (found == nullptr) return base::Errc::not_found;
        found->dispatcher().drain();
        return base::Result<void>();
    };
    offered.record = [this](audit::Record what) { return record(std::move(what)); };
    offered.record_refusal = [this](audit::Record what) { record_refusal(std::move(what)); };
    offered.backup = [this] { return backup(); };
    offered.reload = [this] { return reload(); };
    offered.config = [this] { return config_editor->show(); };
    offered.config_check = [this](std::string text) { return config_editor->check(std::move(text)); };
    offered.config_put = [this](api::ConfigOrder order) { return config_editor->put(std::move(order)); };
    offered.config_history = [this] { return config_editor->history(); };
    offered.config_past = [this](int number) { return config_editor->past(number); };
    offered.config_undo = [this](api::ConfigUndo undo) { return config_editor->undo(std::move(undo)); };
    offered.protocols = [this] { return protocol_views(ports.registry); };
    offered.device_probe = [this](api::ProbeOrder order) { return probe_device(std::move(order)); };
    offered.device_prove = [this](std::string id, std::chrono::seconds span) {
        return proving->next_event(std::move(id), span);
    };
    offered.device_cut = [this](const std::string& id, std::chrono::seconds span) {
        return proving->cut(id, span);
    };
    offered.acceptance = sheets.get();
    offered.rules_preview = [this](std::string text) { return rule_preview->look(std::move(text)); };
    offered.device_proof = [this](std::string id) { return proving->report(std::move(id)); };
    return offered;
}

} // namespace gatehouse::app
