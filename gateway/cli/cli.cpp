#include "gateway/cli/cli.hpp"

#include "gateway/base/version.hpp"
#include "gateway/cli/manual.hpp"
#include "gateway/cli/verbs.hpp"

#include <CLI/CLI.hpp>

namespace gatehouse::cli {
namespace {

constexpr const char* default_config = "/etc/gatehouse/gatehouse.toml";

// owns: every option value and the verb chosen. Kept in one place because CLI11 writes through references.
class CommandLine {
public:
    CommandLine(const Offline& offline, std::ostream& out, std::ostream& err);
    int parse_and_run(int argc, const char* const* argv);

private:
    CLI::App* verb(CLI::App& parent, const std::string& name, const std::string& description,
                   std::function<int()> action);
    // A verb that asks the daemon and prints facts.
    CLI::App* asking(CLI::App& parent, const std::string& name, const std::string& description,
                     std::function<int()> action);
    CLI::App* group(const std::string& name, const std::string& description);
    void add_config(CLI::App& target);
    void add_operator(CLI::App& target);
    void add_offline_verbs();
    void add_device_verbs();
    void add_event_verbs();
    void add_alert_verbs();
    CLI::App* add_alert_order(CLI::App& alert, const std::string& verb_name, const std::string& description,
                              const std::string& note, bool needs_note);
    void add_report();
    void add_gate_verbs();
    void add_fire_verbs();
    void add_occupancy_verbs();
    void add_list_verbs();
    void add_queue_verbs();
    void add_audit_verbs();
    void add_account_verbs();
    void add_generators();
    int examine();
    int explain_plate();
    int give();
    int verify_audit();

    const Offline& offline_;
    std::ostream& out_;
    Console console_;
    CLI::App app_{"edge gateway for community access control", "gatehouse"};
    std::function<int()> chosen_;

