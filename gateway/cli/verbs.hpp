#pragma once
#include "gateway/cli/console.hpp"
#include "gateway/cli/finding.hpp"
#include "gateway/cli/plate_question.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

// The verbs of contract.md §2 that talk to the running daemon. Each prints its facts, one JSON document a
// line with
// --json, and returns the exit code of the contract.
namespace gatehouse::cli {

int show_status(const Console& console); // 0 healthy, 1 degraded, 2 down or unreachable

// Whether somebody answers on the control socket.
[[nodiscard]] bool daemon_runs(const Console& console);
// Prints the findings and, unless offline, those of device and upstream links. 0 all well, 1 otherwise.
int doctor(const Console& console, std::vector<Finding> findings, bool offline);

int device_list(const Console& console);
int device_show(const Console& console, const std::string& id);
int device_test(const Console& console, const std::string& id);
// After a camera was aimed anew on purpose.
int device_relearn(const Console& console, const std::string& id, const std::string& operator_name,
                   const std::string& reason);
int device_replace(const Console& console, const std::string& id, const std::string& operator_name);
// interfaces empty: lists those that can be searched and returns 1.
int device_find(const Console& console, const std::vector<std::string>& interfaces, int seconds);
int device_capture(const Console& console, const std::string& id, int seconds, const std::string& file);
int device_replay(const Console& console, const std::string& id, const std::string& file);

struct TailOptions {
    bool follow = false;
    std::int64_t after = -1; // -1: the newest `limit`
    std::string device;
    int limit = 50;
    std::chrono::milliseconds pause{500}; // while following, when there is nothing new
};
// Following goes on after the last entry when the daemon restarts.
int events_tail(const Console& console, const TailOptions& options);

// suppressed: those for which nobody is called; else the open ones, or all.
int alert_list(const Console& console, bool all, bool suppressed);
int alert_show(const Console& console, const std::string& id);
struct AlertOrder {
    std::string id;
    std::string operator_name;
    std::string role = "manager"; // guard | maintenance | manager | duty | centre
    std::string note;
    std::string result; // real | false | test
    std::string number; // the centre's
};
// verb: ack, verify, reject, handle, resolve, close, reopen, suspend, transfer or order.
int alert_order(const Console& console, const std::string& verb, const AlertOrder& order);

struct RouteTestOptions {
    int severity = 3;
    std::string kind;
    std::string role;
    std::string at;
};
// Who would be called; 1 when nobody would.
int alert_route_test(const Console& console, const RouteTestOptions& options);

struct SilenceOrder {
    std::string kind;
    std::string device;
    std::string lane;
    std::string reason;
    int minutes = 0; // 0: list what there is
    std::string end; // a silence to be ended now
};
int alert_silence(const Console& console, const SilenceOrder& order, const std::string& operator_name);
// Without a text: lists the newest.
int alert_handover(const Console& console, const std::string& text, const std::string& operator_name);

// The figures of a month (empty: this one) on the terminal, or as a page in `page`.
int report(const Console& console, const std::string& month, const std::string& page);

// An order and who answers for it.
struct CommandOrder {
    std::string action; // as on the broker, or "open" and "close" of whatever the lane has
    std::string lane;
    std::string device;
    int output = 1;
    std::string reason;
    std::string operator_name;
    std::vector<std::string> arguments; // NAME=VALUE
};
// Waits for the outcome. 0 only when it was seen to be done.
int give_order(const Console& console, const CommandOrder& order);

int fire_status(const Console& console); // 0: nothing burns
int fire_clear(const Console& console, const std::string& operator_name, const std::string& reason);

int occupancy_show(const Console& console);
struct OccupancyWord {
    int vehicles = -1; // negative: nothing is said of them
    int persons = -1;
    std::string reason;
    std::string operator_name;
};
int occupancy_set(const Console& console, const OccupancyWord& word);

struct ListOptions {
    std::string type; // plate | person | card; empty: all
    std::string list; // empty: all; for an import: "resident" for rows that name none
    std::string operator_name;
    bool dry_run = false; // only say what would change
};
int list_import(const Console& console, const ListOptions& options, const std::string& file);
// Every difference goes to stdout; returns 1 when a list is not in step afterwards.
int list_sync(const Console& console, const std::string& device, const std::string& operator_name, bool diff);
int list_export(const Console& console, const ListOptions& options, const std::string& file);
// options.type "consent"; `person` empty: all.
int consent_import(const Console& console, const ListOptions& options, const std::string& file);
int consent_show(const Console& console, const std::string& person);
int consent_withdraw(const Console& console, const std::string& operator_name, const std::string& person,
                     const std::string& purpose);
struct Portrait {
    std::string person; // whose face it is
    std::string file;   // a JPEG
    bool anyway = false;
};
// Sends nothing that the gateway judges unfit for terminals, unless `anyway`.
int face_enrol(const Console& console, const std::string& operator_name, const Portrait& portrait);
int list_versions(const Console& console, const ListOptions& options);
// list: "TYPE/LIST", such as plate/resident. to 0: the version before the present content.
int list_undo(const Console& console, const ListOptions& options, const std::string& list, int to);
int list_show(const Console& console, const ListOptions& options, const std::string& search);

// The running daemon's answer, and how either answer is shown.
[[nodiscard]] base::Result<ControlReply> ask_about_plate(const Console& console,
                                                         const PlateQuestion& question);
int print_plate(const Console& console, const ControlReply& answer);

struct AuditQuestion {
    std::int64_t after = -1; // -1: the newest `limit`
    std::string actor;       // empty: all
    std::string action;
    int limit = 50;
};
int audit_list(const Console& console, const AuditQuestion& question);
// The running daemon's check, and how its or the offline one is shown. 0 whole, 1 otherwise.
[[nodiscard]] base::Result<ControlReply> ask_about_audit(const Console& console, const std::string& head);
int print_audit(const Console& console, const ControlReply& answer);

int queue_stat(const Console& console);
// `upstream` empty: all of them.
int queue_peek(const Console& console, const std::string& upstream, int limit);
int queue_drain(const Console& console, const std::string& upstream);
int queue_quarantine(const Console& console, const std::string& upstream);

int backup(const Console& console, const std::string& file);

// Accounts of the console. The password comes from the terminal, which does not show it, or from standard
// input; never from the command line, which everybody on the machine can read.
struct UserOrder {
    std::string name;
    std::string display_name; // empty: the name
    std::string role = "guard";
    std::vector<std::string> lanes; // empty: all
    bool password_stdin = false;
    std::string operator_name;
};
int user_list(const Console& console);
int user_add(const Console& console, const UserOrder& order);
int user_passwd(const Console& console, const UserOrder& order);
int user_remove(const Console& console, const UserOrder& order);

struct TokenOrder {
    std::string name; // what it is for; of one to be revoked its id
    std::vector<std::string> permissions;
    int days = 90;
    std::string operator_name;
};
int token_list(const Console& console);
int token_create(const Console& console, const TokenOrder& order); // prints it, this once
int token_revoke(const Console& console, const TokenOrder& order);

// Name of the person at this terminal, for --operator's default.
[[nodiscard]] std::string terminal_user();

} // namespace gatehouse::cli
