#pragma once
#include "gateway/acceptance/sheets.hpp"
#include "gateway/access/consent_book.hpp"
#include "gateway/access/import_plan.hpp"
#include "gateway/access/list_sync.hpp"
#include "gateway/account/accounts.hpp"
#include "gateway/alert/alert_board.hpp"
#include "gateway/alert/kpi.hpp"
#include "gateway/api/long_body.hpp"
#include "gateway/audit/record.hpp"
#include "gateway/base/asio.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/base/network_interface.hpp"
#include "gateway/config/site.hpp"
#include "gateway/device/driver.hpp"
#include "gateway/device/finding.hpp"
#include "gateway/device/prober.hpp"
#include "gateway/device/proving.hpp"
#include "gateway/health/uptime.hpp"
#include "gateway/model/command.hpp"
#include "gateway/model/decision.hpp"
#include "gateway/notify/channel.hpp"
#include "gateway/passage/lane_board.hpp"
#include "gateway/passage/occupancy.hpp"
#include "gateway/settings/config_history.hpp"
#include "gateway/store/passage_index.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::api {

// Whether something is as it should be, and if not, why not.
struct Verdict {
    bool ok = true;
    std::vector<std::string> reasons;
};

struct DeviceView {
    config::DeviceConfig config; // its password is never shown
    device::DeviceStatus status;
};

// The decision a plate would get in one lane (empty: in no lane in particular).
struct Explanation {
    std::string lane;
    model::Decision decision;
};

// Who is in the estate, and how many spaces it has for vehicles (0: not told).
struct Occupied {
    passage::Occupancy inside;
    int spaces = 0;
};

// All that is known about a plate.
struct PlateExplanation {
    std::string canonical;
    std::string grammar; // what kind of plate it is; empty: no plate looks like that
    struct Entry {
        std::string list;
        std::string group; // and whether it may pass at the time asked for; empty: none
        bool in_hours = true;
        std::optional<base::WallTime> valid_from;
        std::optional<base::WallTime> valid_to;
        std::vector<std::string> lanes;
        std::optional<int> entries_left;
    };
    std::vector<Entry> entries;
    struct Candidate {
        std::string plate; // looks like it, and is listed
        std::vector<std::string> lists;
        std::vector<std::size_t> differs; // positions, the first character is 1
    };
    std::vector<Candidate> candidates;
    std::vector<std::string> misreads; // what would be taken for it, if the policy corrects reads
    std::vector<Explanation> decisions;
};

// Passages as a table that office programs open.
struct PassageTable {
    std::string csv;
    std::size_t rows = 0;
    bool cut_off = false; // there were more
};

struct ListOrder {
    std::string csv;
    std::string type; // plate | person | card; empty: all the file names
    std::string list; // for rows that name none, and replaced in any case; empty: the default
    std::string actor;
    bool partial = false;
    bool dry_run = false;
};

struct ListError {
    std::size_t line = 0; // 1-based
    std::string text;
};

struct ListOutcome {
    bool imported = false;
    std::size_t entries = 0;
    std::vector<std::string> replaced;
    std::vector<std::string> keep_out; // those of them that keep out whoever is on them
    std::vector<access::ListPreview> previews;
    std::vector<access::AcceptedMisreads> misreads;
    int restored = 0; // the version that is in force again; 0: a new content
    std::vector<ListError> errors;
};

struct ListUndo {
    std::string type;
    std::string list;
    int to = 0; // 0: the version before the content of now
    std::string actor;
    bool dry_run = false;
};

// Bringing the lists that devices keep themselves in step with ours.
struct SyncOrder {
    std::string device; // empty: all that keep lists and may be written
    bool write = true;  // false: only say what would be written
    std::string actor;
};

struct ListQuery {
    std::string type; // plate | person | card; empty: all
    std::string list; // empty: all
    std::string text; // part of value or name; empty: all
    std::size_t offset = 0;
    std::size_t limit = 0; // 0: all
};

struct ListPage {
    std::vector<store::Credential> entries;
    std::size_t total = 0; // that match, on this page or not
};

// For what kind of alert, and when, it is asked who would be called.
struct RouteQuestion {
    int severity = 3;
    std::string kind; // empty: any
    std::string role; // as if it had escalated to this one; empty: as if it were raised now
    base::WallTime at{};
};

struct ReloadOutcome {
    bool applied = false;
    std::vector<std::string> issues; // file:line:column: what is wrong; or what needs a restart
};

// The configuration as it is shown: without its secrets.
struct ConfigView {
    std::string text;
    std::string version; // SHA-256 of the file
    std::string path;
};

struct ConfigCheck {
    config::Issues issues;
    std::string diff; // what would change in the file, without secrets
    std::vector<std::string> effects;
};

// Somebody wants the file to say something else.
struct ConfigOrder {
    std::string text;
    std::string version; // of the file that was changed: it must still be that one
    std::string reason;
    std::string actor;
};

