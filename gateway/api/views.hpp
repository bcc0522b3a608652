#pragma once
#include "gateway/api/services.hpp"
#include "gateway/model/json_writer.hpp"

// How the API shows each thing. Times carry the site's offset; no secret is ever part of a view.
namespace gatehouse::api {

// With the name that a list gives whoever stands in it, where persons are not hidden.
void write_event(model::JsonWriter& json, const Services& services, const model::Entry& entry,
                 bool hide_persons);
void write_alert(model::JsonWriter& json, const model::Alert& alert, std::chrono::minutes utc_offset);
void write_alert_with_steps(model::JsonWriter& json, const model::Alert& alert,
                            const std::vector<model::AlertStep>& steps, std::chrono::minutes utc_offset);
void write_silence(model::JsonWriter& json, const model::Silence& silence, std::chrono::minutes utc_offset);
void write_handover(model::JsonWriter& json, const model::Handover& handover,
                    std::chrono::minutes utc_offset);
void write_outcome(model::JsonWriter& json, const model::Outcome& outcome, std::chrono::minutes utc_offset);
void write_command(model::JsonWriter& json, const store::CommandRecord& record,
                   std::chrono::minutes utc_offset);
void write_device(model::JsonWriter& json, const DeviceView& device, std::chrono::minutes utc_offset);
void write_steps(model::JsonWriter& json, const std::vector<device::TestStep>& steps);
void write_finding(model::JsonWriter& json, const device::Finding& finding);
void write_lane(model::JsonWriter& json, const config::LaneConfig& lane);
void write_credential(model::JsonWriter& json, const store::Credential& credential,
                      std::chrono::minutes utc_offset);
void write_list_state(model::JsonWriter& json, const access::ListState& state);
void write_audit_row(model::JsonWriter& json, const audit::Row& row, std::chrono::minutes utc_offset);
// `plate`: as it was asked for.
void write_explanation(model::JsonWriter& json, const std::string& plate, const PlateExplanation& explanation,
                       std::chrono::minutes utc_offset);
void write_issues(model::JsonWriter& json, const config::Issues& issues);
void write_texts(model::JsonWriter& json, std::string_view name, const std::vector<std::string>& texts);

// plate | person | card
[[nodiscard]] std::string_view type_text(store::Credential::Type type);

// The members of "occupancy".
void write_occupancy(model::JsonWriter& json, const Occupied& occupied, std::chrono::minutes utc_offset);

inline constexpr std::size_t display_name_max = 64; // bytes
// Never the password's hash, nor a token's.
void write_account(model::JsonWriter& json, const store::Account& account, std::chrono::minutes utc_offset);
void write_session_user(model::JsonWriter& json, const store::Account& account);
void write_token(model::JsonWriter& json, const store::ApiToken& token, std::chrono::minutes utc_offset);

} // namespace gatehouse::api