    std::string config_ = default_config;
    std::string id_, file_, reason_, operator_ = terminal_user(), search_, month_, upstream_, head_,
                                     purpose_ = "face";
    PlateQuestion question_;
    AlertOrder alert_;
    SilenceOrder silence_;
    const CLI::Option* explain_config_ = nullptr;
    const CLI::Option* doctor_socket_ = nullptr;
    const CLI::Option* audit_config_ = nullptr;
    RestoreOrder restore_;
    TailOptions tail_;
    AuditQuestion audit_;
    CommandOrder order_;
    ListOptions list_;
    Portrait portrait_;
    RouteTestOptions route_;
    OccupancyWord word_;
    UserOrder user_;
    TokenOrder token_;
    bool all_ = false, suppressed_ = false, offline_only_ = false, diff_ = false;
    int seconds_ = 30, find_seconds_ = 5, limit_ = 20, version_ = 0;
    std::vector<std::string> interfaces_;
};

CommandLine::CommandLine(const Offline& offline, std::ostream& out, std::ostream& err)
    : offline_(offline), out_(out), console_{.out = out, .err = err}
{
    app_.require_subcommand(1);
    add_offline_verbs();
    asking(app_, "status", "one screen: verdict, lanes, devices, upstreams, alerts, disk, clock",
           [this] { return show_status(console_); });
    add_device_verbs();
    add_event_verbs();
    add_alert_verbs();
    add_report();
    add_gate_verbs();
    add_fire_verbs();
    add_occupancy_verbs();
    add_list_verbs();
    add_queue_verbs();
    add_audit_verbs();
    add_account_verbs();
    add_generators();
}

CLI::App* CommandLine::verb(CLI::App& parent, const std::string& name, const std::string& description,
                            std::function<int()> action)
{
    auto* made = parent.add_subcommand(name, description);
    made->callback([this, action = std::move(action)] { chosen_ = action; });
    return made;
}

CLI::App* CommandLine::asking(CLI::App& parent, const std::string& name, const std::string& description,
                              std::function<int()> action)
{
    auto* made = verb(parent, name, description, std::move(action));
    made->add_option("--socket", console_.socket, "control socket of the daemon")
        ->envname("GATEHOUSE_SOCKET");
    made->add_flag("--json", console_.json, "print JSON, one document a line");
    return made;
}

CLI::App* CommandLine::group(const std::string& name, const std::string& description)
{
    auto* made = app_.add_subcommand(name, description);
    made->require_subcommand(1);
    return made;
}

void CommandLine::add_config(CLI::App& target)
{
    target.add_option("--config", config_, "configuration file");
}

void CommandLine::add_operator(CLI::App& target)
{
    target.add_option("--operator", operator_, "who does it; kept in the audit log");
}

void CommandLine::add_offline_verbs()
{
    add_config(*verb(app_, "run", "run the gateway in the foreground; logs on stderr",
                     [this] { return offline_.run(config_); }));
    auto* check = verb(app_, "check", "validate the configuration without side effects",
                       [this] { return offline_.check(config_, console_.json); });
    add_config(*check);
    check->add_flag("--json", console_.json, "print JSON, one document a line");
    auto* doctor_verb = asking(
        app_, "doctor", "check configuration, clock, disk, certificates, ports, store and device links",
        [this] { return examine(); });
    doctor_socket_ = doctor_verb->get_option("--socket");
    add_config(*doctor_verb);
    doctor_verb->add_flag("--offline", offline_only_, "do not ask the running daemon");
    auto* backup_verb = asking(app_, "backup", "write a consistent copy of the store",
                               [this] { return backup(console_, file_); });
    backup_verb->add_option("FILE", file_, "file to write")->required();
    auto* restore = verb(app_, "restore", "put a backup back; the daemon must be stopped", [this] {
        restore_.operator_name = operator_;
        return offline_.restore(config_, restore_);
    });
    restore->add_option("FILE", restore_.file, "backup to read")->required();
    restore->add_flag("--verify", restore_.verify_only, "only check the backup");
    add_operator(*restore);
    restore->add_flag("--json", restore_.json, "print JSON");
    add_config(*restore);
    auto* version = verb(app_, "version", "version, commit, build type, library versions",
                         [this] { return offline_.version(console_.json); });
    version->add_flag("--json", console_.json, "print JSON");
}

// The daemon to be asked is the one of the configuration that is examined.
int CommandLine::examine()
{
    const auto configured = doctor_socket_->count() > 0 ? std::string() : offline_.control_socket(config_);
    if (!configured.empty()) console_.socket = configured;
    const bool runs = !offline_only_ && daemon_runs(console_);
    return doctor(console_, offline_.doctor(config_, runs), offline_only_);
}

void CommandLine::add_device_verbs()
{
    auto& device = *group("device", "the installer's work without a browser");
    asking(device, "list", "every configured device and its link", [this] { return device_list(console_); });
    asking(device, "show", "all that is known of one device", [this] { return device_show(console_, id_); })
        ->add_option("ID", id_, "device id")
        ->required();
    asking(device, "test", "check one device step by step; changes nothing on it",
           [this] { return device_test(console_, id_); })
        ->add_option("ID", id_, "device id")
        ->required();
    auto* replace = asking(device, "replace", "say that the device that answers stands where another one was",
                           [this] { return device_replace(console_, id_, operator_); });
    replace->add_option("ID", id_, "device id")->required();
    replace->add_option("--operator", operator_, "who does it, for the audit log");
    auto* relearn =
        asking(device, "relearn", "say that a camera was aimed anew on purpose, or sees a new scene",
               [this] { return device_relearn(console_, id_, operator_, reason_); });
    relearn->add_option("ID", id_, "device id")->required();
    relearn->add_option("--reason", reason_, "why; kept in the audit log")->required();
    add_operator(*relearn);
    auto* find =
        asking(device, "find", "ask networks which devices are there; changes nothing, tries no password",
               [this] { return device_find(console_, interfaces_, find_seconds_); });
    find->add_option("--interface", interfaces_,
                     "a network to search, such as eth1; may be given several times");
    find->add_option("--seconds", find_seconds_, "how long to listen")
        ->check(CLI::Range(1, 60))
        ->capture_default_str();
    auto* capture = asking(device, "capture", "record a device's raw traffic, without secrets", [this] {
        return device_capture(console_, id_, seconds_, file_.empty() ? id_ + ".capture" : file_);
    });
    capture->add_option("ID", id_, "device id")->required();
    capture->add_option("--seconds", seconds_, "how long")->check(CLI::Range(1, 600));
    capture->add_option("--output", file_, "file to write; default ID.capture");
    auto* replay = asking(device, "replay", "say what each part of a recorded file becomes; nothing is kept",
                          [this] { return device_replay(console_, id_, file_); });
    replay->add_option("FILE", file_, "recorded traffic")->required();
    replay->add_option("--device", id_, "the device whose language it is; default the first configured one");
}

void CommandLine::add_event_verbs()
{
    auto& events = *group("events", "the journal");
    auto* tail = asking(events, "tail", "journal entries, newest last",
                        [this] { return events_tail(console_, tail_); });
    tail->add_flag("--follow,-f", tail_.follow, "go on with new entries");
    tail->add_option("--after", tail_.after, "only entries after this sequence number")
        ->check(CLI::NonNegativeNumber);
    tail->add_option("--device", tail_.device, "only this device");
    tail->add_option("--limit", tail_.limit, "at most so many at once")->check(CLI::Range(1, 1000));
}

void CommandLine::add_alert_verbs()
{
    auto& alert = *group("alert", "the guard's work without a browser");
    auto* list =
        asking(alert, "list", "open alerts", [this] { return alert_list(console_, all_, suppressed_); });
    list->add_flag("--all", all_, "closed ones too");
    list->add_flag("--suppressed", suppressed_, "those for which nobody is called");
    asking(alert, "show", "one alert and all that has become of it",
           [this] { return alert_show(console_, id_); })
        ->add_option("ID", id_, "alert id")
        ->required();
    auto* route = asking(alert, "route-test", "who would be called for an alert, and why others not",
                         [this] { return alert_route_test(console_, route_); });
    route->add_option("--severity", route_.severity, "1 most urgent to 4")
        ->check(CLI::Range(1, 4))
        ->capture_default_str();
    route->add_option("--kind", route_.kind, "kind of the alert, such as door_forced");
    route->add_option("--role", route_.role, "as if it had escalated to this role");
    route->add_option("--at", route_.at, "at this time instead of now (RFC 3339)");
    add_alert_order(alert, "ack", "I take it", "what you will do", false);
    add_alert_order(alert, "verify", "it is real", "what was seen", false);
    add_alert_order(alert, "reject", "it is a false alarm", "why", true);
    add_alert_order(alert, "handle", "work on it begins, or goes on after a suspension", "what is done",
                    false);
    auto* resolve = add_alert_order(alert, "resolve", "it is over", "what was found and done", true);
    auto* close = add_alert_order(alert, "close",
                                  "it is done with; severity 1 and 2 by another role than the "
                                  "guard's or the one that resolved it",
                                  "what was found and done", true);
    for (auto* ending : {resolve, close})
        ending->add_option("--result", alert_.result, "what it was")
            ->required(ending == close)
            ->check(CLI::IsMember({"real", "false", "test"}));
    add_alert_order(alert, "reopen", "the check failed; within a day after it was closed", "why", true);
    add_alert_order(alert, "suspend", "its clock stands still, for instance for a spare part", "why", true);
    add_alert_order(alert, "transfer", "hand it to the centre as a work order", "what is wanted", false);
    add_alert_order(alert, "order", "the centre's number of the work order", "what the centre says", false)
        ->add_option("NUMBER", alert_.number, "order number")
        ->required();
    auto* silence = asking(alert, "silence", "call nobody for a while; without --minutes: list silences",
                           [this] { return alert_silence(console_, silence_, operator_); });
    silence->add_option("--kind", silence_.kind, "kind of alert, such as device_offline");
    silence->add_option("--device", silence_.device, "device id");
    silence->add_option("--lane", silence_.lane, "lane id");
    silence->add_option("--minutes", silence_.minutes, "how long")->check(CLI::Range(1, 30 * 24 * 60));
    silence->add_option("--reason", silence_.reason, "why; kept");
    silence->add_option("--end", silence_.end, "end this silence now");
    add_operator(*silence);
    auto* handover = asking(alert, "handover", "what this shift tells the next; without --note: list them",
                            [this] { return alert_handover(console_, alert_.note, operator_); });
    handover->add_option("--note", alert_.note, "what the next shift must know");
    add_operator(*handover);
}

void CommandLine::add_report()
{
    auto* made =
        asking(app_, "report", "the figures of a month: orders closed and on time, false alarms, times",
               [this] { return report(console_, month_, file_); });
    made->add_option("--month", month_, "such as 2026-01; default this one");
    made->add_option("--html", file_, "write them to this file, as one page");
}

CLI::App* CommandLine::add_alert_order(CLI::App& alert, const std::string& verb_name,
                                       const std::string& description, const std::string& note,
                                       bool needs_note)
{
    auto* made = asking(alert, verb_name, description, [this, verb_name] {
        alert_.operator_name = operator_;
        return alert_order(console_, verb_name, alert_);
    });
    made->add_option("ID", alert_.id, "alert id")->required();
    made->add_option("--note", alert_.note, note)->required(needs_note);
    made->add_option("--role", alert_.role, "what you act as")
        ->check(CLI::IsMember({"guard", "maintenance", "manager", "duty", "centre"}))
        ->capture_default_str();
    add_operator(*made);
    return made;
}

void CommandLine::add_gate_verbs()
{
    auto& gate_group = *group("gate", "open or close the barrier or door of a lane and wait for the outcome");
    for (const std::string action : {"open", "close"}) {
        auto* made = asking(gate_group, action, action + " the barrier or door of a lane", [this, action] {
            order_.action = action;
            return give();
        });
        made->add_option("LANE", order_.lane, "lane id")->required();
        made->add_option("--reason", order_.reason, "why; kept in the audit log")->required();
        add_operator(*made);
    }
    auto* command =
        asking(app_, "command", "give any order that the centre may give, and wait for the outcome",
               [this] { return give(); });
    command
        ->add_option("ACTION", order_.action,
                     "arm, disarm, snapshot, list-push, device-sync, door-open ...; ping")
        ->required();
    command->add_option("--lane", order_.lane, "lane id");
    command->add_option("--device", order_.device, "device id");
    command->add_option("--output", order_.output, "barrier, door or channel of the device")
        ->check(CLI::Range(1, 64));
    command->add_option("--reason", order_.reason, "why; kept in the audit log")->required();
    command->add_option("--arg", order_.arguments, "NAME=VALUE of the order; may be given several times");
    add_operator(*command);
}

int CommandLine::give()
{
    order_.operator_name = operator_;
    return give_order(console_, order_);
}

// Whoever ends a fire says who he is: the account at this terminal is no answer.
void CommandLine::add_fire_verbs()
{
    auto& fire = *group("fire", "the fire input, and the word that it is over");
    asking(fire, "status", "whether it burns, and what has become of each barrier and door",
           [this] { return fire_status(console_); });
    auto* clear = asking(fire, "clear", "say that the fire is over; gates may close again",
                         [this] { return fire_clear(console_, operator_, reason_); });
    clear->add_option("--operator", operator_, "who says so; kept in the audit log")->required();
    clear->add_option("--reason", reason_, "why; kept in the audit log")->required();
}

void CommandLine::add_occupancy_verbs()
{
    auto& occupancy = *group("occupancy", "how many vehicles and persons are in the estate");
    asking(occupancy, "show", "the count, and the spaces that are free",
           [this] { return occupancy_show(console_); });
    auto* set = asking(occupancy, "set", "correct the count", [this] {
        word_.operator_name = operator_;
        return occupancy_set(console_, word_);
    });
    set->add_option("--vehicles", word_.vehicles, "vehicles in the estate")->check(CLI::Range(0, 1'000'000));
    set->add_option("--persons", word_.persons, "persons in the estate")->check(CLI::Range(0, 1'000'000));
    set->add_option("--reason", word_.reason, "why; kept in the audit log")->required();
    add_operator(*set);
}

void CommandLine::add_list_verbs()
{
    auto& list = *group("list", "plates, persons and cards with validity");
    const auto common = [this](CLI::App* made, const std::vector<std::string>& types) {
        made->add_option("--type", list_.type, "only this type")->check(CLI::IsMember(types));
        made->add_option("--list", list_.list, "name of the list");
        return made;
    };
    const std::vector<std::string> types{"plate", "person", "card"};
    const std::vector<std::string> all_types{"plate", "person", "card", "consent"};
    auto* import = common(asking(list, "import", "replace a list by a CSV file (UTF-8 or GB18030)",
                                 [this] {
                                     list_.operator_name = operator_;
                                     return list_.type == "consent" ? consent_import(console_, list_, file_)
                                                                    : list_import(console_, list_, file_);
                                 }),
                          all_types);
    import->add_option("FILE", file_, "CSV file")->required();
    import->add_flag("--dry-run", list_.dry_run, "say what would change, and change nothing");
    add_operator(*import);
    common(asking(list, "versions", "what each list has said before; the newest is in force",
                  [this] { return list_versions(console_, list_); }),
           types);
    auto* undo = asking(list, "undo", "let a list say again what an earlier version said", [this] {
        list_.operator_name = operator_;
        return list_undo(console_, list_, id_, version_);
    });
    undo->add_option("LIST", id_, "type and name, such as plate/resident")->required();
    undo->add_option("--to", version_,
                     "the version to go back to; default the one before the present content")
        ->check(CLI::PositiveNumber);
    undo->add_flag("--dry-run", list_.dry_run, "say what would change, and change nothing");
    add_operator(*undo);
    auto* sync = asking(list, "sync", "bring the lists that devices keep themselves in step with ours",
                        [this] { return list_sync(console_, id_, operator_, diff_); });
    sync->add_option("--device", id_, "only this device");
    sync->add_flag("--diff", diff_, "say what would be written, and write nothing");
    sync->add_option("--operator", operator_, "who does it, for the audit log");
    common(
        asking(list, "export", "write a list as CSV", [this] { return list_export(console_, list_, file_); }),
        types)
        ->add_option("FILE", file_, "file to write; default standard output");
    common(asking(list, "show", "entries of a list",
                  [this] {
                      return list_.type == "consent" ? consent_show(console_, search_)
                                                     : list_show(console_, list_, search_);
                  }),
           all_types)
        ->add_option("SEARCH", search_, "part of the value or name; of consents the person");
    auto* enrol = asking(list, "enrol", "send a person's face to the terminals, if the person agrees",
                         [this] { return face_enrol(console_, operator_, portrait_); });
    enrol->add_option("PERSON", portrait_.person, "the person's id on the list")->required();
    enrol->add_option("--face", portrait_.file, "picture of the face, a JPEG; it is sent and forgotten")
        ->required();
    enrol->add_flag("--anyway", portrait_.anyway, "send what the gateway judges unfit too");
    add_operator(*enrol);
    auto* withdraw = asking(list, "withdraw", "a person agrees no longer: the face leaves every terminal",
                            [this] { return consent_withdraw(console_, operator_, id_, purpose_); });
    withdraw->add_option("PERSON", id_, "the person's id")->required();
    withdraw->add_option("--purpose", purpose_, "what the person agreed to")->capture_default_str();
    add_operator(*withdraw);
    auto& explain = *group("explain", "why a gate would open or stay shut");
    auto* plate = asking(explain, "plate", "the decision a plate would get, and every reason",
                         [this] { return explain_plate(); });
    plate->add_option("PLATE", question_.plate, "plate as written on the car")->required();
    plate->add_option("--lane", question_.lane, "only this lane");
    plate->add_option("--at", question_.at, "at this time instead of now (RFC 3339)");
    explain_config_ = plate->add_option(
        "--config", config_, "configuration file: read it and its lists instead of asking the daemon");
}

// A daemon that does not answer is no reason to leave the question open.
int CommandLine::explain_plate()
{
    auto reply = explain_config_->count() > 0 ? base::Result<ControlReply>(base::Errc::unsupported)
                                              : ask_about_plate(console_, question_);
    if (reply) return print_plate(console_, *reply);
    const auto answer = offline_.explain(config_, question_);
    if (answer.code == 0) return print_plate(console_, {200, answer.document});
    console_.err << "gatehouse: " << answer.problem << "\n";
    return answer.code;
}

void CommandLine::add_queue_verbs()
{
    auto& queue = *group("queue", "the outbox under a lens");
    asking(queue, "stat", "backlog and time to empty of every upstream",
           [this] { return queue_stat(console_); });
    auto* peek = asking(queue, "peek", "the next entries to be sent",
                        [this] { return queue_peek(console_, upstream_, limit_); });
    peek->add_option("UPSTREAM", upstream_, "name of the upstream; default all");
    peek->add_option("--limit", limit_, "at most so many")->check(CLI::Range(1, 1000));
    asking(queue, "drain", "try to send now instead of waiting for the next retry", [this] {
        return queue_drain(console_, upstream_);
    })->add_option("UPSTREAM", upstream_, "name of the upstream; default all");
    asking(queue, "quarantine", "entries that the upstream refused for good", [this] {
        return queue_quarantine(console_, upstream_);
    })->add_option("UPSTREAM", upstream_, "name of the upstream; default all");
}

void CommandLine::add_account_verbs()
{
    const auto by = [this](CLI::App* made, std::string& who) {
        who = operator_;
        made->add_option("--operator", who, "who does it; kept in the audit log");
        return made;
    };
    auto& user = *group("user", "accounts of the console");
    asking(user, "list", "all accounts", [this] { return user_list(console_); });
    auto* add = by(asking(user, "add", "add an account; asks for its first password",
                          [this] { return user_add(console_, user_); }),
                   user_.operator_name);
    add->add_option("NAME", user_.name, "what is typed in to log in: a-z 0-9 . - _")->required();
    add->add_option("--role", user_.role, "what it may do")
        ->check(CLI::IsMember(
            {"admin", "manager", "guard", "maintainer", "committee", "neighbourhood", "centre", "police"}))
        ->required();
    add->add_option("--display-name", user_.display_name, "the name that others see");
    add->add_option("--lane", user_.lanes, "only this lane; may be given several times");
    add->add_flag("--password-stdin", user_.password_stdin, "read the password from standard input");
    auto* passwd = by(asking(user, "passwd", "give an account a new password",
                             [this] { return user_passwd(console_, user_); }),
                      user_.operator_name);
    passwd->add_option("NAME", user_.name, "whose")->required();
    passwd->add_flag("--password-stdin", user_.password_stdin, "read the password from standard input");
    by(asking(user, "remove", "remove an account", [this] { return user_remove(console_, user_); }),
       user_.operator_name)
        ->add_option("NAME", user_.name, "which")
        ->required();
    auto& token = *group("token", "what programs show instead of a password");
    asking(token, "list", "all tokens", [this] { return token_list(console_); });
    auto* create = by(asking(token, "create", "make a token and print it, this once",
                             [this] { return token_create(console_, token_); }),
                      token_.operator_name);
    create->add_option("NAME", token_.name, "what it is for")->required();
    create->add_option("--permission", token_.permissions, "such as metrics.read; may be given several times")
        ->required();
    create->add_option("--days", token_.days, "how long it lasts")
        ->check(CLI::Range(1, 3650))
        ->capture_default_str();
    by(asking(token, "revoke", "end a token", [this] { return token_revoke(console_, token_); }),
       token_.operator_name)
        ->add_option("ID", token_.name, "which")
        ->required();
}

void CommandLine::add_audit_verbs()
{
    auto& audit = *group("audit", "who did what, as a chain in which no row can be changed unseen");
    auto* verify = asking(audit, "verify",
                          "find rows that were changed, removed or put in, and old copies of the database",
                          [this] { return verify_audit(); });
    verify->add_option("--head", head_, "NUMBER:HASH that the centre or somebody else has kept");
    audit_config_ = verify->add_option(
        "--config", config_, "configuration file: read its data directory instead of asking the daemon");
    auto* list = asking(audit, "list", "rows, newest last", [this] { return audit_list(console_, audit_); });
    list->add_option("--after", audit_.after, "only rows after this number")->check(CLI::NonNegativeNumber);
    list->add_option("--actor", audit_.actor, "only what this one did");
    list->add_option("--action", audit_.action, "only this action, such as barrier-open");
    list->add_option("--limit", audit_.limit, "at most so many")->check(CLI::Range(1, 1000));
}

// As for a plate: a daemon that does not answer is no reason to leave the question open.
int CommandLine::verify_audit()
{
    auto reply = audit_config_->count() > 0 ? base::Result<ControlReply>(base::Errc::unsupported)
                                            : ask_about_audit(console_, head_);
    if (reply) return print_audit(console_, *reply);
    const auto answer = offline_.audit(config_, head_);
    if (answer.code == 0) return print_audit(console_, {200, answer.document});
    console_.err << "gatehouse: " << answer.problem << "\n";
    return answer.code;
}

// Used by the build to make the man page and the completion; not shown in help.
void CommandLine::add_generators()
{
    verb(app_, "generate-man", "", [this] {
        return out_ << man_page(app_, std::string(base::version())), 0;
    })->group("");
    verb(app_, "generate-completion", "", [this] { return out_ << bash_completion(app_), 0; })->group("");
}

int CommandLine::parse_and_run(int argc, const char* const* argv)
{
    try {
        app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app_.exit(error, out_, console_.err) == 0 ? 0 : 2;
    }
    return chosen_();
}

} // namespace

int run(int argc, const char* const* argv, const Offline& offline, std::ostream& out, std::ostream& err)
{
    CommandLine line(offline, out, err);
    return line.parse_and_run(argc, argv);
}

} // namespace gatehouse::cli