struct ConfigUndo {
    int to = 0; // the number of a version
    std::string reason;
    std::string actor;
};

struct ConfigOutcome {
    bool applied = false; // false: the file is as it was before
    std::string version;
    config::Issues issues;
    std::string refusal; // why it was not applied, in one sentence
};

struct ConfigPast {
    std::string text; // without its secrets
    std::string diff; // what that version changed
};

// A device language as somebody chooses it.
struct ProtocolView {
    std::string name;
    std::vector<std::string> kinds;
    std::string sample; // of its configuration
};

// A device that is not configured and is to be looked at once.
struct ProbeOrder {
    std::string protocol;
    std::string kind;
    std::string address;
    std::string username;
    std::string password;
    std::string keys; // further lines of its table, as in the file
};

struct ProbeOutcome {
    config::Issues issues; // with errors: nothing was tried
    device::ProbeReport report;
};

// What other rules would have raised.
struct RuleOutlook {
    struct Row {
        std::string kind;
        int count = 0; // as the rules are now
        int would = 0;
    };
    config::Issues issues; // with errors: nothing was tried
    std::vector<Row> rows; // by kind
    base::WallTime from{};
    base::WallTime to{};
};

// What the vision worker made of a picture.
struct MadePicture {
    std::string result;  // a JSON document
    std::string picture; // JPEG
};

// All that the API asks of the rest of the gateway; the app fills it. An empty function answers 501, so a
// part of the gateway can be served alone. Everything outlives the server. Called on the io thread.
struct Services {
    template <class T>
    using Async = asio::awaitable<T>;
    using Text = std::string;

    Text site; // its id
    std::chrono::minutes utc_offset{480};
    store::Store* store = nullptr;         // null: 501 for all that is in it
    account::Accounts* accounts = nullptr; // null: loopback reads, changes come over the control socket only
    Text site_name;

    std::function<Async<Text>()> status; // a JSON document
    std::function<Verdict()> health;     // empty: alive is healthy
    std::function<Verdict()> readiness;
    std::function<Text()> metrics; // Prometheus text

    std::function<std::vector<DeviceView>()> devices;
    // Errors of these three: not_found, unavailable, unsupported, busy.
    std::function<Async<base::Result<std::vector<device::TestStep>>>(Text id)> device_test;
    std::function<Async<base::Result<Text>>(Text id, std::chrono::seconds span)> device_capture;
    std::function<Async<base::Result<std::vector<Text>>>(Text id, Text bytes)> device_replay;

    // The serial number that answers now. Errors: not_found, unavailable, conflict (see Supervisor::replace).
    std::function<Async<base::Result<Text>>(Text id, Text actor)> device_replace;
    std::function<std::vector<base::NetworkInterface>()> interfaces;
    // Errors: bad_input (no such interface), busy.
    std::function<Async<base::Result<device::SearchReport>>(std::vector<Text> names,
                                                            std::chrono::seconds span)>
        device_find;

    std::function<std::vector<config::LaneConfig>()> lanes;
    std::function<Occupied()> occupancy;
    // Errors: bad_input (nobody says so, or a number that cannot be).
    std::function<Async<base::Result<Occupied>>(passage::Correction correction)> occupancy_set;
    // Errors: not_found (lane). Without a lane: every lane in which the gateway knows the reader.
    std::function<base::Result<PlateExplanation>(Text plate, Text lane, base::WallTime at)> explain;
    std::function<passage::LaneNow(const Text& lane)> lane_now;
    store::PassageIndex* passages = nullptr;             // null: 501 for what is searched and counted in it
    std::function<Text(const Text& person)> person_name; // as a list has it; empty: none does
    std::function<double()> weak_character;              // a character read with less confidence is in doubt
    // Errors: busy (another one is being made), and those of store and index.
    std::function<Async<base::Result<PassageTable>>(store::PassageQuery query)> passage_table;
    // The bytes of a picture that the device takes now. Errors: not_found, busy (one is being taken),
    // unsupported, unavailable, timed_out.
    std::function<Async<base::Result<Text>>(Text device, Text actor)> live_picture;
    // What was learnt of a camera's view is dropped and learnt again. Errors: not_found (no such device),
    // unsupported (nobody looks at its pictures), unavailable (no worker).
    std::function<Async<base::Result<void>>(Text device)> device_relearn;
    // A picture that may leave, by an order as vision/evidence reads it. Errors: bad_input, busy,
    // unavailable, timed_out, too_large, failed.
    std::function<Async<base::Result<MadePicture>>(Text order, Text picture)> evidence;
    // What keeps a portrait from being sent to terminals: a JSON document. Errors: the same.
    std::function<Async<base::Result<Text>>(Text picture)> portrait_check;
    // A JSON document; without a time since the last handover. Of these lanes alone.
    std::function<Async<base::Result<Text>>(std::optional<base::WallTime> since,
                                            std::function<bool(const Text& lane)> sees_lane)>
        shift;
    // Errors: bad_input (no month).
    std::function<Async<base::Result<std::vector<health::Uptime>>>(Text month)> device_uptime;

