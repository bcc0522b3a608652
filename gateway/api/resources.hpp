#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/message.hpp"

// The handlers behind the table in routes.cpp, one file a group of resources.
namespace gatehouse::api {

using Reply = asio::awaitable<Response>;

// resources_state.cpp
Reply healthz(const Context& context, Request request);
Reply readyz(const Context& context, Request request);
Reply metrics(const Context& context, Request request);
Reply status(const Context& context, Request request);
Reply openapi_document(const Context& context, Request request);
Reply asyncapi_document(const Context& context, Request request);
Reply backup(const Context& context, Request request);
Reply reload(const Context& context, Request request);

// resources_acceptance.cpp
Reply acceptances(const Context& context, Request request);
Reply acceptance_begin(const Context& context, Request request);
Reply acceptance(const Context& context, Request request);
Reply acceptance_item(const Context& context, Request request);
Reply acceptance_check(const Context& context, Request request);
Reply acceptance_sign(const Context& context, Request request);

// resources_config.cpp
Reply config_text(const Context& context, Request request);
Reply config_check(const Context& context, Request request);
Reply config_put(const Context& context, Request request);
Reply config_history(const Context& context, Request request);
Reply config_past(const Context& context, Request request);
Reply config_undo(const Context& context, Request request);

// resources_vision.cpp
Reply device_health(const Context& context, Request request);
Reply device_relearn(const Context& context, Request request);
Reply media_evidence(const Context& context, Request request);
Reply enrol_check(const Context& context, Request request);

// A device belongs to the lanes that name it; what no lane names concerns everybody.
[[nodiscard]] bool sees_device(const Context& context, const account::Principal& who, const std::string& id);

// resources_events.cpp
Reply events(const Context& context, Request request);
Reply event_stream(const Context& context, Request request);
Reply event(const Context& context, Request request);
Reply media(const Context& context, Request request);

// The content type of what a picture begins with.
[[nodiscard]] std::string picture_type(std::string_view bytes);

// resources_passages.cpp
Reply lanes_live(const Context& context, Request request);
Reply passages(const Context& context, Request request);
Reply traffic(const Context& context, Request request);

// resources_export.cpp
Reply passages_export(const Context& context, Request request);

// resources_shift.cpp
Reply shift(const Context& context, Request request);

// resources_alerts.cpp
Reply alerts(const Context& context, Request request);
Reply alert(const Context& context, Request request);
Reply alert_order(const Context& context, Request request);
Reply silences(const Context& context, Request request);
Reply silence(const Context& context, Request request);
Reply silence_end(const Context& context, Request request);
Reply handovers(const Context& context, Request request);
Reply hand_over(const Context& context, Request request);

// resources_report.cpp
Reply report(const Context& context, Request request);

// resources_rules.cpp
Reply rules_preview(const Context& context, Request request);

// resources_notify.cpp
Reply alert_route(const Context& context, Request request);
Reply channel_test(const Context& context, Request request);

// resources_commands.cpp
Reply commands(const Context& context, Request request);
Reply command(const Context& context, Request request);
Reply run_command(const Context& context, Request request);

// resources_fire.cpp
Reply fire(const Context& context, Request request);
Reply fire_clear(const Context& context, Request request);

// resources_devices.cpp
Reply devices(const Context& context, Request request);
Reply device(const Context& context, Request request);
Reply device_snapshot(const Context& context, Request request);
Reply device_uptime(const Context& context, Request request);
Reply device_test(const Context& context, Request request);
Reply device_replace(const Context& context, Request request);
Reply device_find(const Context& context, Request request);
Reply interfaces(const Context& context, Request request);
Reply device_capture(const Context& context, Request request);
Reply device_replay(const Context& context, Request request);
Reply lanes(const Context& context, Request request);

// resources_install.cpp
Reply protocols(const Context& context, Request request);
Reply device_probe(const Context& context, Request request);
Reply device_prove(const Context& context, Request request);
Reply device_proof(const Context& context, Request request);
Reply device_cut(const Context& context, Request request);

// resources_occupancy.cpp
Reply occupancy(const Context& context, Request request);
Reply occupancy_set(const Context& context, Request request);

// resources_lists.cpp
Reply lists(const Context& context, Request request);
Reply list_sync(const Context& context, Request request);
Reply list_import(const Context& context, Request request);
Reply consents(const Context& context, Request request);
Reply consent_import(const Context& context, Request request);
Reply consent_withdraw(const Context& context, Request request);
Reply face_enrol(const Context& context, Request request);
Reply list_versions(const Context& context, Request request);
Reply list_undo(const Context& context, Request request);
Reply list_export(const Context& context, Request request);
Reply explain(const Context& context, Request request);

// resources_audit.cpp
Reply audit_rows(const Context& context, Request request);
Reply audit_verify(const Context& context, Request request);

// resources_queue.cpp
Reply queue(const Context& context, Request request);
Reply queue_peek(const Context& context, Request request);
Reply queue_quarantine(const Context& context, Request request);
Reply queue_drain(const Context& context, Request request);

// resources_session.cpp
Reply session(const Context& context, Request request);
Reply log_in(const Context& context, Request request);
Reply log_out(const Context& context, Request request);
Reply set_up(const Context& context, Request request);
Reply password_change(const Context& context, Request request);

// resources_accounts.cpp
Reply users(const Context& context, Request request);
Reply user_add(const Context& context, Request request);
Reply user_change(const Context& context, Request request);
Reply user_password(const Context& context, Request request);
Reply user_remove(const Context& context, Request request);
Reply tokens(const Context& context, Request request);
Reply token_add(const Context& context, Request request);
Reply token_remove(const Context& context, Request request);

} // namespace gatehouse::api