    std::function<Text()> next_id; // ULID, for commands whose sender gave no id
    std::function<Async<model::Outcome>(model::Command command)> run_command;
    // Errors: not_found, conflict (not in a state that allows it), unauthorised (not by this role),
    // bad_input.
    std::function<Async<base::Result<model::Alert>>(alert::Order order)> alert_order;
    // Errors: bad_input, overloaded (too many).
    std::function<Async<base::Result<model::Silence>>(model::Silence wanted)> silence;
    // Errors: bad_input, not_found (or it has ended).
    std::function<Async<base::Result<model::Silence>>(Text id, Text actor)> silence_end;
    // Errors: bad_input.
    std::function<Async<base::Result<model::Handover>>(Text author, Text text)> hand_over;
    // Errors: bad_input (no month).
    std::function<Async<base::Result<alert::KpiReport>>(Text month)> report;

    std::function<Text()> fire; // a JSON document
    // Errors: bad_input (no name or reason), not_found (nothing burns), conflict (an input is still on).
    std::function<Async<base::Result<void>>(Text operator_name, Text reason)> fire_clear;

    std::function<Text(const RouteQuestion& question)> alert_route; // a JSON document
    // Errors: not_found (no such channel), busy (one was tried just now).
    std::function<Async<base::Result<notify::Verdict>>(Text channel, Text operator_name)> channel_test;

    std::function<Async<base::Result<ListOutcome>>(ListOrder order)> list_import;
    std::function<Async<base::Result<std::vector<store::ListVersion>>>()> list_versions;
    // Errors: not_found (no such version, or none is earlier).
    std::function<Async<base::Result<ListOutcome>>(ListUndo undo)> list_undo;
    std::function<Async<base::Result<access::ConsentReport>>(Text csv, Text actor, bool dry_run)>
        consent_import;
    // Errors: not_found (there is none that could be withdrawn).
    std::function<Async<base::Result<void>>(Text person, Text purpose, Text actor)> consent_withdraw;
    // Errors: unauthorised (no consent), not_found (no terminal is to hold the person's face).
    std::function<Async<base::Result<std::vector<access::ListSync::Enrolment>>>(Text person, Text picture,
                                                                                Text actor)>
        face_enrol;
    // Errors: not_found (no such device, or it keeps no lists), conflict (its lists = "off"), busy.
    std::function<Async<base::Result<std::vector<access::ListState>>>(SyncOrder order)> list_sync;
    std::function<Async<base::Result<ListPage>>(ListQuery query)> list_entries;
    std::function<Async<base::Result<Text>>(ListQuery query)> list_export; // CSV

    std::function<std::vector<Text>()> upstreams;                 // names
    std::function<Async<Text>()> queue;                           // a JSON document with "upstreams"
    std::function<base::Result<void>(Text upstream)> queue_drain; // try to send now

    // Keeps who did what; resumes when it is on disk. Errors: those of the store.
    std::function<Async<base::Result<void>>(audit::Record record)> record;
    std::function<void(audit::Record record)> record_refusal; // without waiting; a flood is counted only

    std::function<Async<base::Result<LongBody>>()> backup; // a consistent copy of the store
    std::function<Async<ReloadOutcome>()> reload;

    std::function<Async<base::Result<ConfigView>>()> config;
    std::function<Async<base::Result<ConfigCheck>>(Text text)> config_check;
    // Errors: conflict (the file is another one by now), busy (somebody else changes it).
    std::function<Async<base::Result<ConfigOutcome>>(ConfigOrder order)> config_put;
    std::function<Async<std::vector<settings::ConfigVersion>>()> config_history; // newest first, no texts
    // Errors: not_found.
    std::function<Async<base::Result<ConfigPast>>(int number)> config_past;
    // Errors: not_found, busy.
    std::function<Async<base::Result<ConfigOutcome>>(ConfigUndo undo)> config_undo;

    std::function<std::vector<ProtocolView>()> protocols; // that devices may speak
    // Errors: busy.
    std::function<Async<base::Result<ProbeOutcome>>(ProbeOrder order)> device_probe;
    // Errors: not_found, busy, timed_out.
    std::function<Async<base::Result<device::Proof>>(Text id, std::chrono::seconds span)> device_prove;
    // When its link comes back. Errors: not_found, busy.
    std::function<base::Result<base::WallTime>(Text id, std::chrono::seconds span)> device_cut;
    // Errors: not_found.
    std::function<Async<base::Result<device::CutReport>>(Text id)> device_proof;

    acceptance::Sheets* acceptance = nullptr; // null: 501
    // Errors: busy.
    std::function<Async<base::Result<RuleOutlook>>(Text rules)> rules_preview;
};

} // namespace gatehouse::api
